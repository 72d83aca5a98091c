"""ORD-20: the line that an event leaves in the history of an order, and what the lines tell.

A line holds the fields that differ, before and after, so the lines up to it tell the whole order.
Every sixteenth, and the first after a start, import, seed or TinyDB change, has the whole as its
`base`, for cost and for orders changed by hand; it is not shown.
"""

from collections.abc import Iterable
from typing import Any

from mock_server.model import Document
from mock_server.rules.outcome import Effect
from mock_server.state import AccountState


def history_entry(
    effect: Effect, event_id: int | None, event_type_key: str, at: str, *, with_base: bool
) -> Document:
    """The line of a change at `at` (its `updatedAt`); `before` is null for a new order.

    `with_base` adds the whole order before; the type of a seeded order is `seed`.
    """
    before, after = effect.before, effect.after
    entry = {
        "externalOrderId": effect.order,
        "eventId": event_id,
        "at": at,
        "eventTypeKey": event_type_key,
        "change": effect.change,
        "before": None,
        "after": after,
    }
    if before is not None:
        changed = _changed(before, after)
        entry["before"] = {name: before[name] for name in changed if name in before}
        entry["after"] = {name: after[name] for name in changed if name in after}
        if with_base:
            entry["base"] = before
    return entry


def _changed(before: Document, after: Document) -> list[Any]:
    names = dict.fromkeys((*before, *after))
    return [name for name in names if name != "updatedAt" and before.get(name) != after.get(name)]


def shown_history(lines: Iterable[Document]) -> list[Document]:
    """The history of an order from its lines, since its newest creation, oldest first."""
    shown: list[Document] = []
    for line in lines:
        if _is_creation(line):
            shown = []
        shown.append(_shown(line))
    return shown


def _shown(line: Document) -> Document:
    """A line with null for each field that was not there before, or is not there after."""
    shown = {name: value for name, value in line.items() if name != "base"}
    before, after = line.get("before"), line.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        names = dict.fromkeys((*before, *after))
        shown["before"] = {name: before.get(name) for name in names}
        shown["after"] = {name: after.get(name) for name in names}
    return shown


def effect_of(record: Document, state: AccountState) -> Document | None:
    """What a stored event did to an order, whole before and after, or None.

    The record has the number of its line, or the effect itself (by hand or version 0.1.0).
    """
    told = record.get("effect")
    if type(told) is not int:
        return told
    lines: list[Document] = []
    for line in state.history_back(told):
        lines.append(line)
        if _is_creation(line) or "base" in line:
            break
    if not lines:
        return None
    whole: Document | None = lines[-1].get("base")
    before = whole
    for line in reversed(lines):
        before, whole = whole, _after(whole, line)
    newest = lines[0]
    return {
        "order": newest["externalOrderId"],
        "change": newest.get("change"),
        "before": before,
        "after": whole,
    }


def _after(before: Document | None, line: Document) -> Document:
    changed = line.get("after", {})
    after = {**(before or {}), **changed}
    if _is_creation(line):
        return after
    for name in line.get("before", ()):
        if name not in changed:
            after.pop(name, None)
    return {**after, "updatedAt": line["at"]} if "at" in line else after


def _is_creation(line: Document) -> bool:
    """Return whether a line tells of a new order; one that was written by hand may not say."""
    return "before" in line and line["before"] is None
