"""The fix list: dropped events and refused requests, grouped by what is wrong with them."""

from __future__ import annotations

import re
from binascii import crc32
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from mock_server.emulator.questions import Questions
from mock_server.emulator.traffic.journal import Journal
from mock_server.ledger.catalogue import RULES
from mock_server.ledger.findings import is_failed, shown_step
from mock_server.model import Document
from mock_server.rules.outcome import Step
from mock_server.state import EventQuery, Page

SEARCHED = 5000
"""Dropped events that are looked at for an account's list."""

SEARCHED_AT_ONCE = 1000
"""Dropped events that the first look at a page reads."""

MAX_SHOWN = 1000
"""Events that are remembered of each group."""

MAX_FIXES = 1000
"""Groups that are kept; what is wrong beyond them is counted, not told."""

# Dropped events that have gone meanwhile (the oldest do, where events are bounded) and still count.
_GONE = 500
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
    event_ids: list[int] = field(default_factory=list)
    """The newest events of this kind, the oldest of them first; at most 2 * `MAX_SHOWN`."""
    key: str = ""
    """A short name for this fix, the same for the same findings: eight hexadecimal digits."""

    def to_document(self) -> Document:
        """The fix as the control API shows it."""
        return {
            "id": self.key,
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
            stored = step.stored() if isinstance(step, Step) else step
            if not is_failed(stored):
                continue
            read = shown_step(stored)
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
            first.key = f"{crc32(repr(key).encode()):08x}"
        elif fix.message != first.message:
            fix.message = _general(fix.message, first.message)
        fix.count += 1
        fix.last_event_id = first.last_event_id
        if first.last_event_id is not None:
            fix.event_ids.append(first.last_event_id)
            if len(fix.event_ids) > 2 * MAX_SHOWN:
                del fix.event_ids[:MAX_SHOWN]
        if fix.hint is not None and fix.hint != first.hint:
            fix.hint = _general(_INDEX.sub("[]", fix.hint), _INDEX.sub("[]", first.hint or ""))

    def fixes(self) -> list[Fix]:
        """List what to mend, the most frequent first."""
        return sorted(self._fixes.values(), key=lambda each: -each.count)

    def to_document(self, limit: int | None = None) -> Document:
        """The list as the control API shows it."""
        return {
            "total": self.total,
            "fixes": [each.to_document() for each in self.fixes()[:limit]],
        }


def _general(said: str, other: str) -> str:
    """Return what two sentences have in common, with `…` for what differs."""
    said, other = (_QUOTED.sub('"…"', each) for each in (said, other))
    words, others = said.split(" "), other.split(" ")
    if len(words) != len(others):
        return said
    return " ".join(word if word == its else "…" for word, its in zip(words, others, strict=True))


def fix_list(questions: Questions, journal: Journal, query: EventQuery) -> FixList:
    """List what to mend first among the events that match, the newest `SEARCHED` of them.

    Without filters, its refused requests as well. Raises `InvalidError` where no event can match.
    """
    found = FixList()
    _add_events(found, questions.records(replace(query, group="dropped", limit=SEARCHED)).items)
    if query == EventQuery(limit=query.limit, offset=query.offset):
        _add_refused(found, journal, SEARCHED)
    return found


class FixBook:
    """The fix list of an account's stored events, carried on from event to event.

    Asking for it costs as much as there are new dropped events. Thread-safe.
    """

    def __init__(self, questions: Questions, journal: Journal) -> None:
        self._questions = questions
        self._journal = journal
        self._lock = Lock()
        self._list = FixList()
        self._last: Document | None = None
        self._counted = 0  # how many dropped events there were, those beyond the bound included

    def fixes(self) -> list[Fix]:
        """List what to mend, refused requests included, the most frequent first.

        Of very many dropped events the newest `SEARCHED_AT_ONCE` are shown, and all that follow.
        """
        with self._lock:
            self._carry_on()
            told = self._list.fixes()
        refused = FixList()
        _add_refused(refused, self._journal, SEARCHED_AT_ONCE)
        return sorted([*told, *refused.fixes()], key=lambda each: -each.count)

    def _carry_on(self) -> None:
        """Add what is new; start again when the events are others, or many of them have gone."""
        total = self._questions.event_counts("group").get("dropped", 0)
        if self._last is not None and self._questions.still_holds(self._last):
            found = self._dropped(since=self._last["eventId"])
            self._counted += found.total
            is_whole = found.total == len(found.items)
            if is_whole and self._counted - total <= _GONE:
                self._add(found)
                return
        self._list, self._last, self._counted = FixList(), None, total
        self._add(self._dropped())

    def _dropped(self, since: int | None = None) -> Page:
        return self._questions.records(
            EventQuery(group="dropped", since=since, limit=SEARCHED_AT_ONCE)
        )

    def _add(self, found: Page) -> None:
        _add_events(self._list, found.items)
        self._last = found.items[0] if found.items else self._last


def _add_events(found: FixList, newest_first: list[Document]) -> None:
    for record in reversed(newest_first):
        found.add(
            record.get("trace") or (),
            record.get("reasons") or (),
            example=event_label(record),
            hint=record.get("hint"),
            event_id=record["eventId"],
        )


def _add_refused(found: FixList, journal: Journal, limit: int) -> None:
    for entry in reversed(journal.page(limit=limit, refused=True)["requests"]):
        found.add_refused(entry)


def event_label(record: Document) -> str:
    """An event in a few words: its type and its key."""
    key = record.get("eventKey") or ""
    return f"{record.get('eventTypeKey') or '(no event type)'} {key}".rstrip()
