"""The fix of an event: `POST /_mock/fix`, and `fix` of one event."""

from __future__ import annotations

import copy
import json

import jsonpatch
import pytest
import requests

from mock_server import MockServer
from mock_server.emulator.examples import EXAMPLES


@pytest.fixture(scope="module")
def mock():
    with MockServer() as mock:
        mock.add_contact(phone="380501234567")
        yield mock


def spoiled(**values):
    """The example with other values for some params."""
    event = copy.deepcopy(EXAMPLES["orderCreated"])
    for each in event["params"]:
        each["value"] = values.get(each["name"], each["value"])
    return event


def fix(mock, body):
    answer = requests.post(f"{mock.url}/_mock/fix", json=body, timeout=10)
    assert answer.status_code == 200
    return answer.json()


def send(mock, body):
    """Send an event; its record as the control API reads it."""
    sent = requests.post(
        f"{mock.api_url}/v2/event", json=body, auth=("shop", mock.api_key), timeout=10
    )
    number = sent.headers["X-Mock-Event-Id"]
    return requests.get(f"{mock.url}/_mock/events/{number}", timeout=10).json()


def test_a_body_is_corrected_and_nothing_is_stored(mock):
    body = spoiled(status="completed", date="14.05.2020 10:11", totalCost="1 200,50")
    told = fix(mock, body)
    assert told["verdict"] == "applied"
    assert told["fix"]["complete"] is True
    assert (told["fix"]["arrange"], told["fix"]["unknown"]) == ([], [])
    assert sorted((each["op"], each["value"]) for each in told["fix"]["patch"]) == [
        ("replace", "1200.50"),
        ("replace", "2020-05-14T10:11:00"),
        ("replace", "DELIVERED"),
    ]
    assert jsonpatch.apply_patch(body, told["fix"]["patch"]) == told["body"]
    assert mock.events() == []


def test_what_is_to_be_arranged_is_a_call_that_works(mock):
    body = {**spoiled(phone="380991112233", externalOrderId="A2"), "keyValue": "A2"}
    told = fix(mock, body)
    (call,) = told["fix"]["arrange"]
    assert (told["fix"]["patch"], told["fix"]["complete"]) == ([], True)
    requests.request(call["method"], mock.url + call["path"], json=call["body"], timeout=10)
    assert send(mock, told["body"])["verdict"] == "applied"


def test_an_unknown_order_is_seeded(mock):
    body = {"eventTypeKey": "orderDelivered", "keyValue": "1", "params": []}
    body["params"] = [{"name": "externalOrderId", "value": "A3"}]
    told = fix(mock, body)
    (call,) = told["fix"]["arrange"]
    answer = requests.post(mock.url + call["path"], json=call["body"], timeout=10)
    assert answer.status_code == 200, answer.text
    assert send(mock, told["body"])["verdict"] == "applied"


def test_an_event_type_is_switched_on_again(mock):
    url = f"{mock.url}/_mock/event-types/orderCancelled"
    requests.put(url, json={"segmentation": False}, timeout=10)
    send(mock, spoiled(externalOrderId="A4"))
    body = {"eventTypeKey": "orderCancelled", "keyValue": "1", "params": []}
    body["params"] = [{"name": "externalOrderId", "value": "A4"}]
    (call,) = fix(mock, body)["fix"]["arrange"]
    requests.request(call["method"], mock.url + call["path"], json=call["body"], timeout=10)
    assert send(mock, body)["verdict"] == "applied"


def test_what_only_the_shop_knows_is_named_by_a_pointer(mock):
    record = send(mock, spoiled(totalCost=None))
    told = record["fix"]
    assert told["complete"] is False
    assert told["unknown"] == [told["patch"][0]["path"]]
    assert told["patch"][0]["value"] == "…"


def test_a_body_that_is_not_json_is_replaced(mock):
    data = b"<b>Notice</b>: x\n" + json.dumps(spoiled()).encode()
    answer = requests.post(f"{mock.url}/_mock/fix", data=data, timeout=10).json()
    assert answer["fix"]["patch"] == [{"op": "replace", "path": "", "value": spoiled()}]
    assert answer["fix"]["complete"] is True


def test_of_several_events_the_first_is_taken_and_the_fix_is_not_complete(mock):
    told = fix(mock, [spoiled(), spoiled(externalOrderId="2")])
    assert told["body"] == spoiled()
    assert told["fix"]["complete"] is False


