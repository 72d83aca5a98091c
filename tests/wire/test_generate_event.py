"""POST /api/v1/event and /api/v2/event over a real socket: what the real service would answer."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_success_is_an_empty_200_without_a_content_type(client, example, version):
    """WIRE-01, for an event that is applied and for one that is dropped."""
    for verdict in ("ignored", "applied"):
        answer = client.event(example(), version)
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["Content-Length"] == "0"
        assert "Content-Type" not in answer.headers
        assert answer.headers["X-Mock-Verdict"] == verdict
        client.add_contact(phone="380501234567")


def test_the_headers_say_what_happened_and_why(client, example):
    dropped = client.event(example(items=[], currency="XYZ"))
    assert dropped.headers["X-Mock-Event-Id"] == "1"
    assert dropped.headers["X-Mock-Verdict"] == "ignored"
    assert dropped.headers["X-Mock-Reasons"] == "contact_not_found"
    assert dropped.headers["X-Mock-Warnings"] == "currency_unknown, items_empty"
    recorded = client.event({"eventTypeKey": "visit", "keyValue": "1"})
    assert "X-Mock-Reasons" not in recorded.headers
    assert recorded.headers["X-Mock-Verdict"] == "recorded"


def test_the_headers_can_be_switched_off(client, example):
    client.call("PATCH", "/_mock/settings", json={"explain_headers": False})
    answer = client.event(example())
    assert not [name for name in answer.headers if name.lower().startswith("x-mock")]


def test_an_order_lives_through_its_events(client, example):
    """Created, updated, delivered, cancelled: ORD-10, ORD-12, ORD-13, ORD-16, ORD-20."""
    contact = client.add_contact(phone="380501234567")
    client.event(example())
    order = client.get("/_mock/orders/12345679")
    assert order["contactId"] == contact["id"]
    assert (order["status"], order["totalCost"]) == ("INITIALIZED", "258.0")
    identifier = {"name": "externalOrderId", "value": "12345679"}
    for key, params, status in (
        ("orderUpdated", [identifier, {"name": "storeId", "value": "7"}], "INITIALIZED"),
        ("orderDelivered", [identifier], "DELIVERED"),
        ("orderCancelled", [identifier], "CANCELLED"),
    ):
        answer = client.event({"eventTypeKey": key, "keyValue": "1", "params": params})
        assert answer.headers["X-Mock-Verdict"] == "applied"
        assert client.get("/_mock/orders/12345679")["status"] == status
    order = client.get("/_mock/orders/12345679")
    assert order["storeId"] == "7"
    steps = [(each["change"], each["eventTypeKey"]) for each in order["history"]]
    assert steps == [
        ("created", "orderCreated"),
        ("updated", "orderUpdated"),
        ("status", "orderDelivered"),
        ("status", "orderCancelled"),
    ]
    last = order["history"][-1]
    assert (last["before"], last["after"]) == ({"status": "DELIVERED"}, {"status": "CANCELLED"})


def test_a_record_tells_everything(client, example):
    client.add_contact(phone="380501234567")
    record = client.record(client.event(example()))
    assert record["body"] == example()
    assert record["params"] == example()["params"]
    assert (record["account"], record["apiVersion"]) == ("default", "v2")
    assert (record["eventKey"], record["keyValue"]) == ("12345679", "380501234567")
    assert record["effect"]["change"] == "created"
    assert record["effect"]["before"] is None
    assert record["effect"]["after"]["externalOrderId"] == "12345679"
    rules = [step["rule"] for step in record["trace"]]
    assert rules.index("ENV-01") < rules.index("IDN-03") < rules.index("ORD-05")
    assert all(step["message"] for step in record["trace"])


def test_the_cause_is_told_across_requests(client, example):
    """An order is unknown because its orderCreated was dropped: the trace says so."""
    client.add_contact(phone="380501234567")
    item = dict(example()["params"][-1]["value"][0], url="")
    created = client.event(example(items=[item]))
    params = [{"name": "externalOrderId", "value": "12345679"}]
    answer = client.event({"eventTypeKey": "orderCancelled", "keyValue": "1", "params": params})
    record = client.record(answer)
    assert record["reasons"] == ["order_not_found"]
    assert record["causedBy"] == int(created.headers["X-Mock-Event-Id"])
    failed = [step["message"] for step in record["trace"] if step["result"] == "failed"]
    cause = "its orderCreated (event 1) was ignored: items[0].url is not filled"
    assert failed == [f"order 12345679 is unknown, because {cause}"]
    assert client.record(created)["hint"] == "would be applied if items[0].url were filled"


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        ([], ["malformed_body"]),
        ({}, ["event_type_key_missing", "identifier_missing"]),
        (
            {"eventTypeKey": "a" * 101, "keyValue": "b" * 301, "params": {"a": 1}},
            ["event_type_key_too_long", "key_value_too_long", "param_malformed"],
        ),
        (
            {"eventTypeKey": "a|b", "keyValue": "c^d"},
            ["event_type_key_forbidden_character", "key_value_forbidden_character"],
        ),
        (
            {
                "eventTypeKey": "visit",
                "keyValue": "1",
                "params": [{"name": "a", "value": 1}, {"name": "a", "value": 2}, {"name": "b"}],
            },
            ["param_malformed", "param_name_duplicate"],
        ),
    ],
)
def test_all_faults_of_an_envelope_are_rejected_together(client, body, reasons):
    """ENV: 400 with a short text that names every fault, recorded, nothing else changed."""
    answer = client.event(body)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    record = client.record(answer)
    assert record["verdict"] == "rejected"
    assert sorted(record["reasons"]) == reasons
    assert record["body"] == body
    failed = [step["message"] for step in record["trace"] if step["result"] == "failed"]
    assert answer.text == "; ".join(failed)
    assert client.get("/_mock/event-types")["total"] == 0


@pytest.mark.parametrize("sent", [b"", b"{", b'{"a": NaN}', b"\xff\xfe", b"[" * 5000, b"null\x00"])
def test_a_body_that_is_not_json_is_rejected_and_kept(client, sent):
    """ENV-01."""
    answer = client.call(
        "POST", "/api/v2/event", data=sent, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.headers["X-Mock-Reasons"] == "malformed_body"
    assert client.record(answer)["verdict"] == "rejected"


def test_an_event_may_have_20_kb_and_not_a_byte_more(client):
    """ENV-11."""
    event = {"eventTypeKey": "visit", "keyValue": "1", "params": [{"name": "a", "value": ""}]}
    bare = len(json.dumps(event))
    headers = {"Content-Type": "application/json"}
    for length, status in ((20 * 1024, 200), (20 * 1024 + 1, 413)):
        event["params"][0]["value"] = "x" * (length - bare)
        answer = client.call("POST", "/api/v2/event", data=json.dumps(event), headers=headers)
        assert answer.status_code == status
    assert answer.headers["X-Mock-Reasons"] == "body_too_large"
    assert "20480" in answer.text


def test_of_a_huge_body_only_the_beginning_is_kept(client):
    """ENV-11."""
    sent = b'{"eventTypeKey": "visit", "keyValue": "' + b"x" * 2_000_000 + b'"}'
    headers = {"Content-Type": "application/json"}
    answer = client.call("POST", "/api/v2/event", data=sent, headers=headers)
    assert answer.status_code == 413
    record = client.record(answer)
    assert (record["reasons"], record["body"]) == (["body_too_large"], sent[:2000].decode())


def test_required_parameters_of_an_event_type_are_told_as_the_service_tells_them(client):
    """ENV-14."""
    wanted = [{"name": "city", "required": True}, {"name": "street", "required": False}]
    client.call("PUT", "/_mock/event-types/visit", json={"validateParams": True, "params": wanted})
    answer = client.event({"eventTypeKey": "visit", "keyValue": "1"})
    assert answer.status_code == 400
    assert answer.text == (
        "The event should have the following params: "
        '[{"name":"city","required":true},{"name":"street","required":false}]'
    )
    good = {"name": "city", "value": "Kyiv"}
    answer = client.event({"eventTypeKey": "visit", "keyValue": "1", "params": [good]})
    assert answer.status_code == 200


def test_strict_answers_422_with_the_outcome(client, example):
    """By setting, by header, and the header decides."""
    answer = client.event(example(), headers={"X-Mock-Strict": "true"})
    assert answer.status_code == 422
    assert answer.json()["reasons"] == ["contact_not_found"]
    assert answer.json()["trace"]
    client.call("PATCH", "/_mock/settings", json={"strict": True})
    assert client.event(example()).status_code == 422
    assert client.event(example(), headers={"X-Mock-Strict": "false"}).status_code == 200
    assert client.event({"eventTypeKey": "visit", "keyValue": "1"}).status_code == 200


def test_a_strange_strict_header_is_refused_and_nothing_is_stored(client, example):
    answer = client.event(example(), headers={"X-Mock-Strict": "maybe"})
    assert answer.status_code == 400
    assert "X-Mock-Strict" in answer.text
    assert client.get("/_mock/events")["total"] == 0


def test_numbers_are_shown_as_sent(client, example):
    """ORD-05: exact, however many digits."""
    client.add_contact(phone="380501234567")
    total = "123456789012345678901234567890.10"
    body = json.dumps(example(totalCost=1, items=...)).replace('"value": 1}', f'"value": {total}}}')
    headers = {"Content-Type": "application/json"}
    client.call("POST", "/api/v2/event", data=body, headers=headers)
    assert f'"totalCost": {total}' in client.call("GET", "/_mock/orders/12345679").text


def test_old_clients_and_new_ones_get_the_same_answer(hosted, example):
    """`Connection: close`, and a connection that is used again."""
    headers = {"Authorization": "Basic YW55OmtleQ==", "Content-Type": "application/json"}
    body = json.dumps(example())
    host = hosted.url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=10)
    for extra in ({}, {}, {"Connection": "close"}):
        connection.request("POST", "/api/v1/event", body, {**headers, **extra})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, b"")
    connection.close()


def test_events_from_many_threads_are_all_there_with_ids_of_their_own(client, hosted, example):
    from concurrent.futures import ThreadPoolExecutor

    client.add_contact(phone="380501234567")

    def post(number: int) -> Any:
        answer = client.event(example(externalOrderId=str(number)))
        return int(answer.headers["X-Mock-Event-Id"])

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(post, range(200)))
    assert sorted(ids) == list(range(1, 201))
    orders = client.get("/_mock/orders?limit=1000")["orders"]
    assert sorted(int(each["externalOrderId"]) for each in orders) == list(range(200))
    assert sorted(each["orderId"] for each in orders) == list(range(1, 201))
