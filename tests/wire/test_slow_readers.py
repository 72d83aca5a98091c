"""Clients that do not read, or ask for much, hold neither memory nor others up (WIRE-16)."""

from __future__ import annotations

import json
import re
import socket
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from benchmarks import health
from mock_server.emulator import host
from mock_server.frame.hosting import HostedEmulator
from mock_server.server import HttpServer, Rules
from mock_server.server.workers import Workers
from mock_server.settings import ServerSettings

READERS = 20


@pytest.fixture(scope="module")
def hosted() -> Iterator[HostedEmulator]:
    """A server whose export has 8 MB."""
    contacts = {
        str(number): {"id": number, "channels": [], "firstName": "x" * 2000}
        for number in range(1, 4001)
    }
    with HostedEmulator(ServerSettings(port=0, state=None)) as hosted:
        hosted.emulator.import_state({"contacts": contacts})
        yield hosted


def call(hosted: HostedEmulator, method: str, path: str, **how: Any) -> requests.Response:
    return requests.request(method, hosted.url + path, timeout=60, **how)


@pytest.mark.parametrize("path", ["/_mock/state", "/_mock/state?account=default"])
def test_an_export_in_parts_is_the_whole_state(hosted: HostedEmulator, path: str) -> None:
    exported = call(hosted, "GET", path).json()
    assert exported == json.loads(json.dumps(hosted.emulator.export_state()))
    download = call(hosted, "GET", "/_mock/ui/a/default/export")
    assert download.json() == exported
    with HostedEmulator(ServerSettings(port=0, state=None)) as empty:
        assert call(empty, "GET", "/_mock/state").json() == empty.emulator.export_state()


def test_clients_that_do_not_read_an_export_cost_no_more_than_one(hosted: HostedEmulator) -> None:
    """Without the layers of the application: the tests keep a copy of each answer there."""
    store = hosted.emulator.store

    def export(_: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        return store.export_text()

    size = sum(map(len, store.export_text()))
    with HttpServer(export, rules=Rules(runs_long=lambda _: True)) as server:
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            with ExitStack() as clients:
                for _ in range(READERS):
                    client = clients.enter_context(socket.socket())
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    client.connect(("127.0.0.1", server.port))
                    client.sendall(b"GET /_mock/state HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    assert client.recv(100).startswith(b"HTTP/1.1 200")
                held = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
    assert size > 8_000_000
    assert held < size


@pytest.mark.parametrize("probe", ["health", "livez", "readyz"])
def test_a_probe_needs_no_thread_of_its_own(
    hosted: HostedEmulator, monkeypatch: pytest.MonkeyPatch, probe: str
) -> None:
    def refuse(*_: Any) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(Workers, "submit", refuse)
    assert call(hosted, "GET", "/_mock/settings").status_code == 500
    assert call(hosted, "GET", f"/_mock/{probe}").json()["contacts"] == 4000


def test_an_event_that_needs_a_thread_after_all_counts_once() -> None:
    """It is met by a fault, or refused by what is only loaded then."""
    with HostedEmulator(ServerSettings(port=0, state=None)) as hosted:
        fault = {"match": {"path": "/api/v2/event"}, "times": 1, "status": 503}
        assert call(hosted, "POST", "/_mock/faults", json=fault).status_code == 201
        event, auth = {"eventTypeKey": "e", "keyValue": "1"}, ("shop", "key")
        statuses = [
            call(hosted, "POST", "/api/v2/event", auth=auth, **body).status_code
            for body in ({"json": event}, {"json": event}, {"data": "{"}, {"json": event})
        ]
        assert statuses[0] == 503
        assert statuses[1] == statuses[3] == 200
        unknown = call(hosted, "POST", "/api/v2/event", json=event)
        assert unknown.status_code == 401
        listed = call(hosted, "GET", "/_mock/requests").json()
        assert [each["status"] for each in listed["requests"]] == [401, *reversed(statuses)]
        assert call(hosted, "GET", "/_mock/events").json()["total"] == 3


MANY = {
    "contacts": {"dedupeOn": "email", "contacts": [{}, {}, {}]},
    "orders": {"orders": [{}, {}, {}]},
    "past_events": {"events": [{}, {}, {}]},
}


@pytest.mark.parametrize("path", MANY)
def test_what_is_done_for_many_pauses_for_all_others(
    hosted: HostedEmulator, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """By a clock by which each of three takes long."""
    slept: list[float] = []
    clock = SimpleNamespace(monotonic=count().__next__, sleep=slept.append)
    monkeypatch.setattr(host, "time", clock)
    answer = call(hosted, "POST", f"/api/v1/{path}", json=MANY[path], auth=("shop", "key"))
    assert answer.status_code == 200
    assert len(slept) == 3
    assert min(slept) > 0


@pytest.mark.soak
def test_no_other_request_holds_health_up_for_50_ms() -> None:
    """Of any route, in the median of three runs; imports and exports over 8 MiB are excepted."""
    found = health.run(quick=False)
    slowest = {**found["looks"], **found["milliseconds"]}
    large = re.compile("(GET|PUT) /_mock/state|.+ /_mock/ui/a/default/(import|export)")
    assert len(slowest) > 250
    assert not {
        name: took
        for name, took in slowest.items()
        if took >= health.LIMIT_MS and not large.fullmatch(name)
    }
