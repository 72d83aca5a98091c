"""What to mend first: dropped events and refused requests, grouped by what is wrong with them."""

from __future__ import annotations

import copy

import pytest
import requests

from mock_server import InvalidError, MockServer
from mock_server.emulator.examples import EXAMPLES
from mock_server.emulator.reports.fixes import MAX_FIXES, FixList
from mock_server.rules.outcome import Step

SHOWN = ("rule", "finding", "path", "message", "count", "lastEventId", "example", "hint")


@pytest.fixture(scope="module")
def mock():
    with MockServer() as mock, requests.Session() as session:
        session.trust_env = False
        session.auth = ("shop", mock.api_key)
        mock.add_contact(phone="380501234567")
        for order, items in (("1", 1), ("2", 3)):
            event = copy.deepcopy(EXAMPLES["orderCreated"])
            for each in event["params"]:
                if each["name"] == "externalOrderId":
                    each["value"] = order
                if each["name"] == "items":
                    each["value"] = [{**each["value"][0], "imageUrl": ""} for _ in range(items)]
            session.post(f"{mock.api_url}/v2/event", json=event, timeout=10)
        lost = {"eventTypeKey": "orderDelivered", "keyValue": "1", "params": []}
        session.post(f"{mock.api_url}/v2/event", json=lost, timeout=10)
        session.post(f"{mock.api_url}/v2/evnt", json=lost, timeout=10)
        session.post(f"{mock.api_url}/v2/event", json=EXAMPLES["orderCreated"], timeout=10)
        yield mock


def test_the_same_fault_of_several_events_is_one_thing_to_mend(mock):
    first, *others = mock.fixes()
    assert {name: each for name, each in first.items() if name in SHOWN} == {
        "rule": "ITM-02",
        "finding": "ITM-02/not_filled",
        "path": "items[].imageUrl",
        "message": "items[].imageUrl is not filled",
        "count": 2,
        "lastEventId": 2,
        "example": "orderCreated 1",
        "hint": "would be applied if items[].imageUrl were filled",
    }
    assert [(each["rule"], each["count"]) for each in others] == [("ORD-14", 1), (None, 1)]
    assert others[-1]["finding"] == "route_unknown"
    assert "POST /api/v2/evnt was answered 404" in others[-1]["message"]


def test_they_are_shown_over_http_and_filtered_as_events_are(mock):
    told = requests.get(f"{mock.url}/_mock/fixes", timeout=10).json()
    assert (told["total"], told["fixes"]) == (4, mock.fixes())
    told = requests.get(f"{mock.url}/_mock/fixes?limit=1&type=orderDelivered", timeout=10).json()
    assert [each["rule"] for each in told["fixes"]] == ["ORD-14"]
    assert [each["rule"] for each in mock.fixes(order="2")] == ["ITM-02"]
    assert mock.fixes(verdict="applied") == []
    with pytest.raises(InvalidError):
        mock.fixes(reason="nothing")


def test_values_that_differ_are_left_out_and_so_are_groups_past_the_bound():
    found = FixList()
    for number in range(3):
        step = Step("IDN-06/nobody", "phone", {"tried": f'phone "{number}"'})
        found.add([step], ["contact_not_found"], example=str(number))
    assert [(each.message, each.count, each.example) for each in found.fixes()] == [
        ('no contact has phone "…"', 3, "0")
    ]
    for number in range(MAX_FIXES + 5):
        letters = str(number).translate(str.maketrans("0123456789", "abcdefghij"))
        found.add([Step("ENV-01/not_json", args={"error": letters})], [], example="x")
    assert len(found.fixes()) == MAX_FIXES
    assert found.total == MAX_FIXES + 8


def test_a_finding_of_the_first_version_is_told_by_its_rule_and_its_code():
    """Its steps are kept in words, without a finding."""
    found = FixList()
    step = {"rule": "ITM-02", "result": "failed", "message": "items[0].url is missing"}
    found.add([step], ["contact_not_found", "item_required_missing"], example="x")
    found.add([{**step, "rule": "ORD-04"}], ["item_required_missing"], example="y")
    findings = [each.finding for each in found.fixes()]
    assert findings == ["ITM-02/item_required_missing", "ORD-04"]


def test_of_what_is_said_of_a_refused_request_the_part_on_the_emulator_is_left_out():
    found = FixList()
    notes = [{"code": "x", "message": "Send a body. Emulated: POST /event."}]
    entry = {"method": "POST", "path": "/api/v2/event?a=1", "status": 400, "reason": "malformed"}
    found.add_refused({**entry, "notes": notes})
    found.add_refused({**entry, "path": "/api/v1/event", "notes": []})
    assert [each.message for each in found.fixes()] == [
        "POST /api/v2/event was answered 400: Send a body.",
        "POST /api/v1/event was answered 400: malformed",
    ]


# What a cause cost, and its state


