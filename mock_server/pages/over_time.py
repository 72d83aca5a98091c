"""Events over time: how many of each kind there were in equal parts of the time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from mock_server.emulator import Account, EventQuery
from mock_server.emulator.clock import iso
from mock_server.ledger.codes import ERROR_GROUPS, error_group
from mock_server.model import VERDICTS
from mock_server.rules.moments import moment_of

BINS = 30
_STEPS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""How long a part may be, in seconds; beyond that, whole days."""

Series = Mapping[str, Sequence[EventQuery]]
"""Kinds of events by name; an event is of the first kind of which a query finds it."""

ACTIVITY: Series = {"dropped": [EventQuery(group="dropped")], "kept": [EventQuery()]}
BY_VERDICT: Series = {each: [EventQuery(verdict=each)] for each in VERDICTS}


@dataclass(frozen=True)
class Bin:
    """A part of the time, from `start` up to `end` (ISO 8601), and what was counted in it."""

    start: str
    end: str
    counts: Counter[str]


def by_error_group(account: Account) -> Series:
    """Dropped events by the groups of their reasons."""
    reasons = account.event_counts("reason")
    return {
        group: [EventQuery(reason=each) for each in reasons if error_group(each) == group]
        for group in ERROR_GROUPS
    }


def over_time(account: Account, series: Series, since: str = "") -> list[Bin]:
    """`BINS` equal parts of whole minutes since `since`, to the newest event, none read."""
    minutes = account.first_and_last_minute(since)
    first, last = (moment_of(f"{each}:00Z") for each in minutes or ("", ""))
    if first is None or last is None:
        return []
    seconds = _step((last - first).total_seconds())
    start = (last.timestamp() // seconds - BINS + 1) * seconds
    begin = datetime.fromtimestamp(start, last.tzinfo)
    starts = [begin + timedelta(seconds=number * seconds) for number in range(BINS + 1)]
    ends = [each - timedelta(milliseconds=1) for each in starts[1:]]
    counts = account.count_by_time([iso(each)[:16] for each in starts], series)
    return [
        Bin(iso(start), iso(end), counted)
        for start, end, counted in zip(starts[:-1], ends, counts, strict=True)
    ]


def time_told(text: object, zone: tzinfo) -> str:
    """A time as the emulator writes it, read in this zone without an offset; "" if it is none."""
    moment = moment_of(text, zone)
    return "" if moment is None else iso(moment)


def _step(span: float) -> int:
    """The shortest round part of the time of which `BINS` hold all of it."""
    shortest = span / (BINS - 1)
    days = int(shortest // 86400) + 1
    return next((each for each in _STEPS if each >= shortest), days * 86400)
