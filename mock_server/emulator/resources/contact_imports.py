"""POST /contacts and its import status (CON-07)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from mock_server.emulator.errors import RefusedError
from mock_server.emulator.host import Resource
from mock_server.emulator.resources.contact_book import contact_puts
from mock_server.emulator.resources.static_segments import StaticSegments
from mock_server.model import Document
from mock_server.rules.contact.bulk import ImportOptions, import_contact
from mock_server.rules.event.internal_events import contact_event
from mock_server.rules.trace import Trace
from mock_server.state import UnwritableError

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
    """The session to ask for, and each contact that failed: as sent, with its `error`.

    `trace` says what was seen of all of them.
    """

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
        for item in job.items:
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
        """Import one contact; what went wrong, or ""."""
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
        """Report the progress of an import to one more poll.

        Raises `RefusedError` 404 for an unknown session.
        """
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
