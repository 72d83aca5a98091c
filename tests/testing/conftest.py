"""A `MockServer` that is shared and reset, and a client of the service that sends events to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

import yespo_mock_plugin
from mock_server import MockServer


@pytest.fixture(scope="session")
def _one_mock() -> Iterator[MockServer]:
    with MockServer() as mock:
        yield mock


@pytest.fixture
def mock(_one_mock: MockServer) -> MockServer:
    _one_mock.reset()
    return _one_mock


@pytest.fixture
def send(mock: MockServer, example: Callable[..., Any]) -> Iterator[Callable[..., int]]:
    """Send the documented example, changed, as the code under test would; the status."""
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("shop", mock.api_key)

        def send(event_type_key: str = "orderCreated", /, **params: Any) -> int:
            event = example(event_type_key, **params)
            answer = session.post(f"{mock.api_url}/v2/event", json=event, timeout=20)
            return answer.status_code

        yield send


SHOP = """
import base64, json, urllib.request

def send(mock, order="1", url="https://example.com/cup", key="orderCreated"):
    items = [{"externalItemId": "1", "name": "Cup", "quantity": 1, "cost": 10, "url": url,
              "imageUrl": "https://example.com/cup.png", "category": "Cups"}]
    params = {"externalOrderId": order, "totalCost": 10, "status": "INITIALIZED",
              "date": "2026-01-01T00:00:00", "email": "a@example.com", "items": items}
    event = {"eventTypeKey": key, "keyValue": order,
             "params": [{"name": name, "value": value} for name, value in params.items()]}
    token = base64.b64encode(b"shop:key").decode()
    headers = {"Authorization": "Basic " + token, "Content-Type": "application/json"}
    url = mock.api_url + "/v2/event"
    request = urllib.request.Request(url, json.dumps(event).encode(), headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        return answer.status
"""
HEAD = """
import pytest
from shop import send

@pytest.fixture(autouse=True)
def customer(yespo_mock):
    yespo_mock.add_contact(email="a@example.com")
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """Run pytest in a project of its own, with this test file and no plugin but ours.

    In this process, which takes a tenth of the time; `-n` and what is imported need another one.
    """
    pytester.makepyfile(shop=SHOP)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(
        tests: str, *options: str, head: str = HEAD, in_process: bool = True
    ) -> pytest.RunResult:
        pytester.makepyfile(test_shop=head + tests)
        options = ("-W", "error", "-p", "no:cacheprovider", *options)
        if in_process:
            return pytester.runpytest_inprocess(*options, plugins=[yespo_mock_plugin])
        return pytester.runpytest_subprocess("-p", "yespo_mock_plugin", *options)

    return run
