"""Rate limits and the duplicate guard, by the clock of the account."""

from __future__ import annotations

import pytest

from mock_server.emulator.clock import Clock, read_clock_time, read_duration
from mock_server.emulator.traffic.limits import TrafficLimits, is_guarded

EVENT = {"eventTypeKey": "visit", "keyValue": "1"}


def _limits(text="2026-01-01T00:00:00"):
    clock = Clock()
    clock.freeze(read_clock_time(text))
    return clock, TrafficLimits(clock)


@pytest.mark.parametrize(
    ("method", "paths", "limit"),
    [
        ("POST", ["/api/v1/event", "/api/v2/event"], 350),
        ("POST", ["/api/v1/past_events"], 100),
        ("DELETE", ["/api/v1/past_events"], 5),
        ("GET", ["/api/v1/contacts"], 50),
        ("GET", ["/api/v1/version", "/api/v1/contact/1", "/api/v1/account/info"], 200),
    ],
)
def test_one_request_over_the_limit_of_a_second_is_too_many(method, paths, limit):
    """WIRE-07: versions share a limit, and all methods that are not named share one."""
    clock, limits = _limits()
    for number in range(limit):
        assert limits.excess(method, paths[number % len(paths)]) is None
    assert f"limited to {limit} a second" in limits.excess(method, paths[0])
    clock.advance(read_duration("PT0.999S"))
    assert limits.excess(method, paths[0]) is not None
    clock.advance(read_duration("PT0.001S"))
    assert limits.excess(method, paths[0]) is None


def test_the_window_slides_and_a_clock_set_back_begins_anew():
    """WIRE-07."""
    clock, limits = _limits()
    for _ in range(5):
        assert limits.excess("DELETE", "/api/v1/past_events") is None
        clock.advance(read_duration("PT0.1S"))
    assert limits.excess("DELETE", "/api/v1/past_events") is not None
    clock.advance(read_duration("PT0.5S"))
    assert limits.excess("DELETE", "/api/v1/past_events") is None
    assert limits.excess("DELETE", "/api/v1/past_events") is not None
    clock.advance(read_duration("-PT1H"))
    assert limits.excess("DELETE", "/api/v1/past_events") is None


def test_over_the_wire_it_is_429_with_a_text_and_nothing_is_stored(client):
    """WIRE-07."""
    client.call("PUT", "/_mock/clock", json={"now": "2026-01-01T00:00:00"})
    client.call("PATCH", "/_mock/settings", json={"rate_limits": True})
    statuses = [client.event(EVENT).status_code for _ in range(351)]
    assert statuses == [200] * 350 + [429]
    refused = client.event(EVENT)
    assert "350 a second" in refused.text
    assert refused.headers["Retry-After"] == "1"
    assert client.get("/_mock/events")["total"] == 350
    entry = client.get("/_mock/requests")["requests"][0]
    assert (entry["status"], entry["reason"]) == (429, "rate_limit_exceeded")
    client.call("PUT", "/_mock/clock", json={"advance": "PT1S"})
    assert client.event(EVENT).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "guarded"),
    [
        ("POST", "/api/v1/contact", True),
        ("PUT", "/api/v1/contact/5", True),
        ("POST", "/api/v1/contact/subscribe", True),
        ("GET", "/api/v1/contact/5", False),
        ("POST", "/api/v2/event", False),
        ("POST", "/api/v1/contacts", False),
    ],
)
def test_only_some_methods_are_guarded(method, path, guarded):
    """CON-10."""
    assert is_guarded(method, path) is guarded


def test_a_repetition_within_a_minute_is_refused():
    """CON-10: the same method, path and body, by the clock of the account."""
    clock, limits = _limits()
    first = limits.take("POST", "/api/v1/contact", b"{}")
    assert first is not None
    assert limits.take("POST", "/api/v1/contact", b"{}") is None
    assert limits.take("POST", "/api/v1/contact", b"{ }") is not None
    assert limits.take("PUT", "/api/v1/contact/1", b"{}") is not None
    clock.advance(read_duration("PT59.999S"))
    assert limits.take("POST", "/api/v1/contact", b"{}") is None
    clock.advance(read_duration("PT0.001S"))
    assert limits.take("POST", "/api/v1/contact", b"{}") is not None


def test_a_request_that_failed_may_be_repeated(client):
    """CON-10: only what was fulfilled is remembered."""
    client.call("PATCH", "/_mock/settings", json={"duplicate_guard": True})

    def post(contact: object) -> tuple[int, str]:
        answer = client.call("POST", "/api/v1/contact", json=contact)
        return answer.status_code, answer.text

    assert [post({})[0] for _ in range(2)] == [400, 400]
    contact = {"externalCustomerId": "A1"}
    assert post(contact)[0] == 200
    assert post(contact) == (409, "Duplicated request")
    entry = client.get("/_mock/requests")["requests"][0]
    assert (entry["status"], entry["reason"]) == (409, "duplicated_request")
    client.call("PUT", "/_mock/clock", json={"advance": "PT1M"})
    assert post(contact)[0] == 200


def test_an_answer_is_the_same_with_limits_as_without(client):
    """WIRE-01: no content type where there is no content."""
    event = {"eventTypeKey": "visit", "keyValue": "1"}
    client.event(event)
    without = client.event(event).headers
    client.call("PATCH", "/_mock/settings", json={"rate_limits": True})
    limited = client.event(event).headers
    assert set(limited) == set(without)
    assert "Content-Type" not in limited


def test_reads_of_messages_are_limited_by_the_hour() -> None:
    """SND-06: 500 an hour."""
    clock, limits = _limits()
    asked = ("GET", "/api/v1/messages/email/1")
    for _ in range(500):
        assert limits.excess(*asked) is None
        clock.advance(read_duration("PT1S"))
    assert limits.excess(*asked) == (
        "Too many requests: GET messages is limited to 500 an hour. Wait, or move the clock."
    )
    assert limits.excess("GET", "/api/v1/account/info") is None
    clock.advance(read_duration("PT55M"))
    assert limits.excess(*asked) is None