def test_an_event_that_is_fine_has_no_fix(mock):
    assert "fix" not in send(mock, spoiled(externalOrderId="A5"))
    assert fix(mock, {"eventTypeKey": "visit", "keyValue": "380501234567"})["fix"] is not None


# Add orders and Past events


ORDER = {
    "externalOrderId": "B1",
    "email": "b@shop.test",
    "totalCost": "1200.50",
    "status": "DELIVERED",
    "date": "2025-11-30T12:05:06",
    "currency": "UAH",
}


def post(mock, path, body):
    """Send a body; its entry in the journal, and the fixes of causes like the one of it."""
    url = f"{mock.api_url}/{path}"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    requests.post(url, data=data, headers=headers, auth=("shop", mock.api_key), timeout=10)
    (entry,) = requests.get(f"{mock.url}/_mock/requests?limit=1", timeout=10).json()["requests"]
    causes = requests.get(f"{mock.url}/_mock/fixes?limit=1000", timeout=10).json()["fixes"]
    told = [note for note in entry["notes"] if "fix" in note]
    wanted = told[0]["finding"] if told else None
    return entry, [each["fix"] for each in causes if each["finding"] == wanted]


def test_a_failed_order_has_its_fix_in_the_journal_and_among_the_causes(mock):
    """BLK-03: the patch is of the body as sent, and what the service answers stays as it is."""
    body = {"orders": [ORDER, {**ORDER, "status": "completed"}, {**ORDER, "status": "wc-paid"}]}
    entry, causes = post(mock, "v1/orders", body)
    fix = entry["notes"][0]["fix"]
    assert fix["patch"] == [{"op": "replace", "path": "/orders/1/status", "value": "DELIVERED"}]
    assert (fix["complete"], fix["arrange"], fix["unknown"]) == (True, [], [])
    assert fix in causes
    for note in entry["notes"]:
        body = jsonpatch.apply_patch(body, note["fix"]["patch"])
    assert post(mock, "v1/orders", body)[0]["refused"] is False


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("v1/orders", [ORDER]),
        ("v1/orders", ORDER),
        ("v1/orders", {"orders": {"1": ORDER}}),
        ("v1/orders", {"orders": [{**ORDER, "currency": None}], "currency": "UAH"}),
        ("v1/orders", b"<b>Warning</b> " + json.dumps({"orders": [ORDER]}).encode()),
        ("v1/past_events", {"eventTypeKey": "visit", "keyValue": "1", "occurred": "30.11.2025"}),
    ],
)
def test_a_body_that_is_refused_has_its_fix(mock, path, body):
    """ENV-20: the whole body that was meant."""
    entry, causes = post(mock, path, body)
    assert entry["refused"] is True
    (told,) = (note for note in entry["notes"] if "fix" in note)
    fix = told["fix"]
    assert fix in causes
    assert fix["complete"] is True
    assert told["hint"]
    is_whole = [each["path"] for each in fix["patch"]] == [""]
    right = fix["patch"][0]["value"] if is_whole else jsonpatch.apply_patch(body, fix["patch"])
    assert post(mock, path, right)[0]["refused"] is False


def test_what_stands_beside_the_orders_is_warned_of(mock):
    entry, _ = post(mock, "v1/orders", {"orders": [ORDER], "items": [{"externalItemId": "1"}]})
    assert [note["code"] for note in entry["notes"]] == ["field_ignored"]


def test_a_past_event_that_is_refused_has_the_fix_of_a_past_event(mock):
    event = {"eventTypeKey": "visit", "keyValue": "1", "occurred": "30.11.2025", "params": []}
    post(mock, "v1/past_events", {"events": [event]})
    (newest,) = requests.get(f"{mock.url}/_mock/events?limit=1", timeout=10).json()["events"]
    record = requests.get(f"{mock.url}/_mock/events/{newest['eventId']}", timeout=10).json()
    said = {"op": "replace", "path": "/occurred", "value": "2025-11-30T00:00:00"}
    assert said in record["fix"]["patch"]
    assert record["fix"]["complete"] is True


def test_a_large_body_is_not_kept_for_its_fix(mock):
    entry, _ = post(mock, "v1/orders", [{**ORDER, "storeId": "x" * 9000}])
    assert all("fix" not in note for note in entry["notes"])
    entry, _ = post(mock, "v1/orders", {"orders": [{**ORDER, "status": "x" * 9000}]})
    assert all("fix" not in note for note in entry["notes"])
