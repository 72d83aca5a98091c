"""The fix list: dropped events and refused requests, grouped by what is wrong with them."""

from __future__ import annotations

import re
from binascii import crc32
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

from mock_server.emulator.questions import Questions
from mock_server.emulator.traffic.journal import Journal
from mock_server.ledger.catalogue import RULES
from mock_server.ledger.findings import finding_of, is_failed, shown_step
from mock_server.model import ORDER_MAKING, Document
from mock_server.rules.order.currencies import CURRENCIES
from mock_server.rules.order.shop_values import amounts_meant, currency_meant
from mock_server.rules.outcome import Step
from mock_server.rules.values import Number, as_number
from mock_server.state import EventQuery, Page

SEARCHED = 5000
"""Dropped events that are looked at for an account's list."""

SEARCHED_AT_ONCE = 100_000
"""Dropped events that are read at a first look; from then on each is read once."""

MAX_SHOWN = 1000
"""Events that are remembered of each group."""

MAX_ORDERS = 10_000
"""Orders that are remembered of each group."""

MAX_FIXES = 1000
"""Groups that are kept; what is wrong beyond them is counted, not told."""

# Dropped events that have gone meanwhile (the oldest do, where events are bounded) and still count.
_GONE = 500
_NEAR = frozenset(("IDN-09/punctuation", "IDN-09/letter_case", "IDN-09/kind"))
_Key = tuple[str | None, str | None, str, str]
"""Event type, rule, general path, and the sentence without its values."""
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
    event_type_key: str | None = None
    first_event_id: int | None = None
    example_id: int | None = None
    """The event that serves as the example: one that has only this mistake, where there is one."""
    is_alone: bool = False
    differs: bool = False
    first_at: str | None = None
    last_at: str | None = None
    followers: int = 0
    orders: dict[str, tuple[str | None, Number] | None] = field(default_factory=dict)
    """The orders that were to be made, each with its currency and amount, at most `MAX_ORDERS`."""
    near: Counter[str] = field(default_factory=Counter)
    """How many of the events almost named a contact, by what they say of it (IDN-09)."""

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
        self._fixes: dict[_Key, Fix] = {}
        self._roots: dict[str, Fix] = {}  # by order: why it is not there
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
        event: Document | None = None,
    ) -> None:
        """Count an event that was dropped: each rule it broke once.

        `steps` are those of its trace, as objects, as stored or as read; `example` says which event
        it is, `event` is its record, as far as there is one.
        """
        self.total += 1
        about = event or {}
        kind, order = about.get("eventTypeKey"), about.get("externalOrderId")
        codes, seen = list(reasons), set[_Key]()
        all_steps = [step.stored() if isinstance(step, Step) else step for step in steps]
        failed = [each for each in all_steps if is_failed(each)]
        near = {finding_of(each) for each in all_steps} & _NEAR
        for stored in failed:
            follows = finding_of(stored).endswith("/blamed")
            if follows and len(failed) == 1 and (root := self._roots.get(order or "")):
                root.followers += 1  # it would have gone through, had its order
                continue
            read = shown_step(stored)
            rule, message, path = read["rule"], read["message"], read["param"]
            general = None if path is None else _INDEX.sub("[]", path)
            said = _INDEX.sub("[]", message)
            key = (kind, rule, general or "", _NUMBER.sub("#", _QUOTED.sub('"…"', said)))
            if key in seen:
                continue
            seen.add(key)
            code = next((each for each in RULES[rule].reasons if each in codes), None)
            finding = read["finding"] or (f"{rule}/{code}" if code else rule)
            known = self._fixes.get(key)
            if known is not None and kind == "orderUpdated" and order in known.orders:
                known.followers += 1
                continue
            new = Fix(rule, finding, general, said, 0, event_id, example, hint)
            new.event_type_key, new.is_alone = kind, len(failed) == 1
            new.first_at = new.last_at = about.get("receivedAt")
            fix = self._count(key, new)
            if fix is None:
                continue
            if rule == "IDN-06":
                fix.near.update(near)
            if order and kind in ORDER_MAKING and len(fix.orders) < MAX_ORDERS:
                fix.orders.setdefault(order, _amount_of(about))
                if len(self._roots) < MAX_FIXES * 100:
                    self._roots.setdefault(order, fix)

    def add_refused(self, entry: Document) -> None:
        """A request of the journal that was refused."""
        self.total += 1
        what = f"{entry['method']} {entry['path'].partition('?')[0]}"
        reason = entry["reason"] or str(entry["status"])
        told = [note["message"].partition(" Emulated: ")[0] for note in entry["notes"]]
        message = f"{what} was answered {entry['status']}: {told[0] if told else reason}"
        said = _INDEX.sub("[]", message)
        first: Document = next((each for each in entry["notes"] if each.get("finding")), {})
        rule, finding = first.get("rule"), str(first.get("finding", reason))
        key = (None, rule, reason, _NUMBER.sub("#", _QUOTED.sub('"…"', said)))
        self._count(key, Fix(rule, finding, None, said, 0, None, what, first.get("hint")))

    def _count(self, key: _Key, first: Fix) -> Fix | None:
        fix = self._fixes.get(key)
        if fix is None:
            if len(self._fixes) >= MAX_FIXES:
                return None
            fix = self._fixes[key] = first
            first.first_event_id = first.example_id = first.last_event_id
            first.key = f"{crc32(repr(key).encode()):08x}"
        elif fix.message != first.message:
            fix.message = _general(fix.message, first.message)
            fix.differs = True
        fix.count += 1
        fix.last_event_id, fix.last_at = first.last_event_id, first.last_at
        if first.is_alone and not fix.is_alone:
            fix.is_alone, fix.example, fix.example_id = True, first.example, first.last_event_id
        if first.last_event_id is not None:
            fix.event_ids.append(first.last_event_id)
            if len(fix.event_ids) > 2 * MAX_SHOWN:
                del fix.event_ids[:MAX_SHOWN]
        if fix.hint is not None and fix.hint != first.hint:
            fix.hint = _general(_INDEX.sub("[]", fix.hint), _INDEX.sub("[]", first.hint or ""))
        return fix

    def fixes(self) -> list[Fix]:
        """List what to mend, the most frequent first."""
        return sorted(self._fixes.values(), key=lambda each: -each.count)

    def to_document(self, limit: int | None = None) -> Document:
        """The list as the control API shows it."""
        return {
            "total": self.total,
            "fixes": [each.to_document() for each in self.fixes()[:limit]],
        }


