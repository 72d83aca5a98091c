"""POST and DELETE /past_events over a real socket (PST)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest


def event(number=1, **more):
    return {
        "eventTypeKey": "visit",
        "keyValue": str(number),
        "occurred": "2025-03-22T14:30",
        **more,
    }


def add(client, *events, version="v2"):
    answer = client.call("POST", f"/api/{version}/past_events", json={"events": list(events)})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_each_event_has_its_result_in_the_order_sent(client, version):
    """PST-02, PST-03, PST-04."""
    client.call("PUT", "/_mock/event-types/off", json={"segmentation": False})
    told = add(
        client,
        event(),
        event(occurred=""),
        event(occurred="yesterday"),
        event(occurred="2001-01-01"),
        event(occurred="2999-01-01"),
        event(eventTypeKey="off"),
        event(eventTypeKey=""),
        version=version,
    )
    assert [each["status"] for each in told["results"]] == [
        "ACCEPTED",
        "OCCURRED_DATE_IS_REQUIRED",
        "INCORRECT_OCCURRED_DATE_FORMAT",
        "OCCURRED_TIME_TOO_DEPTH",
        "OCCURRED_TIME_IN_FUTURE",
        "EVENT_SEGMENTATION_DISABLED",
        "SERVER_ERROR",
    ]
    assert (told["successCount"], told["errorCount"]) == (1, 6)
    assert ["message" in each for each in told["results"]] == [False] + [True] * 6
    assert "occurred were a time as YYYY-MM-DD" in told["results"][1]["message"]
    events = client.get("/_mock/events")["events"]
    assert [each["verdict"] for each in events] == ["rejected"] * 6 + ["recorded"]
    record = client.get(f"/_mock/events/{events[-1]['eventId']}")
    assert (record["occurred"], record["apiVersion"]) == ("2025-03-22T14:30:00.000Z", version)
    assert record["body"] == event()


def test_the_results_are_bare_without_explanations(client):
    client.call("PATCH", "/_mock/settings", json={"explain_headers": False})
    assert add(client, event(occurred=""))["results"] == [{"status": "OCCURRED_DATE_IS_REQUIRED"}]


def test_the_depth_is_a_setting(client):
    """PST-04."""
    client.call("PATCH", "/_mock/settings", json={"past_event_depth_days": 36500})
    assert add(client, event(occurred="2001-01-01"))["successCount"] == 1


def test_past_order_events_change_orders_at_their_own_time(client, example):
    """PST-05."""
    client.add_contact(phone="380501234567")
    told = add(
        client,
        {**example(), "occurred": "2025-03-22"},
        {**example("orderDelivered"), "occurred": "2025-03-23T10:00:05"},
    )
    assert told["successCount"] == 2
    order = client.get("/_mock/orders/12345679")
    assert order["status"] == "DELIVERED"
    assert order["createdAt"] == "2025-03-22T00:00:00.000Z"
    assert [each["at"] for each in order["history"]] == [
        "2025-03-22T00:00:00.000Z",
        "2025-03-23T10:00:05.000Z",
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "events is missing"),
        ({"events": "x"}, "events is text"),
        ({"events": [event()] * 501}, "501"),
    ],
)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_bad_batch_is_refused_whole(client, version, body, told):
    """PST-01."""
    answer = client.call("POST", f"/api/{version}/past_events", json=body)
    assert answer.status_code == 400
    assert told in answer.text
    assert client.get("/_mock/events")["total"] == 0


def test_500_events_go_in(client):
    """PST-01."""
    assert add(client, *map(event, range(500)))["successCount"] == 500
    assert client.get("/_mock/events")["total"] == 500


def test_the_events_of_a_period_are_deleted_once_that_is_allowed(client, example):
    """PST-06: both ends included; orders stay."""
    client.add_contact(phone="380501234567")
    times = ("2025-01-01T00:00", "2025-01-02T10:47", "2025-01-02T10:47:59", "2025-01-02T10:48")
    add(client, *(event(occurred=each) for each in times))
    add(client, {**example(), "occurred": "2025-01-01T12:00"})
    client.event({"eventTypeKey": "now", "keyValue": "1"})
    period = {"from": "2025-01-01T00:00", "to": "2025-01-02T10:47"}
    path = "/api/v1/past_events"
    answer = client.call("DELETE", path, json=period)
    assert answer.status_code == 403
    assert "allow_delete_events" in answer.text
    assert client.get("/_mock/events")["total"] == 6
    client.call("PATCH", "/_mock/settings", json={"allow_delete_events": True})
    answer = client.call("DELETE", path, json=period)
    assert (answer.status_code, answer.content) == (200, b"")
    left = client.get("/_mock/events")["events"]
    assert [each["occurred"] for each in left] == [None, "2025-01-02T10:48:00.000Z"]
    assert client.get("/_mock/orders/12345679")["status"] == "INITIALIZED"
    assert client.call("DELETE", path, json=period).status_code == 200


def test_the_very_first_and_the_very_last_moment_of_a_period_are_in_it(client):
    """PST-06: also that of the only event there is."""
    client.call("PATCH", "/_mock/settings", json={"allow_delete_events": True})
    day = {"from": "2025-01-02", "to": "2025-01-02"}
    for now, left in (
        ("2025-01-01T23:59:59.999", 1),
        ("2025-01-02T00:00:00.000", 0),
        ("2025-01-02T23:59:59.999", 0),
        ("2025-01-03T00:00:00.000", 1),
    ):
        client.call("POST", "/_mock/reset", json={"keep": ["settings"]})
        client.call("PUT", "/_mock/clock", json={"now": now})
        client.event({"eventTypeKey": "now", "keyValue": "1"})
        assert client.call("DELETE", "/api/v1/past_events", json=day).status_code == 200
        assert client.get("/_mock/events")["total"] == left, now


def test_how_many_were_deleted_is_known(client, hosted):
    client.call("PATCH", "/_mock/settings", json={"allow_delete_events": True})
    add(client, event(), event(occurred="2025-03-23"))
    day = datetime(2025, 3, 22, tzinfo=timezone.utc)
    past_events = hosted.emulator.account().resources.past_events
    assert past_events.delete(day, day + timedelta(days=1)) == 2
    assert past_events.delete(day, day + timedelta(days=1)) == 0


def test_a_long_history_is_deleted_whole(client):
    """PST-06: more events than are looked at at once."""
    client.call("PATCH", "/_mock/settings", json={"allow_delete_events": True})
    for _ in range(3):
        add(client, *map(event, range(400)))
    answer = client.call(
        "DELETE", "/api/v1/past_events", json={"from": "2025-03-22", "to": "2025-03-22"}
    )
    assert answer.status_code == 200
    assert client.get("/_mock/events")["total"] == 0


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "from is missing; to is missing"),
        ({"from": "2025-01-01"}, "to is missing"),
        ({"from": "x", "to": "2025-01-01"}, 'from is "x"'),
        ({"from": "2025-01-02", "to": 7}, "to is a number"),
        ({"from": "2025-01-02", "to": "2025-01-01"}, "is later than"),
    ],
)
def test_a_bad_period_is_400(client, body, told):
    """PST-06."""
    client.call("PATCH", "/_mock/settings", json={"allow_delete_events": True})
    answer = client.call("DELETE", "/api/v1/past_events", json=body)
    assert answer.status_code == 400
    assert told in answer.text


def test_the_period_of_a_deletion_is_in_the_account_s_time_zone(client):
    """PST-06, PST-02."""
    changes = {"allow_delete_events": True, "time_zone": "Europe/Kyiv"}
    assert client.call("PATCH", "/_mock/settings", json=changes).status_code == 200
    events = [
        {"eventTypeKey": "visit", "keyValue": each, "occurred": each, "params": []}
        for each in ("2026-01-01T00:00Z", "2026-01-01T02:00", "2026-01-01T02:00Z")
    ]
    client.call("PUT", "/_mock/clock", json={"now": "2026-02-01T00:00:00"})
    answer = client.call("POST", "/api/v2/past_events", json={"events": events})
    assert answer.json()["successCount"] == 3
    period = {"from": "2026-01-01T02:00", "to": "2026-01-01T02:00"}
    assert client.call("DELETE", "/api/v1/past_events", json=period).status_code == 200
    (left,) = client.get("/_mock/events")["events"]
    assert left["keyValue"] == "2026-01-01T02:00Z"
