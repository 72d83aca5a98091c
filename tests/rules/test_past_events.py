"""PST: what past events need, and what they are answered."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from mock_server.rules.event.past_events import judge_past_event, read_moment
from mock_server.rules.outcome import EventRequest
from mock_server.state import AccountState, Store

NOW = datetime(2026, 2, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def state() -> AccountState:
    state = Store().account()
    off = {"segmentation": False, "validateParams": False, "params": []}
    wanted = {
        "eventTypeKey": "checked",
        "segmentation": True,
        "validateParams": True,
        "params": [{"name": "city", "required": True}],
    }
    types = [{"eventTypeKey": "off", **off}, {"eventTypeKey": "orderDelivered", **off}, wanted]
    state.commit({"event_types": types, "contacts": [{"id": 1, "externalCustomerId": "A"}]})
    return state


def event(**changes: Any) -> dict[str, Any]:
    whole = {"eventTypeKey": "visit", "keyValue": "1", "occurred": "2026-01-01T10:30", **changes}
    return {name: value for name, value in whole.items() if value is not ...}


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        (event(), "ACCEPTED", None),
        (event(occurred="2026-01-01"), "ACCEPTED", None),
        (event(occurred=...), "OCCURRED_DATE_IS_REQUIRED", "occurred_missing"),
        (event(occurred=" "), "OCCURRED_DATE_IS_REQUIRED", "occurred_missing"),
        (event(occurred=None), "OCCURRED_DATE_IS_REQUIRED", "occurred_missing"),
        (event(occurred="01.01.2026"), "INCORRECT_OCCURRED_DATE_FORMAT", "occurred_invalid"),
        (event(occurred="2026-02-30"), "INCORRECT_OCCURRED_DATE_FORMAT", "occurred_invalid"),
        (event(occurred=20260101), "INCORRECT_OCCURRED_DATE_FORMAT", "occurred_invalid"),
        (event(occurred="2026-02-01T12:00"), "ACCEPTED", None),
        (event(occurred="2026-02-01T12:01"), "OCCURRED_TIME_IN_FUTURE", "occurred_in_future"),
        (event(occurred="2026-02-01T13:00+02:00"), "ACCEPTED", None),
        (event(occurred="2021-02-01T12:00"), "ACCEPTED", None),
        (event(occurred="2021-02-01T11:59"), "OCCURRED_TIME_TOO_DEPTH", "occurred_too_deep"),
        (event(occurred="2021-01-31"), "OCCURRED_TIME_TOO_DEPTH", "occurred_too_deep"),
        (event(eventTypeKey="off"), "EVENT_SEGMENTATION_DISABLED", "segmentation_disabled"),
        (
            event(eventTypeKey="orderDelivered"),
            "EVENT_SEGMENTATION_DISABLED",
            "segmentation_disabled",
        ),
        (event(keyValue=...), "SERVER_ERROR", "key_value_missing"),
        (event(keyValue=""), "SERVER_ERROR", "key_value_missing"),
        (event(keyValue=..., occurred=...), "OCCURRED_DATE_IS_REQUIRED", "key_value_missing"),
        (event(eventTypeKey=...), "SERVER_ERROR", "event_type_key_missing"),
        (event(eventTypeKey=7, keyValue=...), "SERVER_ERROR", "key_value_missing"),
        (event(params=7), "SERVER_ERROR", "param_malformed"),
        (event(eventTypeKey="checked"), "SERVER_ERROR", "required_params_missing"),
        (7, "SERVER_ERROR", "malformed_body"),
    ],
)
def test_each_event_has_a_result_and_a_reason(state, sent, status, reason):
    """PST-02, PST-03, PST-04."""
    result = judge_past_event(EventRequest(sent), state, NOW)
    assert result.status == status
    assert (reason in result.outcome.reasons) if reason else (not result.outcome.reasons)
    assert bool(result.message) == (status != "ACCEPTED")
    assert "None" not in result.message
    if status != "ACCEPTED":
        assert result.outcome.verdict in ("rejected", "ignored")
        assert any(step.result == "failed" for step in result.outcome.trace)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (
            event(eventTypeKey=...),
            "eventTypeKey is missing; would be accepted if eventTypeKey were filled",
        ),
        (
            event(eventTypeKey="off"),
            (
                "event type off does not take part in segmentation;"
                " would be accepted if segmentation were on for event type off"
            ),
        ),
        (
            event(eventTypeKey="orderDelivered", params=[{"name": "externalOrderId", "value": 1}]),
            (
                "event type orderDelivered does not take part in segmentation, so its orders are"
                " not saved; would be applied if segmentation were on for event type"
                " orderDelivered and order 1 existed (there are no orders yet)"
            ),
        ),
        (
            event(eventTypeKey="checked"),
            (
                'The event should have the following params: [{"name":"city","required":true}];'
                " would be accepted if city were filled"
            ),
        ),
        (
            7,
            (
                "the event is a number, not a JSON object;"
                " would be accepted if the event were a JSON object"
            ),
        ),
    ],
)
def test_a_result_names_the_cause_and_the_way_out(state, sent, message):
    """PST-03, our decision."""
    assert judge_past_event(EventRequest(sent), state, NOW).message == message


def test_an_order_event_goes_through_the_rules_of_orders_at_its_own_time(state):
    """PST-05: ignored is accepted on the wire, as for Generate event."""
    values = {
        "externalOrderId": "1",
        "totalCost": 1,
        "status": "INITIALIZED",
        "date": "2026-01-01T10:30:00",
        "externalCustomerId": "A",
    }
    params = [{"name": name, "value": value} for name, value in values.items()]
    request = EventRequest(event(eventTypeKey="orderCreated", params=params))
    outcome = judge_past_event(request, state, NOW).outcome
    assert (outcome.verdict, outcome.contact_id) == ("applied", 1)
    assert request.occurred == outcome.effect.after["createdAt"] == "2026-01-01T10:30:00.000Z"
    dropped = EventRequest(event(eventTypeKey="orderCreated", params=params[:-1]))
    result = judge_past_event(dropped, state, NOW)
    assert (result.status, result.outcome.verdict) == ("ACCEPTED", "ignored")
    assert [step.rule for step in outcome.trace[:3]] == ["PST-02", "PST-02", "PST-04"]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-01-01", "2026-01-01T00:00:00.000000", "2026-01-01T23:59:59.999999"),
        ("2026-01-01T10:30", "2026-01-01T10:30:00.000000", "2026-01-01T10:30:59.999999"),
        (" 2026-01-01T10:30:05 ", "2026-01-01T10:30:05.000000", "2026-01-01T10:30:05.999999"),
        ("2026-01-01T10:30:05.25Z", "2026-01-01T10:30:05.250000", "2026-01-01T10:30:06.249999"),
        ("2026-01-01T10:30+0200", "2026-01-01T08:30:00.000000", "2026-01-01T08:30:59.999999"),
        ("9999-12-31", "9999-12-31T00:00:00.000000", "9999-12-31T23:59:59.999999"),
        ("9999-12-31T23:59:59.9", "9999-12-31T23:59:59.900000", "9999-12-31T23:59:59.900000"),
    ],
)
def test_a_time_stands_for_its_whole_day_or_minute(text, first, last):
    """PST-06: `to` includes its whole minute, or day."""
    moment = read_moment(text)
    assert moment.first.isoformat(timespec="microseconds") == f"{first}+00:00"
    assert moment.last.isoformat(timespec="microseconds") == f"{last}+00:00"


@pytest.mark.parametrize(
    "value",
    [
        *(None, 7, "", "x", "2026-1-1", "2026-13-01", "2026-01-01T25:00", "2026-01-01T24:00"),
        *("0001-01-01T00:00+14:00", "2026-01-01 10:30", "2026-01-01T10:30.5", "2026-01-01T"),
    ],
)
def test_what_is_no_time_is_told(value):
    assert read_moment(value).first is None
    assert read_moment(value).problem