def _amount_of(event: Document) -> tuple[str | None, Number] | None:
    """The currency and the total of a dropped order, where it has a total that can be read."""
    params = event.get("params")
    values = {
        each["name"]: each.get("value")
        for each in (params if isinstance(params, list) else ())
        if isinstance(each, dict) and isinstance(each.get("name"), str)
    }
    total, currency = values.get("totalCost"), values.get("currency")
    amount = as_number(total)
    if amount is None and len(readings := amounts_meant(total)) == 1:
        amount = as_number(readings[0])
    code = currency if isinstance(currency, str) and currency in CURRENCIES else None
    return None if amount is None else (code or currency_meant(currency), amount)


def general_path(text: str | None) -> str | None:
    """A path, or a text with paths, without the numbers of elements: `items[].url`."""
    return None if text is None else _INDEX.sub("[]", text)


def without_values(text: str) -> str:
    """A text without what is quoted in it."""
    return _QUOTED.sub('"…"', text)


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
        self.journal = journal
        self._lock = Lock()
        self._list = FixList()
        self._last: Document | None = None
        self._counted = 0  # how many dropped events there were, those beyond the bound included

    def fixes(self) -> list[Fix]:
        """Return what to fix, the most frequent first, refused requests among it."""
        return self.counted()[0]

    def counted(self) -> tuple[list[Fix], int]:
        """Return what to fix, and of how many events and requests that is."""
        with self._lock:
            self._carry_on()
            told, total = self._list.fixes(), self._list.total
        refused = FixList()
        _add_refused(refused, self.journal, SEARCHED_AT_ONCE)
        fixes = sorted([*told, *refused.fixes()], key=lambda each: -each.count)
        return fixes, total + refused.total

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
            event=record,
        )


def _add_refused(found: FixList, journal: Journal, limit: int) -> None:
    for entry in reversed(journal.page(limit=limit, refused=True)["requests"]):
        found.add_refused(entry)


def event_label(record: Document) -> str:
    """An event in a few words: its type and its key."""
    key = record.get("eventKey") or ""
    return f"{record.get('eventTypeKey') or '(no event type)'} {key}".rstrip()
