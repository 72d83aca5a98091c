"""Past events: taking them over, and deleting the events of a period (PST)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mock_server.emulator.clock import iso
from mock_server.emulator.errors import RefusedError
from mock_server.emulator.fixing import fix_document
from mock_server.emulator.host import Resource
from mock_server.model import Document
from mock_server.rules.event.past_events import PastResult, judge_past_event
from mock_server.rules.fix import Mended, mend, mend_batch
from mock_server.rules.order.batches import EVENTS
from mock_server.rules.outcome import EventRequest
from mock_server.state import EventQuery, UnwritableError

_AT_ONCE = 500


class PastEventImports(Resource):
    """The past events of an account."""

    def add(self, events: Sequence[EventRequest]) -> list[PastResult]:
        """Judge and record events; one result for each, in their order (PST-03)."""
        return [self._add(event) for event in events]

    def _add(self, event: EventRequest) -> PastResult:
        with self._host.paused():
            result = judge_past_event(event, self._state, self._host.clock.now())
            try:
                record = self._host.record(event, result.outcome, self._host.clock.iso())
            except UnwritableError as error:  # WIRE-13: nothing of this one is kept
                text = f"This event cannot be stored. The emulator {error}."
                return PastResult("SERVER_ERROR", result.outcome, text)
        self._host.tell(record)
        return result

    def fix_body(self, body: Any, text: str | None = None) -> Document | None:
        """Return the fix of a whole body of Past events, `text` when it is not JSON."""

        def mend_one(event: Any) -> Mended:
            return mend(EventRequest(event, is_past=True), self._state, self._host.clock.iso())

        with self._host.paused():
            mended = mend_batch(body, text, EVENTS, mend_one)
        return None if mended is None else fix_document(body, mended)

    def delete(self, first: datetime, last: datetime) -> int:
        """PST-06: delete the events that occurred between two times, both included; how many.

        Raises `RefusedError` 403 while the account does not allow it.
        """
        if not self._state.settings.allow_delete_events:
            raise RefusedError(
                403,
                "delete_events_disabled",
                "Deleting events is switched off in this account. Switch it on:"
                ' PATCH /_mock/settings {"allow_delete_events": true}.',
            )
        begin, end = iso(first), iso(last)
        with self._host.paused():
            found: list[int] = []
            newest = self._state.next_event_id() - 1
            while newest > 0:
                events = self._state.find_events(EventQuery(until=newest, limit=_AT_ONCE)).items
                if not events:
                    break
                found += [
                    each["eventId"]
                    for each in events
                    if begin <= (each.get("occurred") or each["receivedAt"]) <= end
                ]
                newest = events[-1]["eventId"] - 1
            self._state.commit({}, {"events": found})
        return len(found)
