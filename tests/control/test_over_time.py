"""Events over time: thirty equal parts up to the newest, which begin at round times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from mock_server.emulator import Emulator, EventQuery
from mock_server.emulator.account import Account
from mock_server.emulator.clock import iso
from mock_server.pages.over_time import ACTIVITY, BINS, BY_VERDICT, by_error_group, over_time
from mock_server.rules.outcome import EventRequest

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
MINUTE, HOUR, DAY = 60, 3600, 86400

Receive = Callable[..., None]


@pytest.fixture
def account() -> Iterator[Account]:
    with Emulator() as emulator:
        yield emulator.account()


@pytest.fixture
def receive(account: Account) -> Receive:
    """Receive events so many seconds before noon."""

    def receive(*seconds_ago: float, kind: str = "x", **body: Any) -> None:
        for each in seconds_ago:
            account.clock.freeze(NOON - timedelta(seconds=each))
            account.generate_event(EventRequest({"eventTypeKey": kind, "keyValue": "1", **body}))

    return receive


@pytest.mark.parametrize(
    ("span", "seconds"),
    [
        (0, MINUTE),
        (29 * 60, MINUTE),
        (30 * 60, 2 * MINUTE),
        (29 * 300, 5 * MINUTE),
        (29 * 600, 10 * MINUTE),
        (29 * 900, 15 * MINUTE),
        (29 * 1800, 30 * MINUTE),
        (29 * HOUR, HOUR),
        (29 * 7200, 2 * HOUR),
        (29 * 10800, 3 * HOUR),
        (29 * 21600, 6 * HOUR),
        (29 * 43200, 12 * HOUR),
        (29 * DAY, DAY),
        (30 * DAY, 2 * DAY),
        (100 * DAY, 4 * DAY),
    ],
)
def test_a_part_is_the_shortest_round_time_that_leaves_no_event_out(
    account: Account, receive: Receive, span: int, seconds: int
) -> None:
    receive(span, 0)
    bins = over_time(account, ACTIVITY)
    assert len(bins) == BINS
    starts = [datetime.fromisoformat(each.start.replace("Z", "+00:00")) for each in bins]
    assert {later - earlier for earlier, later in pairwise(starts)} == {timedelta(seconds=seconds)}
    assert all(each.timestamp() % seconds == 0 for each in starts)
    assert starts[-1] <= NOON < starts[-1] + timedelta(seconds=seconds)
    assert sum(each.counts.total() for each in bins) == 2
    assert bins[-1].counts.total() == (1 if span >= seconds else 2)


def test_a_part_ends_right_before_the_next(account: Account, receive: Receive) -> None:
    receive(0)
    first, second = over_time(account, ACTIVITY)[:2]
    assert (first.start, first.end) == ("2026-01-01T11:31:00.000Z", "2026-01-01T11:31:59.999Z")
    assert second.start == "2026-01-01T11:32:00.000Z"


def test_an_event_of_several_kinds_of_errors_counts_once(
    account: Account, receive: Receive
) -> None:
    receive(58 * MINUTE, 0, params=[{"name": "email", "value": "a@shop.test"}])
    receive(20 * MINUTE, kind="orderCreated", params=[{"name": "email", "value": "a@shop.test"}])
    (dropped,) = account.events(EventQuery(group="dropped")).items
    assert {*dropped["reasons"]} > {"contact_not_found"}
    errors = over_time(account, by_error_group(account))
    starts = [each.start for each in over_time(account, BY_VERDICT)]
    assert [each.start for each in errors] == starts
    counted = {place: each.counts for place, each in enumerate(errors) if each.counts}
    assert counted == {19: {"contact not found": 1}}


def test_the_parts_are_of_all_events(account: Account, receive: Receive) -> None:
    """Also where a part holds more, or fewer, than are stored together."""
    for apart, count in ((7, 700), (0.01, 1300)):
        receive(*(apart * each for each in range(count, 0, -1)))
    bins = over_time(account, ACTIVITY)
    assert sum(each.counts.total() for each in bins) == 2000
    for each in bins:
        of_time = EventQuery(received_from=each.start, received_to=each.end)
        assert account.count_by_minutes(of_time) == each.counts.total()
    later = over_time(account, ACTIVITY, iso(NOON - timedelta(minutes=30))[:16])
    assert 1300 < sum(each.counts.total() for each in later) < 1600


@pytest.mark.parametrize("time", ["", "yesterday"])
def test_events_without_a_time_are_left_out(time: str) -> None:
    with Emulator() as emulator:
        account = emulator.account()
        assert over_time(account, ACTIVITY) == []
        for _ in range(2):
            account.generate_event(EventRequest({"eventTypeKey": "x", "keyValue": "1"}))
        state = emulator.export_state()
        next(iter(state["events"].values()))["receivedAt"] = time
        emulator.import_state(state)
        bins = over_time(emulator.account(), ACTIVITY)
        assert sum(each.counts.total() for each in bins) == 1
