"""POST /orders over a real socket (BLK)."""

from __future__ import annotations

import pytest

ORDER = {
    "externalOrderId": "100500",
    "externalCustomerId": "12345",
    "totalCost": 1000,
    "status": "INITIALIZED",
    "date": "2017-03-08T09:30:00+02:00",
    "currency": "USD",
    "email": "a@b.c",
    "shipping": 10,
    "items": [{"externalItemId": "200600", "quantity": 1, "cost": 990}],
}


def add(client, *orders):
    answer = client.call("POST", "/api/v1/orders", json={"orders": list(orders)})
    assert answer.status_code == 200, answer.text
    return answer.json()["failedOrders"]


def test_an_order_goes_in_with_its_contact_its_event_and_its_history(client):
    """BLK-03, BLK-04, BLK-05."""
    assert add(client, ORDER) == []
    order = client.get("/_mock/orders/100500")
    assert (order["status"], order["contactId"], order["totalCost"]) == ("INITIALIZED", 1, 1000)
    (line,) = order["history"]
    assert (line["eventTypeKey"], line["eventId"], line["change"]) == (
        "orderINITIALIZED",
        1,
        "created",
    )
    event = client.get("/_mock/events/1")
    assert (event["apiVersion"], event["verdict"]) == ("internal", "recorded")
    assert (event["eventTypeKey"], event["keyValue"]) == ("orderINITIALIZED", "100500")
    assert event["effect"]["after"]["externalOrderId"] == "100500"
    contact = client.get("/api/v1/contact/1")
    assert contact["externalCustomerId"] == "12345"
    assert contact["channels"] == [{"type": "email", "value": "a@b.c"}]


def test_bad_orders_come_back_with_their_errors_and_the_good_ones_go_in(client):
    """BLK-02, BLK-03."""
    bad = {**ORDER, "externalOrderId": "2", "currency": ""}
    failed = add(client, bad, ORDER, 7)
    assert [each["order"] for each in failed] == [bad, 7]
    assert failed[0]["error"] == (
        "currency is not filled. The order would be saved if currency were filled."
    )
    assert client.get("/_mock/orders")["total"] == 1
    assert client.get("/_mock/events")["total"] == 1


def test_orders_are_the_same_by_both_methods(client, example):
    """BLK-06: saved here, changed by Generate event, and the other way round."""
    add(client, {**ORDER, "externalOrderId": "12345679"})
    params = [{"name": "externalOrderId", "value": "12345679"}]
    answer = client.event({"eventTypeKey": "orderDelivered", "keyValue": "1", "params": params})
    assert answer.headers["X-Mock-Verdict"] == "applied"
    client.add_contact(phone="380501234567")
    client.event(example(externalOrderId="other"))
    add(client, {**ORDER, "externalOrderId": "other", "status": "CANCELLED"})
    first, second = (client.get(f"/_mock/orders/{each}") for each in ("12345679", "other"))
    assert (first["status"], second["status"]) == ("DELIVERED", "CANCELLED")
    assert [each["eventTypeKey"] for each in second["history"]] == [
        "orderCreated",
        "orderCANCELLED",
    ]
    assert second["contactId"] == 2, "an order keeps its contact"


def test_the_same_order_twice_in_one_request(client):
    """BLK-06."""
    assert add(client, ORDER, {**ORDER, "status": "IN_PROGRESS"}) == []
    assert client.get("/_mock/orders")["total"] == 1
    assert client.get("/_mock/orders/100500")["status"] == "IN_PROGRESS"
    assert client.get("/_mock/contacts")["total"] == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "orders is missing"),
        ({"orders": None}, "orders is null"),
        ({"orders": "x"}, "orders is text"),
    ],
)
def test_a_request_without_orders_is_400(client, body, told):
    answer = client.call("POST", "/api/v1/orders", json=body)
    assert answer.status_code == 400
    assert told in answer.text


def test_no_orders_and_a_single_one_without_its_array_are_fine(client):
    assert add(client) == []
    answer = client.call("POST", "/api/v1/orders/", json={"orders": ORDER})
    assert answer.json() == {"failedOrders": []}
    assert client.get("/_mock/orders")["total"] == 1


def test_1000_orders_go_in_and_1001_are_refused_whole(client):
    """BLK-01."""
    orders = [{**ORDER, "externalOrderId": str(number)} for number in range(1001)]
    answer = client.call("POST", "/api/v1/orders", json={"orders": orders})
    assert answer.status_code == 400
    assert "1,001" in answer.text
    assert client.get("/_mock/orders")["total"] == 0
    assert add(client, *orders[:1000]) == []
    assert client.get("/_mock/orders")["total"] == 1000


def test_a_php_list_with_gaps_says_so(client):
    """ENV-20, BLK-01."""
    answer = client.call("POST", "/api/v1/orders", json={"orders": {"0": ORDER, "2": ORDER}})
    assert answer.status_code == 400
    assert "array_values" in answer.text
