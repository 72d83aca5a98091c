"""A `MockServer` that is shared and reset, and a client of the service that sends events to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

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
