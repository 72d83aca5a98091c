"""ORD-20: the line that an event leaves in the history of an order."""

from __future__ import annotations

from typing import Any

from mock_server.model import Document, Effect


def history_entry(effect: Effect, event_id: int | None, event_type_key: str, at: str) -> Document:
    """What changed: the values before and after of the fields that differ.

    `before` is null for a new order, whose `after` is the whole of it. `updatedAt` is left out: it
    is the entry's own `at` (ISO 8601). `eventTypeKey` is `seed` for an order that was seeded.
    """
    before: Document | None = None
    after = effect.after
    if effect.before is not None:
        changed = _changed(effect.before, effect.after)
        before = {name: effect.before.get(name) for name in changed}
        after = {name: effect.after.get(name) for name in changed}
    return {
        "externalOrderId": effect.order,
        "eventId": event_id,
        "at": at,
        "eventTypeKey": event_type_key,
        "change": effect.change,
        "before": before,
        "after": after,
    }


def _changed(before: Document, after: Document) -> list[Any]:
    names = dict.fromkeys((*before, *after))
    return [name for name in names if name != "updatedAt" and before.get(name) != after.get(name)]
