"""Templates that take their time hold up nobody else: neither a thread nor a lock that others need.

Without a clock: the templates are stopped in the middle of their work until all others are through.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from mock_server.velocity import running
from tests.conftest import Client
from tests.velocity.test_velocity import HOSTILE

HOSTILE_ONES = 4
UI = "/_mock/ui"


class Stopped:
    """Where templates stop at their first rest, until they are let go."""

    def __init__(self) -> None:
        self._reached = threading.Semaphore(0)
        self.go_on = threading.Event()

    def rest(self) -> None:
        self._reached.release()
        assert self.go_on.wait(60)

    def wait_for(self, count: int) -> None:
        for _ in range(count):
            assert self._reached.acquire(timeout=60)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stopped]:
    stopped = Stopped()
    monkeypatch.setattr(running, "rest", stopped.rest)
    yield stopped
    stopped.go_on.set()


def others_are_answered(client: Client) -> None:
    assert client.event({"eventTypeKey": "visit", "keyValue": "1", "params": []}).status_code == 200
    assert client.add_contact(email="a@example.com")["id"]
    assert client.get("/_mock/events")["total"] >= 1
    for path in ("/", "/events/1", "/settings"):
        assert client.call("GET", UI + path).status_code == 200
    small = {"template": "$!data.get('x')", "eventId": 1}
    assert client.call("POST", "/_mock/messages/preview", json=small).json()["errors"] == []


def test_previews_hold_nobody_up(client: Client, stopped: Stopped) -> None:
    asked = {"template": HOSTILE["loops"], "event": {"eventTypeKey": "x", "keyValue": "1"}}
    with ThreadPoolExecutor() as pool:
        waiting = [
            pool.submit(client.call, "POST", "/_mock/messages/preview", json=asked)
            for _ in range(HOSTILE_ONES)
        ]
        stopped.wait_for(HOSTILE_ONES)
        others_are_answered(client)
        stopped.go_on.set()
        assert all("does too much" in each.result().text for each in waiting)


def test_messages_of_an_event_hold_no_other_event_up(client: Client, stopped: Stopped) -> None:
    workflow = {
        "eventTypeKey": "paid",
        "channel": "email",
        "recipient": "a@example.com",
        "template": HOSTILE["loops"],
    }
    assert client.call("POST", "/_mock/workflows", json=workflow).status_code == 201
    paid = {"eventTypeKey": "paid", "keyValue": "1", "params": []}
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(client.event, paid) for _ in range(HOSTILE_ONES)]
        stopped.wait_for(HOSTILE_ONES)
        others_are_answered(client)
        stopped.go_on.set()
        assert [each.result().status_code for each in waiting] == [200] * HOSTILE_ONES
    assert client.get("/_mock/outbox")["total"] == HOSTILE_ONES
