"""Clients that do not read, or ask for much, hold neither memory nor others up (WIRE-16)."""

from __future__ import annotations

import json
import re
import socket
import statistics
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import count
from threading import Event
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import pytest
import requests

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


@pytest.fixture(scope="module")
def url(hosted: HostedEmulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server as a user starts it, with the same contacts."""
    state = tmp_path_factory.mktemp("served") / "state.json"
    state.write_text(json.dumps(hosted.emulator.export_state()), "utf-8")
    line = [sys.executable, "-m", "mock_server", "serve", "--port", "0", "--state", str(state)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        told = (re.search(r"http://[\w.:]+", each) for each in server.stdout)
        yield next(found[0] for found in told if found)
        server.terminate()


def slowest_health(url: str) -> float:
    """Milliseconds of the slowest of 1,000 health requests, in the median of three runs."""
    slowest = []
    with requests.Session() as session:
        for _ in range(3):
            took = []
            for _ in range(1000):
                began = perf_counter()
                session.get(f"{url}/_mock/health", timeout=60)
                took.append(perf_counter() - began)
            slowest.append(max(took) * 1000)
    return statistics.median(slowest)


CONTACTS = [{"channels": [{"type": "email", "value": f"c{n}@shop.test"}]} for n in range(1000)]
KEPT = {str(n): {"id": n, "channels": [], "firstName": "x" * 1000} for n in range(1, 3001)}
OTHERS: dict[str, tuple[str, str, Any]] = {
    "a page": ("GET", "/_mock/ui/a/default/contacts", None),
    "a search": ("GET", "/_mock/contacts?q=nowhere", None),
    "an import": ("POST", "/api/v1/contacts", {"dedupeOn": "email", "contacts": CONTACTS}),
    "a seed": ("POST", "/_mock/seed", {"contacts": [{"email": f"s{n}@x.y"} for n in range(1000)]}),
    "the OpenAPI document": ("GET", "/_mock/openapi.json", None),
    "a report": ("GET", "/_mock/check", None),
    "a state of 3 MB": ("PUT", "/_mock/state?account=default", {"contacts": KEPT}),
    "a reset": ("POST", "/_mock/reset", {"keep": ["contacts"]}),
}


@pytest.mark.soak
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_another_request_holds_health_up_for_less_than_50_ms(
    url: str, other: tuple[str, str, Any]
) -> None:
    """Beyond what it takes alone, which is near 1 ms on a machine that does nothing else."""
    alone = slowest_health(url)
    stopped = Event()
    method, path, body = other

    def over_and_over() -> None:
        while not stopped.is_set():
            requests.request(method, url + path, json=body, auth=("shop", "key"), timeout=60)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(over_and_over)
        try:
            beside = slowest_health(url)
        finally:
            stopped.set()
        running.result()
    assert beside - alone < 50, (alone, beside)
