"""Requests that never became an event are told apart, with the reason and the way out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mock_server import MockServer

EVENT = {"eventTypeKey": "visit", "keyValue": "1"}
PLAIN = {"json": EVENT, "headers": {"Content-Type": "text/plain"}}
ORDERS = {"orders": [{"externalOrderId": "1"}, {"externalOrderId": "2"}]}


@pytest.fixture
def mock() -> Iterator[MockServer]:
    with MockServer() as mock:
        yield mock


def send(mock: MockServer, method: str, path: str, **how: Any) -> requests.Response:
    how.setdefault("auth", ("shop", mock.api_key))
    return requests.request(method, mock.url + path, timeout=10, **how)


def journal(mock: MockServer, query: str = "?refused=true") -> list[dict[str, Any]]:
    answer = requests.get(f"{mock.url}/_mock/requests{query}", timeout=10)
    entries: list[dict[str, Any]] = answer.json()["requests"]
    return entries


@pytest.mark.parametrize(
    ("method", "path", "how", "status", "reason", "told"),
    [
        ("POST", "/api/v2/event", {"json": EVENT, "auth": None}, 401, "api_key_missing", "Basic"),
        (
            "POST",
            "/api/v2/event",
            {"json": EVENT, "headers": {"Content-Type": "text/plain"}},
            415,
            "content_type_unsupported",
            "Send applic",
        ),
        ("POST", "/v2/event", {"json": EVENT}, 404, "route_unknown", "mean POST /api/v2/event?"),
        ("POST", "/event", {"json": EVENT}, 404, "route_unknown", "mean POST /api/v2/event?"),
        ("POST", "/API/V2/Event", {"json": EVENT}, 404, "route_unknown", "POST /api/v2/event?"),
        ("POST", "/api/v2/evnet", {"json": EVENT}, 404, "route_unknown", "POST /api/v2/event?"),
        ("POST", "/", {"json": EVENT}, 405, "method_not_allowed", "Allowed: GET"),
        ("GET", "/api/v2/event", {}, 405, "method_not_allowed", "Allowed: POST"),
        ("POST", "/api/v1/shopify/token", {"json": {}}, 501, "not_emulated", "is not emulated"),
        ("POST", "/api/v1/orders", {"json": {"orders": 1}}, 400, "body_invalid", "orders"),
        ("POST", "/api/v1/orders", {"json": ORDERS}, 200, "failed_orders", "totalCost is missing"),
        (
            *("POST", "/api/v1/contacts"),
            {"json": {"contacts": [{"firstName": "Ann"}], "dedupeOn": "email"}},
            *(200, "failed_contacts", "email is not filled"),
        ),
    ],
)
def test_what_came_to_nothing_is_refused(
    mock: MockServer,
    method: str,
    path: str,
    how: dict[str, Any],
    status: int,
    reason: str,
    told: str,
) -> None:
    assert send(mock, method, path, **how).status_code == status
    (entry,) = journal(mock)
    assert (entry["method"], entry["path"], entry["status"]) == (method, path, status)
    assert (entry["reason"], entry["refused"], entry["eventId"]) == (reason, True, None)
    assert told in " ".join(note["message"] for note in entry["notes"])


@pytest.mark.parametrize(
    ("method", "path", "how"),
    [
        ("POST", "/api/v2/event", {"json": EVENT}),
        ("POST", "/api/v2/event", {"json": {}}),  # rejected: it has a record
        ("GET", "/api/v1/contact/7", {}),  # look up, then create
        ("DELETE", "/api/v1/contact/7", {}),
        ("GET", "/favicon.ico", {}),
        ("GET", "/apple-touch-icon.png", {}),
    ],
)
def test_what_is_not_refused(mock: MockServer, method: str, path: str, how: dict[str, Any]) -> None:
    send(mock, method, path, **how)
    assert journal(mock) == []
    (entry,) = journal(mock, "?refused=false")
    assert entry["path"] == path


def test_an_injected_fault_is_not_refused(mock: MockServer) -> None:
    mock.fail_next(status=503)
    assert send(mock, "POST", "/api/v2/event", json=EVENT).status_code == 503
    assert journal(mock) == []
    assert journal(mock, "")[0]["fault"] == 1


def test_the_journal_says_which_host_was_asked(mock: MockServer) -> None:
    send(mock, "POST", "/api/v2/event", json=EVENT)
    (entry,) = journal(mock, "")
    assert (entry["host"], entry["via"]) == (mock.url.partition("//")[2], "plain")


def test_of_many_failed_orders_the_first_are_told(mock: MockServer) -> None:
    orders = [{"externalOrderId": str(number)} for number in range(100)]
    send(mock, "POST", "/api/v1/orders", json={"orders": orders})
    (entry,) = journal(mock)
    assert len(entry["notes"]) == 21
    assert entry["notes"][-1]["message"] == "and 80 more"
