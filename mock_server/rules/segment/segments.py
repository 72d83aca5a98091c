"""SEG-03: whether a contact is in a segment, by its events.

A condition on events of a type (`Events`) or a combination; events are shown to a `Tally` for each
`Events`, in any order, then `decide` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Literal

from mock_server.rules.moments import anchored
from mock_server.rules.segment.conditions import AllParams
from mock_server.rules.trace import sentence_list

Which = Literal["any", "first", "last"]
WHICH: tuple[Which, ...] = ("any", "first", "last")


@dataclass(frozen=True, slots=True)
class SegmentEvent:
    """An event as segmentation sees it: its time, params, and zone of bare dates (PST-02)."""

    event_id: int
    at: datetime
    params: Mapping[str, Any]
    zone: tzinfo = timezone.utc


@dataclass(frozen=True, slots=True)
class Count:
    """The number of events to match: `operator` equals, more, less or between (inclusive)."""

    operator: Literal["equals", "more", "less", "between"] = "more"
    low: int = 0
    high: int = 0

    def holds(self, count: int) -> bool:
        """Return whether this is the right number; `says` words it."""
        return {
            "equals": count == self.low,
            "more": count > self.low,
            "less": count < self.low,
            "between": self.low <= count <= self.high,
        }[self.operator]

    def says(self) -> str:
        """Say what is wanted."""
        if self.operator == "between":
            return f"between {self.low} and {self.high}"
        words = {"equals": "exactly", "more": "more than", "less": "less than"}
        return f"{words[self.operator]} {self.low}"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """`start` <= at < `end`, or `last` before now; bare bounds are in the contact's time zone."""

    start: datetime | None = None
    end: datetime | None = None
    last: timedelta | None = None

    def holds(self, at: datetime, now: datetime, zone: tzinfo = timezone.utc) -> bool:
        """Return whether a moment is within the period."""
        if self.last is not None:
            return now - self.last <= at <= now
        start = None if self.start is None else anchored(self.start, zone)
        end = None if self.end is None else anchored(self.end, zone)
        return (start is None or start <= at) and (end is None or at < end)


MORE_THAN_NONE, ALWAYS, WHATEVER = Count(), TimeSpan(), AllParams(())


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """A condition on a contact's events of one type, `count` of those that match.

    They match within the `period` by `params`; with `which`, only the first or the last may.
    """

    event_type: str
    which: Which = "any"
    count: Count = MORE_THAN_NONE
    period: TimeSpan = ALWAYS
    params: AllParams = WHATEVER


@dataclass(frozen=True, slots=True)
class All:
    """Every condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The condition does not hold."""

    condition: Condition


Condition = Events | All | AnyOf | Negation


@dataclass(frozen=True, slots=True)
class Selection:
    """The decision on a contact, the reason, and the ids of matching events, oldest first."""

    holds: bool
    why: str
    events: tuple[int, ...] = ()


def event_conditions(condition: Condition) -> Iterator[Events]:
    """Every condition on events within a condition."""
    if isinstance(condition, Events):
        yield condition
    elif isinstance(condition, Negation):
        yield from event_conditions(condition.condition)
    else:
        for each in condition.conditions:
            yield from event_conditions(each)


@dataclass(slots=True)
class Tally:
    """The tally of one contact's events under one condition on events, seen one by one."""

    condition: Events
    now: datetime
    matched: list[tuple[datetime, int]] = field(default_factory=list)
    chosen: tuple[datetime, int] | None = None
    chosen_why: str = ""
    chosen_matches: bool = False

    def see(self, event: SegmentEvent) -> None:
        """Take an event of the contact, of the condition's type, into account."""
        key = (event.at, event.event_id)
        if self.condition.which != "any":
            if self.chosen is not None and (key < self.chosen) is (self.condition.which == "last"):
                return
            self.chosen = key
            self.chosen_matches, self.chosen_why = self._matches(event)
            return
        if self._matches(event)[0]:
            self.matched.append(key)

    def _matches(self, event: SegmentEvent) -> tuple[bool, str]:
        if not self.condition.period.holds(event.at, self.now, event.zone):
            return False, "it is not within the period"
        found = self.condition.params.check(event.params, event.zone)
        return found.holds, found.why

    def membership(self) -> Selection:
        """Return what it came to."""
        key, which = self.condition.event_type, self.condition.which
        if which != "any":
            if self.chosen is None:
                return Selection(False, f"there is no {key}")
            seen = f" ({self.chosen_why})" if self.chosen_why else ""
            does = "matches" if self.chosen_matches else "does not match"
            chosen = (self.chosen[1],) if self.chosen_matches else ()
            why = f"the {which} {key}, event {self.chosen[1]}, {does}{seen}"
            return Selection(self.chosen_matches, why, chosen)
        count = self.condition.count
        ids = tuple(event_id for _, event_id in sorted(self.matched))
        why = f"{len(ids)} {key} matched; wanted: {count.says()}"
        return Selection(count.holds(len(ids)), why, ids)


def decide(condition: Condition, tallies: Mapping[Events, Tally], now: datetime) -> Selection:
    """Return whether a contact is in a segment; a condition without a tally has not seen events."""
    if isinstance(condition, Events):
        tally = tallies.get(condition) or Tally(condition, now)
        return tally.membership()
    if isinstance(condition, Negation):
        inner = decide(condition.condition, tallies, now)
        return Selection(not inner.holds, f"not: {inner.why}")
    found = [decide(each, tallies, now) for each in condition.conditions]
    if isinstance(condition, All):
        failed = [each for each in found if not each.holds]
        return _joined(not failed, failed or found)
    passed = [each for each in found if each.holds]
    return _joined(bool(passed), passed or found)


def _joined(holds: bool, found: Sequence[Selection]) -> Selection:
    ids = {event_id for each in found if each.holds for event_id in each.events}
    return Selection(holds, sentence_list(each.why for each in found), tuple(sorted(ids)))
