"""What to fix: dropped events and refused requests, grouped by what is wrong with them."""

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
from mock_server.ledger.findings import FINDINGS, finding_of, shown_step, stored_way_out
from mock_server.model import ORDER_MAKING, Document
from mock_server.rules.outcome import Step

MAX_SHOWN = 1000
"""Events that are remembered of each group."""

MAX_FIXES = 1000
"""Groups that are kept; what is wrong beyond them is counted, not told."""

_FAILED = {name for name, each in FINDINGS.items() if each.result == "failed"} | {"failed"}
_DIFFER_IN = {
    "IDN-09/punctuation": "+, blanks, dashes or brackets",
    "IDN-09/letter_case": "letter case",
    "IDN-09/kind": "the name of the param",
}
_NAMED_OTHERWISE = ("ORD-02/near", "ITM-02/near")
"""Findings that follow on one that failed, and know better what would help."""

_Key = tuple[str | None, str | None, str, str]
"""Event type, rule, general path, and the sentence without its values."""
_INDEX = re.compile(r"\[\d+\]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*…?"')
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(slots=True)
class Fix:
    """One thing to mend: a rule that was broken, at a path whose indices are made general.

    `finding` is what the rule said, such as `ITM-02/missing`; of a refused request it is the
    reason alone, and of an event that version 0.1.0 kept the rule with its code. `message` is that
    of the first case and `hint` says what would help against this mistake alone, both in general
    words once there was another case; `example` names one.
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
    request_id: int | None = None
    """The newest request of this kind, of those that were refused."""
    near: Counter[str] = field(default_factory=Counter)
    """How many of the events almost named a contact, by what they say of it (IDN-09)."""
    damage: HourlyDamage = field(default_factory=HourlyDamage)
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

    def count_one(
        self, hour: Hour, message: str, hint: str | None, *, is_alone: bool = False
    ) -> None:
        """Count one more, sharing words with the others; `is_alone` knows best what helps."""
        self.damage.count(hour)
        if message != self.message:
            self.message, self.differs = _general(self.message, message), True
        if is_alone and not self.is_alone:
            self.hint = hint
        elif is_alone is self.is_alone and self.hint is not None and hint != self.hint:
            self.hint = _general(self.hint, hint or "")

    def count_event(
        self, event_id: int | None, at: str | None, example: str, *, is_alone: bool
    ) -> None:
        """Take note of the event that was counted; `is_alone`: it has no other mistake."""
        if not self.is_alone and (is_alone or self.example_id is None):
            self.is_alone, self.example, self.example_id = is_alone, example, event_id
        self.last_event_id, self.last_at = event_id, at
        self.first_at = self.first_at or at
        if event_id is not None:
            self.first_event_id = self.first_event_id or event_id
            self.event_ids.append(event_id)
            if len(self.event_ids) > 2 * MAX_SHOWN:
                del self.event_ids[:MAX_SHOWN]

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
            "hint": self._general_hint(),
        }

    def _general_hint(self) -> str | None:
        if self.hint is None:
            return None
        hint = without_values(self.hint) if self.differs else self.hint
        told = [
            f"{count:,} of them differ only in {_DIFFER_IN[each]}"
            for each, count in self.near.items()
        ]
        return f"{hint} ({', '.join(told)})" if told else hint


class FixList:
    """Gathers what is wrong; `exists` (or else `settle`) says whether an order is there."""

    def __init__(self, exists: Callable[[str], bool] | None = None) -> None:
        self._fixes: dict[_Key, Fix] = {}
        self._lost = LostOrders(exists)
        self._damage = self._lost.all
        self.settle, self.lost_of = self._lost.settle, self._lost.of_contact

    @property
    def total(self) -> int:
        """The events and requests in which anything was wrong."""
        return self._damage.whole.count

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
        """Count a dropped event: each rule it broke once, by its `steps` as kept or as read."""
        about = event or {}
        kind, order = about.get("eventTypeKey"), about.get("externalOrderId")
        hour = Hour(since_reset, str(about.get("receivedAt") or "")[:HOUR])
        self._damage.count(hour)
        steps = steps if isinstance(steps, list) else list(steps)
        # Most steps are text, which is their finding: a call for each would be half of the cost.
        signs = [each if each.__class__ is str else _sign(each) for each in steps]
        failed = [at for at, sign in enumerate(signs) if sign in _FAILED]
        is_alone = len(failed) == 1
        causes: dict[int, HourlyDamage] = {}
        for at in failed:
            if is_alone and signs[at].endswith("/blamed"):
                root = self._lost.root_of(order)
                if root is not None:  # it would have gone through, had its order
                    root.follow(hour)
                    continue
            read = shown_step(_stored(steps[at]))
            way_out = hint if is_alone else _way_out_alone(hint, steps[at:], signs[at:])
            way_out = general_path(way_out)
            rule, path, message = read["rule"], general_path(read["param"]), read["message"]
            message = general_path(message) or ""
            key = (kind, rule, path or "", _without_numbers(message))
            if kind == "orderUpdated" and (root := self._root(order, key)) is not None:
                if id(root) not in causes:
                    root.follow(hour)
                    causes[id(root)] = root
                continue
            fix = self._fixes.get(key)
            if fix is not None:
                if id(fix.damage) in causes:
                    continue
            elif len(self._fixes) >= MAX_FIXES:
                continue
            else:
                finding = read["finding"] or _in_words(rule, reasons)
                fix = Fix(rule, finding, path, message, example, way_out, event_type_key=kind)
                self._enter(key, fix)
            fix.count_one(hour, message, way_out, is_alone=is_alone)
            fix.count_event(event_id, about.get("receivedAt"), example, is_alone=is_alone)
            causes[id(fix.damage)] = fix.damage
            if rule == "IDN-06":
                fix.near.update(each for each in _DIFFER_IN if each in signs)
        if order and kind in ORDER_MAKING:
            amount, contact = amount_of(about.get("params")), about.get("contactId")
            self._lost.lose(order, hour, amount, causes.values(), contact)

    def _root(self, order: str | None, key: _Key) -> HourlyDamage | None:
        """What lost an order, if it is the mistake that its update has too."""
        same = (self._fixes.get((kind, *key[1:])) for kind in ORDER_MAKING)
        damages = (each.damage for each in same if each is not None)
        return next((each for each in damages if self._lost.has_cause(order, each)), None)

    def add_refused(self, entry: Document) -> None:
        """A request of the journal that was refused."""
        hour = Hour(True, str(entry.get("at") or "")[:HOUR])
        self._damage.count(hour)
        what = f"{entry['method']} {entry['path'].partition('?')[0]}"
        reason = entry["reason"] or str(entry["status"])
        told = [note["message"].partition(" Emulated: ")[0] for note in entry["notes"]]
        said = f"{what} was answered {entry['status']}: {told[0] if told else reason}"
        message = general_path(said) or ""
        first: Document = next((each for each in entry["notes"] if each.get("finding")), {})
        rule, hint = first.get("rule"), general_path(first.get("hint"))
        key = (None, rule, reason, _without_numbers(message))
        fix = self._fixes.get(key)
        if fix is None and len(self._fixes) < MAX_FIXES:
            fix = Fix(rule, str(first.get("finding", reason)), None, message, what, hint)
            self._enter(key, fix)
        if fix is not None:
            fix.count_one(hour, message, hint)
            fix.request_id = entry.get("requestId")

    def _enter(self, key: _Key, fix: Fix) -> None:
        self._fixes[key] = fix
        fix.key = f"{crc32(repr(key).encode()):08x}"

    def fixes(self, span: Span = ALL) -> list[Fix]:
        """List what to mend in this time, the most frequent first; it stays as it is now."""
        found = [(each, each.damage.within(span)) for each in self._fixes.values()]
        told = [
            replace(each, event_ids=each.event_ids.copy(), near=each.near.copy(), cost=cost)
            for each, cost in found
            if cost.count
        ]
        return sorted(told, key=lambda each: -each.count)

    def within(self, span: Span = ALL) -> Damage:
        """How much was wrong in this time, and which orders are lost by that, each counted once."""
        return self._damage.within(span)


def _way_out_alone(hint: str | None, steps: list[Any], signs: list[str]) -> str | None:
    """What would help against the first of these steps, of an event with several mistakes."""
    known_better = len(steps) > 1 and signs[1] in _NAMED_OTHERWISE
    clause = stored_way_out(_stored(steps[1 if known_better else 0]))
    return f"{hint.partition(' if ')[0]} if {clause}" if hint and clause else hint


def _stored(step: Any) -> Any:
    return step.stored() if isinstance(step, Step) else step


def _in_words(rule: str, reasons: Iterable[str]) -> str:
    """The finding of a step of version 0.1.0, which told its rule and a sentence."""
    codes = [*reasons]
    code = next((each for each in RULES[rule].reasons if each in codes), None)
    return f"{rule}/{code}" if code else rule


def _sign(step: Any) -> str:
    """The finding that a step names, or the result of one that is in words."""
    if step.__class__ is list and step and step[0].__class__ is str:
        return str(step[0])
    if isinstance(step, Step):
        return step.finding
    return str(step.get("result")) if isinstance(step, dict) else finding_of(step)


def general_path(text: str | None) -> str | None:
    """A path, or a text with paths, without the numbers of elements: `items[].url`."""
    return text if text is None or "[" not in text else _INDEX.sub("[]", text)


def without_values(text: str) -> str:
    """A text without what is quoted in it."""
    return _QUOTED.sub('"…"', text) if '"' in text else text


def _without_numbers(text: str) -> str:
    return _NUMBER.sub("#", without_values(text))


def _general(said: str, other: str) -> str:
    """Return what two sentences have in common, with `…` for what differs."""
    other = without_values(other)
    if other == said:  # as nearly always, once the first two were compared
        return said
    words, others = without_values(said).split(" "), other.split(" ")
    if len(words) != len(others):
        return without_values(said)
    return " ".join(word if word == its else "…" for word, its in zip(words, others, strict=True))


def event_label(record: Document) -> str:
    """An event in a few words: its type and its key."""
    key = record.get("eventKey") or ""
    return f"{record.get('eventTypeKey') or '(no event type)'} {key}".rstrip()