def order_event(kind="orderCreated", **values):
    """The example with other values for some params; `...` leaves one out."""
    event = copy.deepcopy(EXAMPLES["orderCreated"])
    for each in event["params"]:
        each["value"] = values.get(each["name"], each["value"])
    kept = [each for each in event["params"] if each["value"] is not ...]
    return {"eventTypeKey": kind, "keyValue": "k", "params": kept}


@pytest.fixture
def shop():
    """A server of one test, and what sends an event to it."""
    with MockServer() as mock:
        mock.add_contact(phone="380501234567")

        def send(body):
            auth = ("shop", mock.api_key)
            return requests.post(f"{mock.api_url}/v2/event", json=body, auth=auth, timeout=10)

        yield mock, send


def test_a_cause_says_what_it_cost_and_what_followed_from_it(shop):
    mock, send = shop
    for number, total in enumerate(["10.50", "1 200,50", "ten"]):
        send(order_event(externalOrderId=str(number), status="other", totalCost=total))
    send(order_event(externalOrderId="0", status="other", totalCost="10.50"))  # sent again
    send(order_event("orderUpdated", externalOrderId="9", status="other", totalCost="1"))
    send(order_event("orderUpdated", externalOrderId="9", status="other", totalCost="1"))
    send(order_event("orderUpdated", externalOrderId="1", status="other", totalCost="1 200,50"))
    send(order_event("orderDelivered", externalOrderId="0", status=...))
    causes = {(each["finding"], each["eventTypeKey"]): each for each in mock.fixes()}
    created = causes["ORD-03/unknown", "orderCreated"]
    assert (created["count"], created["ordersLost"], created["followers"]) == (4, 3, 2)
    assert created["moneyLost"] == {"UAH": "1211"}
    assert created["firstAt"] <= created["lastAt"]
    updated = causes["ORD-03/unknown", "orderUpdated"]
    assert (updated["count"], updated["followers"], updated["state"]) == (1, 1, "open")
    assert not any(finding.endswith("/blamed") for finding, _ in causes)
    # Once the order is there, it is not lost any more.
    send(order_event(externalOrderId="0", status="INITIALIZED", totalCost="10.50"))
    fixed = next(each for each in mock.fixes() if each["eventTypeKey"] == "orderCreated")
    assert (fixed["ordersLost"], fixed["state"]) == (2, "fixed")
    send(order_event(externalOrderId="5", status="other"))
    assert mock.fixes()[0]["state"] == "back"


def test_each_cause_has_its_own_hint_and_fix_and_an_example_that_has_it_alone(shop):
    mock, send = shop
    send(order_event(externalOrderId="1", status="completed", date="30.11.2025"))
    send(order_event(externalOrderId="2", status="pending"))
    causes = {each["finding"]: each for each in mock.fixes()}
    status, date = causes["ORD-03/unknown"], causes["ORD-04/not_a_date"]
    assert status["example"].endswith(" 2")
    assert status["hint"] == "would be applied if status were INITIALIZED"
    assert [each["value"] for each in status["fix"]["patch"]] == ["INITIALIZED"]
    assert status["fix"]["complete"] is True
    assert date["hint"] == "would be applied if date were 2025-11-30T00:00:00"
    assert [each["value"] for each in date["fix"]["patch"]] == ["2025-11-30T00:00:00"]


def test_near_misses_are_counted_and_a_late_order_is_named(shop):
    mock, send = shop
    for number in range(2):
        send(order_event(externalOrderId=str(number), phone="+38 050 123 45 67"))
    send(order_event(externalOrderId="3", phone="380000000000"))
    send(order_event("orderDelivered", externalOrderId="8", status=...))
    send(order_event(externalOrderId="8"))
    causes = {each["finding"]: each for each in mock.fixes()}
    assert causes["IDN-06/nobody"]["hint"].endswith(
        "(2 of them differ only in +, blanks, dashes or brackets)"
    )
    late = causes["ORD-12/unknown"]
    assert late["hint"].startswith("would be applied if it came after its order, which came ")


def test_a_failed_order_of_add_orders_has_rule_and_hint(client):
    """BLK-08: fixes of failed orders carry rule and hint like those of events."""
    order = {"externalOrderId": "1", "totalCost": "ten", "status": "INITIALIZED"}
    order |= {"date": "2026-01-01T00:00:00", "currency": "UAH", "email": "a@shop.test"}
    answer = client.call("POST", "/api/v1/orders", json={"orders": [order]})
    assert [set(each) for each in answer.json()["failedOrders"]] == [{"order", "error"}]
    (fix,) = client.get("/_mock/fixes")["fixes"]
    assert (fix["rule"], fix["finding"].partition("/")[0]) == ("ORD-05", "ORD-05")
    assert fix["hint"] == "would be saved if totalCost were a number such as 258.0"
    (entry,) = client.get("/_mock/requests?refused=true")["requests"]
    (note,) = entry["notes"]
    assert (note["rule"], note["hint"]) == ("ORD-05", fix["hint"])
