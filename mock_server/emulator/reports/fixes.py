"""What to mend first: dropped events and refused requests, grouped by what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mock_server.ledger.catalogue import RULES
from mock_server.ledger.findings import shown_step
from mock_server.model import Document, Step
from mock_server.state import EventQuery

if TYPE_CHECKING:
    from mock_server.emulator.account import Account

SEARCHED = 5000
"""Dropped events that are looked at for an account's list."""

MAX_FIXES = 1000
"""Groups that are kept; what is wrong beyond them is counted, not told."""

_DROPPED = ("ignored", "rejected")
_INDEX = re.compile(r"\[\d+\]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*…?"')
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(slots=True)
class Fix:
    """One thing to mend: a rule that was broken, at a path whose indices are made general.

    `finding` is what the rule said, such as `ITM-02/missing`; of a refused request it is the
    reason alone, and of an event that version 0.1.0 kept the rule with its code. `message` and
    `hint` are those of the first case, in general words once there was another one; `example` names
    that case.
    """

    rule: str | None
    finding: str
    path: str | None
    message: str
    count: int
    last_event_id: int | None
    example: str
    hint: str | None

    def to_document(self) -> Document:
        """The fix as the control API shows it."""
        return {
            "rule": self.rule,
            "finding": self.finding,
            "path": self.path,
            "message": self.message,
            "count": self.count,
            "lastEventId": self.last_event_id,
            "example": self.example,
            "hint": self.hint,
        }


class FixList:
    """Gathers what is wrong from events and refused requests, one after the other."""

    def __init__(self) -> None:
        self._fixes: dict[tuple[str | None, str, str], Fix] = {}
        self.total = 0
        """The events and requests in which anything was wrong."""

    def add(
        self,
        steps: Iterable[Any],
        reasons: Iterable[str],
        *,
        example: str,
        hint: str | None = None,
        event_id: int | None = None,
    ) -> None:
        """An event that was dropped: each rule it broke counts once.

        `steps` are those of its trace, as objects, as stored or as read; `example` says which event
        it is.
        """
        self.total += 1
        codes, seen = list(reasons), set()
        for step in steps:
            read = shown_step(step.stored() if isinstance(step, Step) else step)
            if read["result"] != "failed":
                continue
            rule, message, path = read["rule"], read["message"], read["param"]
            general = None if path is None else _INDEX.sub("[]", path)
            said = _INDEX.sub("[]", message)
            key = (rule, general or "", _NUMBER.sub("#", _QUOTED.sub('"…"', said)))
            if key in seen:
                continue
            seen.add(key)
            code = next((each for each in RULES[rule].reasons if each in codes), None)
            finding = read["finding"] or (f"{rule}/{code}" if code else rule)
            self._count(key, Fix(rule, finding, general, said, 0, event_id, example, hint))

    def add_refused(self, entry: Document) -> None:
        """A request of the journal that was refused."""
        self.total += 1
        what = f"{entry['method']} {entry['path'].partition('?')[0]}"
        reason = entry["reason"] or str(entry["status"])
        told = [note["message"].partition(" Emulated: ")[0] for note in entry["notes"]]
        message = f"{what} was answered {entry['status']}: {told[0] if told else reason}"
        said = _INDEX.sub("[]", message)
        key = (None, reason, _NUMBER.sub("#", _QUOTED.sub('"…"', said)))
        self._count(key, Fix(None, reason, None, said, 0, None, what, None))

    def _count(self, key: tuple[str | None, str, str], first: Fix) -> None:
        fix = self._fixes.get(key)
        if fix is None:
            if len(self._fixes) >= MAX_FIXES:
                return
            fix = self._fixes[key] = first
        elif fix.message != first.message:
            fix.message = _QUOTED.sub('"…"', fix.message)
        fix.count += 1
        fix.last_event_id = first.last_event_id
        if fix.hint != first.hint:
            fix.hint = None if fix.hint is None else _QUOTED.sub('"…"', _INDEX.sub("[]", fix.hint))

    def fixes(self) -> list[Fix]:
        """What to mend, the most frequent first."""
        return sorted(self._fixes.values(), key=lambda each: -each.count)

    def to_document(self, limit: int | None = None) -> Document:
        """The list as the control API shows it."""
        return {
            "total": self.total,
            "fixes": [each.to_document() for each in self.fixes()[:limit]],
        }


def fix_list(account: Account, query: EventQuery) -> FixList:
    """What to mend first among an account's events that match, the newest `SEARCHED` of them.

    Without filters, its refused requests as well. Raises `InvalidError` where no event can match.
    """
    found = FixList()
    wanted = _DROPPED if query.verdict is None else (query.verdict,)
    pages = [account.events(replace(query, verdict=each, limit=SEARCHED)) for each in wanted]
    events = [each for page in pages for each in page.items if each["verdict"] in _DROPPED]
    for record in sorted(events, key=lambda each: int(each["eventId"]))[-SEARCHED:]:
        found.add(
            record["trace"],
            record["reasons"],
            example=called(record),
            hint=record["hint"],
            event_id=record["eventId"],
        )
    if query == EventQuery(limit=query.limit, offset=query.offset):
        for entry in reversed(account.journal.page(limit=SEARCHED, refused=True)["requests"]):
            found.add_refused(entry)
    return found


def called(record: Document) -> str:
    """An event in a few words: its type and its key."""
    return f"{record['eventTypeKey'] or '(no event type)'} {record['eventKey'] or ''}".rstrip()
