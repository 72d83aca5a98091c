"""The clock of an account: frozen, moved, and set back to real time."""

from __future__ import annotations

import gc
from datetime import datetime, timedelta, timezone

import pytest

from mock_server.emulator import Emulator
from mock_server.emulator.clock import Clock, read_clock_time, read_duration

EVENT = {"eventTypeKey": "visit", "keyValue": "1"}


def _set(client, **changes):
    return client.call("PUT", "/_mock/clock", json=changes)


def test_events_are_received_when_the_clock_says_so(client):
    _set(client, now="2026-01-01T00:00:00+02:00")
    for _ in range(2):
        client.event(EVENT)
    assert _set(client, advance="P1DT1H").json()["now"] == "2026-01-01T23:00:00.000Z"
    client.event(EVENT)
    received = [each["receivedAt"] for each in client.get("/_mock/events")["events"]]
    assert received == ["2026-01-01T23:00:00.000Z"] + ["2025-12-31T22:00:00.000Z"] * 2
    assert client.get("/_mock/clock")["frozen"] is True
    real = client.call("DELETE", "/_mock/clock").json()
    assert real["frozen"] is False
    assert abs(read_clock_time(real["now"]) - datetime.now(timezone.utc)) < timedelta(minutes=1)


def test_a_running_clock_that_is_moved_goes_on_running(client):
    moved = _set(client, advance="-P7D").json()
    assert moved["frozen"] is False
    assert moved["offsetSeconds"] == -7 * 86400
    client.call("POST", "/_mock/reset")
    assert client.get("/_mock/clock")["offsetSeconds"] == 0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT1H", 3600), ("P1W", 604800), ("P1DT2H3M4.5S", 93784.5), ("-PT1M", -60), ("PT0,5S", 0.5)],
)
def test_durations_are_iso_8601(text, seconds):
    assert read_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "1H", "PT1", "P1M", "P1Y", "PT1H1H", "P1DT", "PT١H"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="duration"):
        read_duration(text)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "Does nothing"),
        ({"now": "yesterday"}, "yesterday is not an ISO 8601 date and time"),
        ({"now": "2026-02-30T00:00:00"}, "is not a real date and time"),
        ({"now": 5}, "now: Not a valid string"),
        ({"advance": "P1M"}, "years and months are not of one length"),
        ({"advance": "P999999999D"}, "outside of the years"),
        ({"now": "9999-12-31"}, "outside of the years"),
        ({"now": "0001-01-01T00:00:00+14:00"}, "is not a real date and time"),
        ({"advance": "P999999999W"}, "advance"),
        ({"freeze": True}, "freeze: Unknown field"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_told(client, changes, message):
    answer = _set(client, **changes)
    assert answer.status_code == 400
    assert message in answer.json()["message"]
    assert client.get("/_mock/clock")["frozen"] is False


def test_a_clock_that_runs_ahead_says_the_same_time_in_both_ways():
    clock = Clock()
    clock.advance(timedelta(days=1))
    assert abs(read_clock_time(clock.iso()) - clock.now()) < timedelta(minutes=1)
    assert (clock.frozen, clock.offset_seconds) == (False, 86400)
    clock.resume()
    assert abs(read_clock_time(clock.iso()) - datetime.now(timezone.utc)) < timedelta(minutes=1)


def test_a_clock_that_was_set_is_remembered_where_nothing_else_is_held():
    with Emulator() as emulator:
        emulator.account("asked").order_life("nothing")
        emulator.account("set").clock.freeze(read_clock_time("2026-01-01T00:00:00Z"))
        gc.collect()
        assert emulator.account_names() == ["default", "set"]
        assert emulator.account("set").clock.frozen
