"""The pytest plugin and faults: one that no request meets was never a test of anything."""

from __future__ import annotations

import pytest

from mock_server import InvalidError, MockServer
from mock_server.emulator.traffic.reach import can_meet

pytest_plugins = ["pytester"]


def test_a_fault_that_was_not_met_fails_its_test_unless_it_may(project):
    result = project("""
def test_met(yespo_mock):
    yespo_mock.fail_next(status=200, event_type="orderCreated")
    send(yespo_mock)
    assert [(each["hits"], each["left"]) for each in yespo_mock.faults()] == [(1, 0)]

def test_without_end(yespo_mock):
    yespo_mock.fail_next(status=200, times=None)
    send(yespo_mock)

def test_never_met(yespo_mock):
    yespo_mock.fail_next(status=503, event_type="visit", path="/api/v2/event")
    send(yespo_mock)

def test_not_met_as_often(yespo_mock):
    yespo_mock.fail_next(status=200, times=3)
    send(yespo_mock)

def test_taken_back(yespo_mock):
    import urllib.request
    fault = yespo_mock.fail_next(status=503)
    url = f"{yespo_mock.url}/_mock/faults/{fault}"
    urllib.request.urlopen(urllib.request.Request(url, method="DELETE")).close()

@pytest.mark.yespo_mock(allow_unused=True)
def test_allowed(yespo_mock):
    yespo_mock.fail_next(status=503)

def test_reset(yespo_mock):
    yespo_mock.fail_next(status=503)
    yespo_mock.reset()
""")
    result.assert_outcomes(passed=4, failed=3)
    result.stdout.fnmatch_lines(
        [
            "fault 1 (503 for /api/v2/event, event type visit) was never met",
            "*or opt out: @pytest.mark.yespo_mock(allow_unused=True).",
            "fault 1 (200 for any request) was met 1 of 3 times",
            "fault 1 (503 for any request) was never met",
        ]
    )


@pytest.mark.parametrize(
    ("match", "told"),
    [
        ({"path": "/api/v2/evnt"}, "no path /api/v2/evnt. Did you mean /api/v2/event?"),
        ({"path": "/api/zzzz"}, "no path /api/zzzz. GET /_mock/routes lists its paths."),
        ({"method": "PATCH"}, "The service does not take PATCH. It takes DELETE, GET, POST, PUT."),
        ({"method": "get", "path": "/api/v2/event"}, "does not take GET. It takes POST."),
        ({"event_type": "ordercreated"}, "Did you mean orderCreated?"),
        ({"event_type": "cart_updated"}, "Did you mean cartUpdated?"),
        ({"event_type": "visit", "path": "/api/v1/contacts"}, "No event is sent to /api/v1/contac"),
        ({"event_type": "visit", "method": "GET"}, "No event is sent to GET. Leave it out."),
    ],
)
def test_a_fault_that_nothing_can_meet_is_refused_with_the_way_out(mock, match, told):
    with pytest.raises(InvalidError) as refused:
        mock.fail_next(status=503, **match)
    assert told in str(refused.value)
    assert mock.faults() == []


@pytest.mark.parametrize(
    "match",
    [
        {"path": "/api/v2/event/"},
        {"path": "/api/*/event", "event_type": "visit"},
        {"path": "/api/v1/contact/7", "method": "delete"},
        {"path": "/*"},
        {"path": "/api/v1/version", "method": "HEAD"},
        {"path": "/api/v1/broadcasts"},  # documented, though not emulated
        {"event_type": "orderCreated", "method": "post"},
        {"event_type": "Ordered"},
    ],
)
def test_a_fault_that_may_be_met_is_taken(mock: MockServer, match) -> None:
    assert mock.fail_next(status=503, **match) == 1


@pytest.mark.parametrize(
    ("pattern", "can"),
    [
        ("/a/7/c", True),
        ("/a/7", False),
        ("/a//c", False),
        ("/a/7/8/c", False),
        ("/a/[78]*", True),
        ("/a/?/c", True),
        ("/*/c", True),
        ("/a/x*y/c/", True),
        ("*d", False),
        ("/[!a]/*", False),
        ("", False),
    ],
)
def test_a_pattern_meets_a_path_with_any_value_of_its_variables(pattern: str, can: bool) -> None:
    assert can_meet(pattern, "/a/{id}/c") is can
