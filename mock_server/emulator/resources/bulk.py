"""What is sent in bulk: contacts (CON-07), orders (BLK) and past events (PST)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from mock_server import jsonio
from mock_server.emulator.clock import iso
from mock_server.emulator.errors import RefusedError
from mock_server.emulator.fixing import fix_document, under
from mock_server.emulator.host import Resource, in_turns
from mock_server.emulator.resources.contact_book import contact_puts
from mock_server.emulator.resources.static_segments import StaticSegments
from mock_server.emulator.traffic.journal import Note
from mock_server.model import Document
from mock_server.rules.contact.bulk import ImportOptions, import_contact
from mock_server.rules.event.internal_events import contact_event
from mock_server.rules.event.past_events import PastResult, judge_past_event
from mock_server.rules.fix import Mended, mend, mend_batch, mend_order
from mock_server.rules.order.add_orders import add_order
from mock_server.rules.order.batches import EVENTS, ORDERS
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.rules.trace import Trace
from mock_server.state import EventQuery, UnwritableError

_WALK = ("STARTED", "IMPORTING")
"""The answers to the first polls of an import; later polls get its result."""


@dataclass(frozen=True, slots=True)
class ImportItem:
    """A contact of the request: as it was sent, and as it was read, or why it could not be."""

    raw: Any
    sent: Document = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class ImportJob:
    """One POST /contacts: its contacts and what it says of all of them."""

    items: Sequence[ImportItem]
    options: ImportOptions
    groups: Sequence[str] = ()
    excluded_groups: Sequence[str] = ()
    event_type_key: str | None = None


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The session to ask for, the contacts that failed with their `error`, and the trace."""

    session_id: str
    failed: list[Document]
    trace: Trace


class ContactImports(Resource):
    """The imports of an account. Each contact is changed at once, and all or nothing of it."""

    _segments: StaticSegments

    def run(self, job: ImportJob) -> ImportResult:
        """Import contacts, the good ones of them."""
        trace = Trace()
        failed: list[Document] = []
        mapping: list[Document] = []
        for item in in_turns(job.items):
            try:
                error = item.error or self._import(item.sent, job, mapping, trace)
            except UnwritableError as unwritable:  # WIRE-13
                error = f"This contact cannot be stored. The emulator {unwritable}."
            if error:
                raw = item.raw if isinstance(item.raw, dict) else {"contact": item.raw}
                failed.append({**raw, "error": error})
        session_id = str(uuid4())
        session = {
            "asyncSessionId": session_id,
            "createdAt": self._host.clock.iso(),
            "contacts": len(job.items),
            "failed": len(failed),
            "polls": 0,
            "mapping": mapping,
        }
        # Where the session cannot be stored either, the answer still says what was.
        with self._host.paused(), suppress(UnwritableError):
            self._state.commit({"import_sessions": [session]})
        return ImportResult(session_id, failed, trace)

    def _import(self, sent: Document, job: ImportJob, mapping: list[Document], trace: Trace) -> str:
        record = None
        with self._host.paused():
            now = self._host.clock.iso()
            decision = import_contact(sent, job.options, self._state, now)
            trace.take(decision.trace)
            if decision.refusal is not None:
                return decision.refusal.text
            contact_id = decision.contact["id"]
            puts = contact_puts(decision, self._state)
            groups = [each for each in job.groups if each not in job.excluded_groups]
            ids, new_segments = self._segments.named(groups)
            members = self._segments.members(ids, contact_id)
            puts |= {"groups": new_segments, "group_members": members}
            if decision.is_new and job.event_type_key:
                key = job.event_type_key
                request, outcome = contact_event("CON-07", key, decision.contact, self._state)
                record = self._host.record(request, outcome, now, puts)
            else:
                gone = self._segments.member_keys(contact_id, job.excluded_groups)
                self._state.commit(puts, {"group_members": gone})
        if record is not None:
            self._host.tell(record)
        mapping.append({"dedupeValue": decision.dedupe_value or "", "contactId": contact_id})
        return ""

    def status(self, session_id: str) -> Document:
        """The progress of an import, one more poll on; `RefusedError` 404 if unknown."""
        with self._host.paused():
            session = self._state.get("import_sessions", session_id)
            if session is None:
                raise RefusedError(
                    404,
                    "import_session_unknown",
                    f"Import session '{session_id}' not found. Use the asyncSessionId that POST"
                    " /v1/contacts has answered.",
                )
            polls = session["polls"]
            if polls <= len(_WALK):
                self._state.commit({"import_sessions": [{**session, "polls": polls + 1}]})
            now = self._host.clock.iso()
        if polls < len(_WALK):
            return {"status": _WALK[polls], "timestamp": now}
        if session["contacts"] and session["failed"] == session["contacts"]:
            text = "Every contact failed; the answer of POST /v1/contacts says why."
            return {"status": "ERROR", "timestamp": now, "description": text, "mapping": []}
        return {"status": "FINISHED", "timestamp": now, "mapping": session["mapping"]}


