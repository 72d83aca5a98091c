"""Try it and "Send again" send events as a shop does: through everything that stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings
from tests.conftest import Client

TRY = "/_mock/ui/a/default/try"
VISIT = '{"eventTypeKey": "visit", "keyValue": "1"}'


def send(client: Client, body: str, **form: str) -> str:
    answer = client.call("POST", TRY, data={"do": "send", "body": body, **form})
    assert answer.status_code == 200
    return unescape(answer.text)


def test_what_the_shop_would_get_is_shown_and_the_request_is_journaled(client: Client) -> None:
    page = send(client, VISIT)
    assert "HTTP/1.1 200 OK" in page
    assert "X-Mock-Verdict: recorded" in page
    (entry,) = client.get("/_mock/requests")["requests"]
    assert (entry["path"], entry["status"], entry["eventId"]) == ("/api/v2/event", 200, 1)


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ('{"eventTypeKey": ', "400", "malformed_body"),
        ("", "400", "malformed_body"),
        ('"a text"', "400", "malformed_body"),
        ("x" * 70_000, "413", "body_too_large"),
    ],
)
def test_a_body_that_is_no_event_is_sent_as_it_is(
    client: Client, body: str, status: str, reason: str
) -> None:
    assert f"HTTP/1.1 {status}" in send(client, body)
    sent = client.call(
        "POST", "/api/v2/event", data=body, headers={"Content-Type": "application/json"}
    )
    ours, theirs = client.get("/_mock/events/1"), client.record(sent)
    assert ours["reasons"] == theirs["reasons"] == [reason]
    assert ours["body"] == theirs["body"]
    assert ours["trace"] == theirs["trace"]


def test_a_name_given_twice_is_told_before_and_after_sending(client: Client) -> None:
    body = '{"eventTypeKey": "visit", "keyValue": "1", "keyValue": "2"}'
    assert "name_repeated" in send(client, body)
    explained = client.call("POST", TRY, data={"do": "explain", "body": body})
    assert "name_repeated" in explained.text
    assert client.get("/_mock/events")["total"] == 1


def test_a_version_is_chosen(client: Client) -> None:
    send(client, VISIT, version="v1")
    assert client.get("/_mock/events/1")["apiVersion"] == "v1"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"status": 503, "body": "closed"}, "HTTP/1.1 503 Service Unavailable"),
        ({"status": 599}, "HTTP/1.1 599"),
        ({"action": "reset"}, "The connection was reset"),
        ({"action": "timeout"}, "the client gives up"),
        ({"action": "truncate", "status": 500, "body": "long text"}, "closed before the whole"),
        ({"status": 500, "when": "after", "delayMs": 1}, "recorded"),
    ],
)
def test_an_injected_fault_meets_it(client: Client, fault: Any, told: str) -> None:
    added = client.call("POST", "/_mock/faults", json=fault)
    assert added.status_code == 201, added.text
    page = send(client, VISIT)
    assert told in page
    assert "An injected fault" in page


def test_limits_meet_it(client: Client) -> None:
    client.call("PATCH", "/_mock/settings", json={"rate_limits": True})
    client.call("PUT", "/_mock/clock", json={"now": "2026-11-20T10:00:00"})
    while client.event({"eventTypeKey": "visit", "keyValue": "1"}).status_code == 200:
        pass
    page = send(client, VISIT)
    assert "HTTP/1.1 429" in page
    assert "rate_limit_exceeded" in page


def test_send_again_takes_the_same_way(client: Client, example: Callable[..., Any]) -> None:
    client.event(example(externalOrderId="7"), version="v1")
    page = client.call("POST", "/_mock/ui/a/default/events/1/again").text
    assert "HTTP/1.1 200 OK" in page
    assert client.get("/_mock/requests")["total"] == 2
    assert client.get("/_mock/events/2")["apiVersion"] == "v1"
    assert client.get("/_mock/events/2")["body"] == client.get("/_mock/events/1")["body"]


def test_a_text_that_is_json_is_sent_again_as_json(client: Client) -> None:
    client.event("a text")
    client.call("POST", "/_mock/ui/a/default/events/1/again")
    first, again = (client.get(f"/_mock/events/{number}") for number in (1, 2))
    assert first["trace"] == again["trace"]


def test_what_was_not_sent_by_a_shop_cannot_be_sent_again(client: Client) -> None:
    order = {"externalOrderId": "1", "externalCustomerId": "a", "status": "DELIVERED"}
    order |= {
        "totalCost": 1,
        "date": "2026-11-20T10:11:00",
        "currency": "UAH",
        "email": "a@b.example",
    }
    client.call("POST", "/api/v1/orders", json={"orders": [order]})
    ids = [
        each["eventId"]
        for each in client.get("/_mock/events")["events"]
        if each["apiVersion"] == "internal"
    ]
    assert ids
    assert "Send again" not in client.call("GET", f"/_mock/ui/a/default/events/{ids[0]}").text


def test_a_key_that_is_not_let_in_is_refused_and_a_blank_one_means_this_account() -> None:
    settings = ServerSettings(port=0, state=None, api_keys=("right",), accounts="per-key")
    with HostedEmulator(settings) as hosted:
        client = Client(hosted)
        with client.session:
            page = send(client, VISIT, key="wrong")
            assert "HTTP/1.1 401" in page
            assert "api_key_unknown" in page
            page = send(client, VISIT, key="right")
            assert "It went to the account key-" in page
            send(client, VISIT)
            assert client.get("/_mock/events?account=default")["total"] == 1
            assert client.get("/_mock/events?account=right")["total"] == 1
            curl = client.call("GET", "/_mock/ui/a/default/events/1?account=default").text
            assert "any:YOUR_API_KEY" in curl


def test_sending_leaves_no_token_in_the_state(client: Client) -> None:
    send(client, VISIT)
    text = client.call("GET", "/_mock/state").text
    assert "visit" in text
    assert '"token"' not in text
