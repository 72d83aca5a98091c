"""The life of an order: its changes and the attempts that changed nothing, in order of time."""

from __future__ import annotations

from mock_server.emulator.history import shown_history
from mock_server.emulator.host import Host
from mock_server.model import Document
from mock_server.state import AccountState

_NEWEST = 200


class Lives:
    """Tells the lives of an account's orders."""

    def __init__(self, host: Host, state: AccountState) -> None:
        self._host = host
        self._state = state

    def of(self, external_order_id: str) -> list[Document]:
        """The steps of an order's life, oldest first; empty when nobody ever spoke of it.

        A step has `at`, `eventId`, `eventTypeKey`, `verdict`, `reasons`, `hint` and `change`: None
        for an attempt that changed nothing. Of very many events the newest are shown.
        """
        with self._host.paused():
            history = shown_history(self._state.history(external_order_id))
            ids = self._state.order_events(external_order_id)[-_NEWEST:]
            events = [each for each in map(self._state.event, ids) if each is not None]
        changes = {each["eventId"]: each for each in history if type(each.get("eventId")) is int}
        steps = [_attempt(each, changes.pop(each["eventId"], None)) for each in events]
        known = {each["eventId"] for each in steps}
        steps += [each for each in map(_change, history) if each["eventId"] not in known]
        return sorted(steps, key=lambda step: (step["at"], step["eventId"] or 0))


def _attempt(event: Document, change: Document | None) -> Document:
    named = ("eventId", "eventTypeKey", "verdict", "reasons", "hint")
    step = {name: event.get(name) for name in named}
    return {**step, "at": str(event.get("receivedAt") or ""), "change": change}


def _change(change: Document) -> Document:
    return {
        "at": str(change.get("at") or ""),
        "eventId": change["eventId"] if type(change.get("eventId")) is int else None,
        "eventTypeKey": change.get("eventTypeKey"),
        "verdict": "applied",
        "reasons": [],
        "hint": None,
        "change": change,
    }