FAILED_ORDERS = "failed_orders"
"""The reason of a request whose orders were not all saved."""

_KEPT = 8192
"""Bytes of the failed orders of a request that are kept for their fixes."""

# What is said of the request, not only of the event that an order generates.
_TOLD = ("BLK-07", "BLK-08", "CON-14", "CON-15", "IDN-11")


@dataclass(slots=True)
class OrdersAdded:
    """Results of orders: `failed` with an `error`, `failures` for the journal, a `trace`."""

    failed: list[Document] = field(default_factory=list)
    failures: list[Note] = field(default_factory=list)
    trace: Trace = field(default_factory=Trace)


class OrderImports(Resource):
    """Saves orders: each with its event, its history and its contact, or not at all."""

    def add(self, orders: Sequence[Any], body: Document | None = None) -> OrdersAdded:
        """Save orders sent in `body`; those that fail come back, each with its `error`."""
        added, room = OrdersAdded(), _KEPT
        for index, order in enumerate(in_turns(orders)):
            failure = self._add(order, added.trace)
            if failure is None:
                continue
            added.failed.append({"order": order, "error": failure.message})
            whole = body if len(orders) == 1 else None
            sent = jsonio.dumps({"orders": [order]} if whole is None else whole)
            if failure.finding and (room := room - len(sent)) >= 0:
                at = f"/orders/{index}" if whole is None else ""
                failure = replace(failure, fix=partial(self._fix, sent, at))
            added.failures.append(failure)
        return added

    def explain(self, order: Any) -> Outcome:
        """Judge an order, as an event named after the method; nothing is changed here."""
        outcome = add_order(order, self._state, self._host.clock.iso()).outcome
        outcome.event_type_key = "Add orders"
        named = order.get("externalOrderId") if isinstance(order, dict) else None
        outcome.event_key = None if named is None else str(named)
        return outcome

    def fix(self, order: Any) -> Mended:
        """Mend an order; nothing is changed here."""
        return mend_order(order, self._state, self._host.clock.iso())

    def fix_body(self, body: Any, text: str | None = None) -> Document | None:
        """Return the fix of a whole body of Add orders, `text` when it is not JSON."""
        with self._host.paused():
            mended = mend_batch(body, text, ORDERS, self.fix)
        return None if mended is None else fix_document(body, mended)

    def _fix(self, sent: bytes, at: str) -> Document | None:
        body = jsonio.loads(sent)
        if not at:
            return self.fix_body(body)
        with self._host.paused():
            (order,) = body["orders"]
            return under(fix_document(order, self.fix(order)), at)

    def _add(self, order: Any, trace: Trace) -> Note | None:
        try:
            return self._save(order, trace)
        except UnwritableError as error:  # WIRE-13: the others may still go in, or fail likewise
            return _failure(f"This order cannot be stored. The emulator {error}.")

    def _save(self, order: Any, trace: Trace) -> Note | None:
        with self._host.paused():
            now = self._host.clock.iso()
            decision = add_order(order, self._state, now)
            if decision.request is None:
                failed = (each for each in decision.outcome.trace if each.result == "failed")
                return _failure(decision.error, next(failed).finding, decision.outcome.hint or "")
            puts = {"contacts": decision.contacts} if decision.contacts else {}
            record = self._host.record(decision.request, decision.outcome, now, puts)
        self._host.tell(record)
        for step in decision.outcome.trace:
            if step.rule in _TOLD:
                trace.repeat(step)
        return None


def _failure(message: str, finding: str = "", hint: str = "") -> Note:
    return Note(FAILED_ORDERS, message, is_failure=True, finding=finding, hint=hint)


_AT_ONCE = 500


class PastEventImports(Resource):
    """The past events of an account."""

    def add(self, events: Sequence[EventRequest]) -> list[PastResult]:
        """Judge and record events; one result for each, in their order (PST-03)."""
        return [self._add(event) for event in in_turns(events)]

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
        """PST-06: delete and count the events of a time, bounds included; 403 unless allowed."""
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
                    if begin <= (each.get("occurred") or each.get("receivedAt") or "") <= end
                ]
                newest = events[-1]["eventId"] - 1
            self._state.commit({}, {"events": found})
        return len(found)
