"""Workflows and the outbox: what events would have sent, or why nobody got it (MSG-05, MSG-06)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_server import InvalidError, MockServer
from mock_server.emulator.examples import EXAMPLES
from mock_server.emulator.resources import outbox as outbox_module

TEMPLATE = "#foreach($item in $data.get('items'))$item.get('name')#end"


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer() as mock:
        yield mock


@pytest.fixture
def mock(server: MockServer) -> MockServer:
    server.reset()
    server.add_contact(phone="380501234567")
    return server


def call(mock: MockServer, method: str, path: str, **kwargs: Any) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("shop", mock.api_key)
        return session.request(method, mock.url + path, timeout=10, **kwargs)


def send(mock: MockServer, event: Any = EXAMPLES["orderCreated"]) -> int:
    answer = call(mock, "POST", "/api/v2/event", json=event)
    return int(answer.headers["X-Mock-Event-Id"])


def test_a_shop_asserts_on_what_its_order_caused(mock: MockServer) -> None:
    mock.add_workflow(
        "orderCreated", TEMPLATE, recipient="${phone}", channel="sms", subject="Order ${orderId}"
    )
    event_id = send(mock)
    message = mock.assert_message(recipient="380501234567", contains="Super Device")
    assert (message["eventId"], message["subject"], message["channel"]) == (
        event_id,
        "Order 1",
        "sms",
    )
    with pytest.raises(AssertionError, match="does not contain 'Kettle'"):
        mock.assert_message(recipient="380501234567", contains="Kettle")
    with pytest.raises(AssertionError, match="event 1 orderCreated to 380501234567"):
        mock.assert_message(recipient="nobody@example.com")
    with pytest.raises(TypeError, match="recipient="):
        mock.assert_message(contains="x")  # type: ignore[call-overload]  # what is tested


def test_a_workflow_is_replaced_and_switched_off(mock: MockServer) -> None:
    workflow = mock.add_workflow("orderCreated", TEMPLATE, recipient="${phone}", channel="sms")
    path = f"/_mock/workflows/{workflow['id']}"
    changed = {name: each for name, each in workflow.items() if name != "id"} | {"enabled": False}
    assert call(mock, "PUT", path, json=changed).json() == {**changed, "id": workflow["id"]}
    send(mock)
    assert call(mock, "GET", "/_mock/outbox").json()["total"] == 0
    assert call(mock, "PUT", "/_mock/workflows/99", json=changed).status_code == 404


def test_a_message_never_fails_its_event(mock: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    mock.add_workflow(
        "price", "$mathTool.div($data.get('total'), $data.get('count'))", recipient="x"
    )
    params = [{"name": "total", "value": "1E30"}, {"name": "count", "value": "1E-999999"}]
    event = {"eventTypeKey": "price", "keyValue": "1", "params": params}
    send(mock, event)

    def broken(*_: object) -> None:
        raise RecursionError("deep")

    monkeypatch.setattr(outbox_module, "all_outgoing", broken)
    send(mock, event)
    assert [(each["problem"], each["status"]) for each in mock.outbox()] == [
        ("the template failed: line 1: a number is too large", "ERROR"),
        ("the emulator failed with RecursionError: deep", "ERROR"),
    ]
    assert len(mock.events()) == 2


def test_a_preview_of_arithmetic_that_fails_is_an_error_of_the_template(mock: MockServer) -> None:
    event = {"eventTypeKey": "price", "keyValue": "1"}
    for template, text, errors in (
        ("#set($x = 100000000000000000000000000000 % 3)$x", "1", []),
        ("$mathTool.div('1E30','1E-999999')", "", ["line 1: a number is too large"]),
    ):
        asked = {"template": template, "event": event}
        found = call(mock, "POST", "/_mock/messages/preview", json=asked).json()
        assert (found["text"], found["errors"]) == (text, errors)


def test_the_time_zone_of_the_contact_counts_in_its_messages(mock: MockServer) -> None:
    template = "$dateTool.formatInContactTimezone('dd.MM', '2020-05-14T22:11:00')"
    event = {"eventTypeKey": "x", "params": [{"name": "phone", "value": "380501234567"}]}
    assert mock.preview(template, event).text == "14.05"
    contact = {"channels": [{"type": "sms", "value": "380501234567"}], "timeZone": "Europe/Kyiv"}
    call(mock, "PUT", "/api/v1/contact/1", json=contact)
    assert mock.preview(template, event).text == "15.05"


def test_who_got_nothing_is_told_why(mock: MockServer) -> None:
    mock.add_workflow("orderCreated", TEMPLATE, recipient="${Phone}")
    mock.add_workflow("orderCreated", "$!data.get('items').get(5)", recipient="${phone}")
    send(mock)
    problems = [each["problem"] for each in mock.outbox()]
    assert problems == [
        "the recipient ${Phone}: phone is there: names count letter case",
        "the template failed: line 1: index 5 is out of range: there are 1 elements",
    ]
    with pytest.raises(AssertionError, match="index 5 is out of range"):
        mock.assert_message(recipient="380501234567")


def test_ignored_events_start_a_workflow_and_rejected_and_past_ones_do_not(
    mock: MockServer,
) -> None:
    for key in ("orderCreated", "orderDelivered"):
        mock.add_workflow(key, "x", recipient="${externalOrderId}")
    event = {"eventTypeKey": "orderDelivered", "keyValue": "1", "params": []}
    send(mock, event)
    send(mock, {**event, "params": 5})
    past = {**EXAMPLES["orderCreated"], "occurred": "2026-01-01T10:00"}
    call(mock, "POST", "/api/v2/past_events", json={"events": [past]})
    assert [each["eventId"] for each in mock.outbox()] == [1]


def test_events_of_add_orders_start_workflows_too(mock: MockServer) -> None:
    mock.add_workflow("orderINITIALIZED", "${contactId} ${orderId}", recipient="${EmailAddress}")
    order = {
        "externalOrderId": "9",
        "totalCost": 5,
        "status": "INITIALIZED",
        "date": "2026-01-01T10:00:00",
        "currency": "UAH",
        "email": "a@b.example",
    }
    call(mock, "POST", "/api/v1/orders", json={"orders": [order]})
    assert mock.assert_message(recipient="a@b.example")["text"] == "2 1"


def test_filters_choose_and_waiting_ends_with_the_message(mock: MockServer) -> None:
    mock.add_workflow("orderCreated", "one", recipient="${phone}")
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(call, mock, "GET", "/_mock/outbox/wait?recipient=380501234567")
        event_id = send(mock)
        assert waiting.result().json()["messages"][0]["eventId"] == event_id
    for query, total in (
        ("recipient=380501234567", 1),
        ("recipient=x", 0),
        (f"event={event_id}", 1),
        ("event=99", 0),
        ("type=orderCreated", 1),
        ("type=x", 0),
        ("contact=380501234567", 1),
        ("contact=nobody", 0),
        ("q=ONE", 1),
        ("q=two", 0),
    ):
        assert call(mock, "GET", f"/_mock/outbox?{query}").json()["total"] == total, query
    assert call(mock, "GET", "/_mock/outbox/wait?count=2&timeout=0").status_code == 408
    call(mock, "DELETE", "/_mock/outbox")
    assert mock.outbox() == []
    assert mock.outbox(contact="380501234567") == []


def test_workflows_are_listed_removed_and_checked(mock: MockServer) -> None:
    made = {"eventTypeKey": "paid", "channel": "sms", "recipient": "${phone}", "template": "x"}
    answer = call(mock, "POST", "/_mock/workflows", json=made)
    assert (answer.status_code, answer.json()) == (201, {"id": 1, **made})
    assert call(mock, "GET", "/_mock/workflows/1").json()["template"] == "x"
    for wrong, said in (
        ({**made, "channel": "pigeon"}, "channel: Must be one of: email, sms"),
        ({**made, "templat": "x"}, "Known fields: eventTypeKey"),
        ({}, "eventTypeKey: Missing data"),
    ):
        answer = call(mock, "POST", "/_mock/workflows", json=wrong)
        assert (answer.status_code, said in answer.json()["message"]) == (400, True)
    with pytest.raises(InvalidError):
        mock.add_workflow("paid", "x", recipient="")
    mock.add_workflow("paid", "y", recipient="x")
    assert call(mock, "DELETE", "/_mock/workflows/1").status_code == 200
    assert call(mock, "DELETE", "/_mock/workflows/1").status_code == 404
    assert call(mock, "GET", "/_mock/workflows").json()["total"] == 1
    call(mock, "DELETE", "/_mock/workflows")
    assert call(mock, "GET", "/_mock/workflows").json()["total"] == 0


def test_a_seed_brings_workflows_once_and_a_reset_can_keep_them(mock: MockServer) -> None:
    workflow = {
        "eventTypeKey": "orderCreated",
        "channel": "sms",
        "recipient": "${phone}",
        "template": "x",
    }
    mock.seed({"workflows": [workflow]})
    mock.seed({"workflows": [workflow]})
    assert call(mock, "GET", "/_mock/workflows").json()["total"] == 1
    send(mock)
    call(mock, "POST", "/_mock/reset", json={"keep": ["workflows"]})
    assert call(mock, "GET", "/_mock/workflows").json()["total"] == 1
    assert mock.outbox() == []


def test_the_outbox_is_bounded(mock: MockServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "MAX_MESSAGES", 2)
    mock.add_workflow("orderCreated", "x", recipient="${phone}")
    for _ in range(3):
        send(mock)
    assert [each["eventId"] for each in mock.outbox()] == [2, 3]


def test_workflows_and_messages_survive_a_restart_and_an_export(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with MockServer(state=state) as mock:
        mock.add_contact(phone="380501234567")
        mock.add_workflow("orderCreated", "x", recipient="${phone}")
        send(mock)
    with MockServer(state=state) as mock:
        send(mock)
        assert [each["eventId"] for each in mock.outbox()] == [1, 2]
        exported = call(mock, "GET", "/_mock/state").json()
        assert call(mock, "PUT", "/_mock/state", data=json.dumps(exported)).status_code == 200
        del exported["workflows"]["1"]["template"]  # as a person might leave it
        refused = call(mock, "PUT", "/_mock/state", data=json.dumps(exported))
        assert refused.status_code == 400
        assert 'table "workflows", document 1: "template" is missing' in refused.json()["message"]
        send(mock)
        assert [each["eventId"] for each in mock.outbox()] == [1, 2, 3]


def test_a_message_of_a_workflow_without_a_subject_has_a_blank_one(mock: MockServer) -> None:
    mock.add_workflow("orderCreated", "x", recipient="${phone}")
    send(mock)
    assert mock.outbox()[0]["subject"] == ""
