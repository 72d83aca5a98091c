"""`yespo-mock tail`: a running server's events and refused requests as they come."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

import pytest
import requests

from mock_server import MockServer
from mock_server.emulator.examples import EXAMPLES


class Tail:
    """The command in a process of its own, whose lines can be waited for."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mock_server", "tail", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
        )
        self.lines: Queue[str] = Queue()
        self.errors: Queue[str] = Queue()
        for stream, queue in (
            (self.process.stdout, self.lines),
            (self.process.stderr, self.errors),
        ):
            threading.Thread(target=self._read, args=(stream, queue), daemon=True).start()

    def _read(self, stream: Any, queue: Queue[str]) -> None:
        for line in stream:
            queue.put(line.rstrip("\n"))

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        for each in (self.process.stdout, self.process.stderr):
            each.close()


@pytest.fixture
def tail() -> Iterator[Callable[..., Tail]]:
    started: list[Tail] = []

    def start(*arguments: str) -> Tail:
        started.append(Tail(*arguments))
        return started[-1]

    yield start
    for each in started:
        each.close()


def send(mock: MockServer, key: str = "orderCreated", path: str = "/v2/event") -> None:
    auth = ("shop", mock.api_key)
    requests.post(f"{mock.api_url}{path}", json=EXAMPLES[key], auth=auth, timeout=10)


def test_events_and_refused_requests_come_with_the_way_out(tail):
    with MockServer() as mock:
        send(mock, "orderUpdated")
        send(mock)
        following = tail("--url", mock.url, "--last", "1")
        first = following.lines.get(timeout=20)
        assert "orderCreated" in first
        assert "no contact has" in first
        assert "would be applied if a contact" in following.lines.get(timeout=5)
        send(mock, "orderDelivered")
        assert "orderDelivered" in following.lines.get(timeout=10)
        following.lines.get(timeout=5)
        send(mock, path="/v2/evnt")
        assert "POST /api/v2/evnt" in following.lines.get(timeout=10)


def test_a_filter_leaves_the_others_out_and_json_is_one_document_on_a_line(tail):
    with MockServer() as mock:
        options = ("--type", "orderDelivered", "--json", "--last", "5", "--count", "1")
        send(mock)
        send(mock, "orderDelivered")
        send(mock, path="/v2/evnt")
        following = tail("--url", mock.url, *options)
        assert json.loads(following.lines.get(timeout=20))["eventTypeKey"] == "orderDelivered"
        assert following.process.wait(20) == 0
        assert following.lines.empty()


def test_it_goes_on_when_the_server_is_restarted(tail):
    with MockServer() as mock:
        url, port = mock.url, int(mock.url.rpartition(":")[2])
        send(mock)
        following = tail("--url", url, "--last", "1", "--json")
        assert json.loads(following.lines.get(timeout=20))["eventId"] == 1
    assert "Waiting for it" in following.errors.get(timeout=20)
    with MockServer(port=port) as mock:
        send(mock, "orderDelivered")
        again = json.loads(following.lines.get(timeout=20))
        assert (again["eventId"], again["eventTypeKey"]) == (1, "orderDelivered")


def test_what_can_never_come_is_told(tail):
    with MockServer() as mock:
        following = tail("--url", mock.url, "--reason", "nothing")
        assert following.process.wait(20) == 2
        assert any("nothing" in following.errors.get(timeout=5) for _ in range(4))
    assert tail("--url", "nowhere").process.wait(20) == 2
