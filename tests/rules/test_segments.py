"""SEG-03: whether a contact is in a segment, and SEG-02: which event types take part."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mock_server.documents.account_settings import AccountSettings
from mock_server.rules.event.event_types import MAX_SEGMENTED, ORDER_EVENTS, new_event_type
from mock_server.rules.segment.conditions import AllParams, Param
from mock_server.rules.segment.segments import (
    All,
    AnyOf,
    Count,
    Events,
    Negation,
    SegmentEvent,
    Tally,
    TimeSpan,
    decide,
    event_conditions,
)
from mock_server.rules.trace import Trace

NOW = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def event(event_id, days_ago, **params):
    return SegmentEvent(event_id, NOW - days_ago * DAY, params)


# Not in the order in which they happened: a past event may come late.
BOUGHT = [event(1, 3, a=1), event(2, 30, a=2), event(3, 0, a=3)]
A = {n: AllParams((Param("a", "equals", n),)) for n in (1, 2, 3)}


def seen(condition, events=BOUGHT):
    tallies = {}
    for each in event_conditions(condition):
        tallies[each] = Tally(each, NOW)
        for one in events if each.event_type == "buy" else ():
            tallies[each].see(one)
    return decide(condition, tallies, NOW)


@pytest.mark.parametrize(
    ("condition", "holds", "events"),
    [
        (Events("buy"), True, (2, 1, 3)),
        (Events("visit"), False, ()),
        (Events("buy", count=Count("equals", 3)), True, (2, 1, 3)),
        (Events("buy", count=Count("equals", 2)), False, (2, 1, 3)),
        (Events("buy", count=Count("more", 2)), True, (2, 1, 3)),
        (Events("buy", count=Count("more", 3)), False, (2, 1, 3)),
        (Events("buy", count=Count("less", 4)), True, (2, 1, 3)),
        (Events("visit", count=Count("less", 1)), True, ()),
        (Events("buy", count=Count("between", 3, 5)), True, (2, 1, 3)),
        (Events("buy", count=Count("between", 1, 2)), False, (2, 1, 3)),
        (Events("buy", period=TimeSpan(last=7 * DAY)), True, (1, 3)),
        (Events("buy", period=TimeSpan(last=timedelta(hours=1)), params=A[1]), False, ()),
        (Events("buy", period=TimeSpan(start=NOW - 3 * DAY)), True, (1, 3)),
        (Events("buy", period=TimeSpan(end=NOW - 3 * DAY)), True, (2,)),  # the end is not included
        (Events("buy", period=TimeSpan(NOW - 40 * DAY, NOW - 20 * DAY)), True, (2,)),
        (Events("buy", params=A[2]), True, (2,)),
        (Events("buy", "first", params=A[2]), True, (2,)),
        (Events("buy", "first", params=A[1]), False, ()),
        (Events("buy", "last", params=A[3]), True, (3,)),
        (Events("buy", "last", params=A[1]), False, ()),
        (Events("buy", "first", period=TimeSpan(last=7 * DAY)), False, ()),
        (Events("visit", "last"), False, ()),
    ],
)
def test_condition_on_events(condition, holds, events):
    found = seen(condition)
    assert (found.holds, found.events) == (holds, events)
    assert condition.event_type in found.why


BUY, VISIT = Events("buy", params=A[1]), Events("visit")


@pytest.mark.parametrize(
    ("condition", "holds", "events"),
    [
        (All((BUY, Events("buy", params=A[2]))), True, (1, 2)),
        (All((BUY, VISIT)), False, ()),
        (AnyOf((BUY, VISIT)), True, (1,)),
        (AnyOf((VISIT, VISIT)), False, ()),
        (Negation(VISIT), True, ()),
        (Negation(BUY), False, ()),
        (All((Negation(VISIT), AnyOf((VISIT, BUY)))), True, (1,)),
    ],
)
def test_combination(condition, holds, events):
    found = seen(condition)
    assert (found.holds, found.events) == (holds, events)


def test_why_says_what_was_seen_and_wanted():
    assert seen(Events("buy", count=Count("between", 5, 6))).why == (
        "3 buy matched; wanted: between 5 and 6"
    )
    assert seen(Events("buy", "last", params=A[1])).why == (
        "the last buy, event 3, does not match (a is 3)"
    )
    assert seen(Events("buy", "first")).why == "the first buy, event 2, matches"
    assert seen(All((Negation(VISIT), BUY))).why == (
        "not: 0 visit matched; wanted: more than 0 and 1 buy matched; wanted: more than 0"
    )


def test_condition_that_nobody_was_shown_to_has_seen_no_events():
    assert not decide(BUY, {}, NOW).holds
    assert decide(Negation(BUY), {}, NOW).holds


# SEG-02


class View:
    """As much of an account as the making of event types looks at."""

    settings = AccountSettings()

    def __init__(self, segmented: int, *known: str) -> None:
        self._segmented, self._known = segmented, known

    def segmented_event_types(self) -> int:
        return self._segmented

    def event_type(self, key: str):
        return {"eventTypeKey": key, "segmentation": True} if key in self._known else None


@pytest.mark.parametrize(
    ("key", "segmented", "known", "takes_part"),
    [
        ("visit", MAX_SEGMENTED - 5, (), True),
        ("visit", MAX_SEGMENTED - 4, (), False),  # the last four places are the order types'
        ("visit", MAX_SEGMENTED - 1, ORDER_EVENTS, True),
        ("visit", MAX_SEGMENTED, ORDER_EVENTS, False),
        ("orderCreated", MAX_SEGMENTED - 4, (), True),
    ],
)
def test_at_most_fifty_event_types_take_part(key, segmented, known, takes_part):
    trace = Trace()
    made = new_event_type(key, View(segmented, *known), trace)
    assert made["segmentation"] is takes_part
    assert trace.warnings == ([] if takes_part else ["segmentation_limit"])
