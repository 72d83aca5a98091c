"""Events over time: how many of each kind there were in equal parts of the time."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

from mock_server.emulator import Account, EventQuery
from mock_server.emulator.clock import iso
from mock_server.ledger.codes import (
    ERROR_GROUPS,
    ErrorGroup,
    error_group,
    error_group_of,
)
from mock_server.model import Document
from mock_server.rules.moments import moment_of

__all__ = ["ERROR_GROUPS", "Bin", "activity", "error_group", "errors_over_time", "over_time"]

BINS = 30
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""The longest bin in seconds; beyond that, whole days."""


@dataclass(frozen=True)
class Bin:
    """A part of the time, from `start` up to `end` (ISO 8601), and what was counted in it."""

    start: str
    end: str
    counts: Counter[str]


def over_time(events: Sequence[Document]) -> list[Bin]:
    """`BINS` equal parts up to the newest event, by verdict; they begin at round times.

    Events that lack a time are left out.
    """
    return _bins(events, lambda event: str(event.get("verdict")))


def errors_over_time(events: Sequence[Document]) -> list[Bin]:
    """The same parts of the same time, but of ignored and rejected events by error group."""
    return _bins(events, _error)


def activity(account: Account, first: str) -> list[Bin]:
    """`BINS` equal parts of whole minutes, from an hour on or from the first event until now.

    Their counts are of all events, `kept` and `dropped`; none has to be read for them.
    """
    counts = account.event_counts("minute")
    minutes = sorted(each for each in counts if each >= first)
    sums = [*accumulate((counts[each] for each in minutes), initial=0)]
    begin, newest = (moment_of(f"{of(minutes, default='')}:00Z") for of in (min, max))
    if begin is None or newest is None:
        return []
    end = max(account.clock.now(), newest)
    seconds = max(60, _step((end - begin).total_seconds()))
    starts = [(end.timestamp() // seconds + 1 - each) * seconds for each in range(BINS, -1, -1)]
    found = []
    for start, after in pairwise(datetime.fromtimestamp(each, end.tzinfo) for each in starts):
        until = iso(after - timedelta(milliseconds=1))
        query = EventQuery(received_from=iso(start), received_to=until)
        dropped = account.count_by_minutes(replace(query, group="dropped"))
        first_at, next_at = (bisect_left(minutes, iso(each)[:16]) for each in (start, after))
        kept = sums[next_at] - sums[first_at] - dropped
        found.append(Bin(iso(start), until, Counter(kept=kept, dropped=dropped)))
    return found


def _error(event: Document) -> ErrorGroup | None:
    return error_group_of(event.get("reasons") or [])


def _bins(events: Sequence[Document], series_of: Callable[[Document], str | None]) -> list[Bin]:
    timed = [
        (time, each) for each in events if (time := moment_of(each.get("receivedAt"))) is not None
    ]
    if not timed:
        return []
    first, last = min(time for time, _ in timed), max(time for time, _ in timed)
    seconds = _step((last - first).total_seconds())
    start = last.timestamp() // seconds * seconds - (BINS - 1) * seconds
    counts = [Counter[str]() for _ in range(BINS)]
    for time, event in timed:
        series = series_of(event)
        if series is not None:
            counts[int((time.timestamp() - start) // seconds)][series] += 1
    begin = datetime.fromtimestamp(start, last.tzinfo)
    return [
        Bin(
            iso(begin + timedelta(seconds=number * seconds)),
            iso(begin + timedelta(seconds=(number + 1) * seconds) - timedelta(milliseconds=1)),
            each,
        )
        for number, each in enumerate(counts)
    ]


def _step(span: float) -> int:
    """The shortest round part of the time of which `BINS` hold all of it."""
    shortest = span / (BINS - 1)
    days = int(shortest // 86400) + 1
    return next((each for each in _STEPS if each >= shortest), days * 86400)
