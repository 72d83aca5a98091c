"""Events over time: thirty equal parts up to the newest, which begin at round times."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from mock_server.emulator.clock import iso
from mock_server.pages.over_time import BINS, errors_over_time, over_time

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
DAY = 86400


def events(*seconds_ago: float, **fields: object) -> list[dict[str, object]]:
    """Events received so many seconds before noon."""
    times = [iso(NOON - timedelta(seconds=each)) for each in seconds_ago]
    return [{"receivedAt": each, "verdict": "applied", **fields} for each in times]


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        (0, 1),
        (29, 1),
        (30, 2),
        (29 * 2, 2),
        (29 * 5, 5),
        (29 * 10, 10),
        (29 * 15, 15),
        (29 * 30, 30),
        (29 * 60, 60),
        (29 * 120, 120),
        (29 * 300, 300),
        (29 * 600, 600),
        (29 * 900, 900),
        (29 * 1800, 1800),
        (29 * 3600, 3600),
        (29 * 7200, 7200),
        (29 * 10800, 10800),
        (29 * 21600, 21600),
        (29 * 43200, 43200),
        (29 * DAY, DAY),
        (30 * DAY, 2 * DAY),
        (100 * DAY, 4 * DAY),
    ],
)
def test_a_part_is_the_shortest_round_time_that_leaves_no_event_out(
    span: int, seconds: int
) -> None:
    bins = over_time(events(0, span))
    assert len(bins) == BINS
    starts = [datetime.fromisoformat(each.start.replace("Z", "+00:00")) for each in bins]
    assert {later - earlier for earlier, later in pairwise(starts)} == {timedelta(seconds=seconds)}
    assert all(each.timestamp() % seconds == 0 for each in starts)
    assert starts[-1] <= NOON < starts[-1] + timedelta(seconds=seconds)
    assert sum(each.counts["applied"] for each in bins) == 2
    assert bins[-1].counts["applied"] == (1 if span >= seconds else 2)


def test_a_part_ends_right_before_the_next() -> None:
    first, second = over_time(events(0))[:2]
    assert (first.start, first.end) == ("2026-01-01T11:59:31.000Z", "2026-01-01T11:59:31.999Z")
    assert second.start == "2026-01-01T11:59:32.000Z"


def test_errors_are_counted_in_the_parts_of_all_events() -> None:
    dropped = events(20, verdict="ignored", reasons=["contact_not_found"])
    everything = [*events(0, 58), *dropped]
    errors = errors_over_time(everything)
    assert [each.start for each in errors] == [each.start for each in over_time(everything)]
    assert [place for place, each in enumerate(errors) if each.counts] == [19]
    assert sum(sum(each.counts.values()) for each in errors) == 1


def test_events_without_a_time_are_left_out() -> None:
    assert over_time([{"verdict": "applied"}]) == []
    assert over_time([]) == []
