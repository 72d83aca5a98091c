"""What to fix: dropped events and refused requests, grouped by what is wrong with them."""

from __future__ import annotations

import re
from binascii import crc32
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from mock_server.emulator.reports.lost_orders import (
    ALL,
    HOUR,
    Damage,
    Hour,
    HourlyDamage,
    LostOrders,
    Span,
    amount_of,
)
from mock_server.ledger.catalogue import RULES
from mock_server.ledger.findings import FINDINGS, finding_of, shown_step
from mock_server.model import ORDER_MAKING, Document
from mock_server.rules.outcome import Step

MAX_SHOWN = 1000
"""Events that are remembered of each group."""

MAX_FIXES = 1000
"""Groups that are kept; what is wrong beyond them is counted, not told."""

_FAILED = {name for name, each in FINDINGS.items() if each.result == "failed"} | {"failed"}
_NEAR = frozenset(("IDN-09/punctuation", "IDN-09/letter_case", "IDN-09/kind"))
_ABOUT = ("eventTypeKey", "externalOrderId", "receivedAt")

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
    example: str
    hint: str | None
    last_event_id: int | None = None
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
    near: Counter[str] = field(default_factory=Counter)
    """How many of the events almost named a contact, by what they say of it (IDN-09)."""
    tallies: HourlyDamage = field(default_factory=HourlyDamage)
    cost: Damage = field(default_factory=Damage)
    """How many events, followers and lost orders, and their money, in the time that was asked."""

    @property
    def count(self) -> int:
        """How many events or requests have this mistake."""
        return self.cost.count

    @property
    def followers(self) -> int:
        """How many later events were dropped because of it."""
        return self.cost.followers

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
    """Gathers what is wrong from events and refused requests, one after the other.

    `exists` says whether an order is there; without it, those are that `settle` has named.
    """

    def __init__(self, exists: Callable[[str], bool] | None = None) -> None:
        self._fixes: dict[_Key, Fix] = {}
        self._lost = LostOrders(exists)
        self._tallies = self._lost.tallies
        self.settle = self._lost.settle

    @property
    def total(self) -> int:
        """The events and requests in which anything was wrong."""
        return self._tallies.whole.count

    def add(
        self,
        steps: Iterable[Any],
        reasons: Iterable[str],
        *,
        example: str,
        hint: str | None = None,
        event_id: int | None = None,
        event: Document | None = None,
        since_reset: bool = True,
    ) -> None:
        """Count an event that was dropped: each rule it broke once.

        `steps` are those of its trace, as objects, as stored or as read; `example` says which event
        it is, `event` is its record, as far as there is one.
        """
        about = event or {}
        kind, order, at = (about.get(each) for each in _ABOUT)
        hour = _hour_of(at, since_reset=since_reset)
        self._tallies.count(hour)
        steps, codes = list(steps), list(reasons)
        failed = [
            each for each in steps if (each if each.__class__ is str else _sign(each)) in _FAILED
        ]
        causes: dict[int, HourlyDamage] = {}
        for each in failed:
            stored = each.stored() if isinstance(each, Step) else each
            if len(failed) == 1 and finding_of(stored).endswith("/blamed"):
                root = self._lost.root_of(order)
                if root is not None:  # it would have gone through, had its order
                    root.follow(hour)
                    continue
            read = shown_step(stored)
            rule, path = read["rule"], general_path(read["param"])
            said = _INDEX.sub("[]", read["message"])
            key = (kind, rule, path or "", _without_numbers(said))
            known = self._fixes.get(key)
            if known is not None:
                if id(known.tallies) in causes:
                    continue
                if kind == "orderUpdated" and self._lost.has_cause(order, known.tallies):
                    known.tallies.follow(hour)
                    causes[id(known.tallies)] = known.tallies
                    continue
            finding = read["finding"]
            if not finding:
                code = next((each for each in RULES[rule].reasons if each in codes), None)
                finding = f"{rule}/{code}" if code else rule
            new = Fix(rule, finding, path, said, example, hint, event_id, event_type_key=kind)
            new.is_alone, new.first_at, new.last_at = len(failed) == 1, at, at
            fix = self._count(key, new, hour)
            if fix is not None:
                causes[id(fix.tallies)] = fix.tallies
                if rule == "IDN-06":
                    fix.near.update({_sign(each) for each in steps} & _NEAR)
        if order and kind in ORDER_MAKING:
            self._lost.lose(order, hour, amount_of(about.get("params")), causes.values())

    def add_refused(self, entry: Document) -> None:
        """A request of the journal that was refused."""
        hour = _hour_of(entry.get("at"))
        self._tallies.count(hour)
        what = f"{entry['method']} {entry['path'].partition('?')[0]}"
        reason = entry["reason"] or str(entry["status"])
        told = [note["message"].partition(" Emulated: ")[0] for note in entry["notes"]]
        message = f"{what} was answered {entry['status']}: {told[0] if told else reason}"
        said = _INDEX.sub("[]", message)
        first: Document = next((each for each in entry["notes"] if each.get("finding")), {})
        rule, finding = first.get("rule"), str(first.get("finding", reason))
        key = (None, rule, reason, _without_numbers(said))
        self._count(key, Fix(rule, finding, None, said, what, first.get("hint")), hour)

    def _count(self, key: _Key, first: Fix, hour: Hour) -> Fix | None:
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
        fix.tallies.count(hour)
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

    def fixes(self, span: Span = ALL) -> list[Fix]:
        """List what to mend in this time, the most frequent first; it stays as it is now."""
        found = [(each, each.tallies.within(span)) for each in self._fixes.values()]
        told = [
            replace(each, event_ids=each.event_ids.copy(), near=each.near.copy(), cost=cost)
            for each, cost in found
            if cost.count
        ]
        return sorted(told, key=lambda each: -each.count)

    def within(self, span: Span = ALL) -> Damage:
        """How much was wrong in this time, and which orders are lost by that, each counted once."""
        return self._tallies.within(span)


def _hour_of(at: Any, *, since_reset: bool = True) -> Hour:
    return Hour(since_reset, str(at or "")[:HOUR])


def _sign(step: Any) -> str:
    """The finding that a step names, or the result of one that is in words."""
    if step.__class__ is list and step and step[0].__class__ is str:
        return str(step[0])
    if isinstance(step, Step):
        return step.finding
    return str(step.get("result")) if isinstance(step, dict) else finding_of(step)


def general_path(text: str | None) -> str | None:
    """A path, or a text with paths, without the numbers of elements: `items[].url`."""
    return None if text is None else _INDEX.sub("[]", text)


def without_values(text: str) -> str:
    """A text without what is quoted in it."""
    return _QUOTED.sub('"…"', text)


def _without_numbers(text: str) -> str:
    return _NUMBER.sub("#", without_values(text))


def _general(said: str, other: str) -> str:
    """Return what two sentences have in common, with `…` for what differs."""
    words, others = (without_values(each).split(" ") for each in (said, other))
    if len(words) != len(others):
        return without_values(said)
    return " ".join(word if word == its else "…" for word, its in zip(words, others, strict=True))


def event_label(record: Document) -> str:
    """An event in a few words: its type and its key."""
    key = record.get("eventKey") or ""
    return f"{record.get('eventTypeKey') or '(no event type)'} {key}".rstrip()
