"""Other mock servers beside ours, in the same run and under the same load, where installed.

Each answers a POST of the same body on a fixed route. None of them but ours judges or keeps
anything: this compares the price of a request, not what is done for it.
"""

from __future__ import annotations

import json
import shutil
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic

import psutil
import requests

from benchmarks.common import CONSOLE, Result, body_template, figure, middle, show, timed
from benchmarks.load import Job, load
from benchmarks.serving import serving

_PATH = "/api/v2/event"
_URL = f"http://127.0.0.1:1{_PATH}"
_TAKEN = {"responses": {"200": {"description": "taken"}}}
_BODY = {"content": {"application/json": {"schema": {"type": "object"}}}}
_PATHS = {_PATH: {"post": {"requestBody": _BODY, **_TAKEN}}}
_PRISM = {"openapi": "3.0.0", "info": {"title": "bench", "version": "1"}, "paths": _PATHS}


@dataclass
class Peer:
    """How a peer is started: `{port}` and `{folder}` are filled in; `set_up` gets the port."""

    name: str
    program: str
    arguments: str
    set_up: Callable[[int], object] = lambda _port: None
    path: str = _PATH


def _imposter(target: int, port: int) -> None:
    answer = {"stubs": [{"responses": [{"is": {"statusCode": 200}}]}]}
    imposter = {"port": target, "protocol": "http", **answer}
    requests.post(f"http://127.0.0.1:{port}/imposters", json=imposter, timeout=10)


def _mapping(port: int) -> None:
    mapping = {"request": {"method": "POST", "url": _PATH}, "response": {"status": 200}}
    requests.post(f"http://127.0.0.1:{port}/__admin/mappings", json=mapping, timeout=10)


_PEERS = (
    Peer("Prism", "prism", "mock -p {port} {folder}/openapi.json"),
    Peer("json-server", "json-server", "--quiet --port {port} {folder}/db.json", path="/events"),
    Peer("WireMock", "wiremock", "--port {port} --no-request-journal", _mapping),
)


def run(*, quick: bool) -> Result:
    """Requests a second and latency of each server at 1 and 16 connections."""
    found: Result = {}
    seconds = 1 if quick else 2
    for name, kind in (("yespo-mock", "event"), ("pytest-httpserver", "pytest-httpserver")):
        if kind == "event" or find_spec("pytest_httpserver"):
            with serving(kind) as port:
                found[name] = _measured(port, _PATH, seconds)
        else:
            _skip(name)
    if find_spec("moto") and find_spec("flask_cors"):
        peer = Peer(
            "moto server", sys.executable, "-m moto.server -p {port}", path="/moto-api/reset"
        )
        _add(found, peer, [sys.executable], seconds)
    else:
        _skip("moto server")
    mountebank = _free_port()
    imposter = Peer(
        "mountebank",
        "mb",
        "--port {port} --nologfile --pidfile {folder}/mb.pid",
        partial(_imposter, mountebank),
    )
    for each in (imposter, *_PEERS):
        command = _command(each.program)
        if command is None:
            _skip(each.name)
        else:
            _add(found, each, command, seconds, mountebank if each is imposter else None)
    rows = [
        [name, *(figure(by[n][key]) for n in ("1", "16") for key in ("rate", "p50", "p99"))]
        for name, by in found.items()
    ]
    columns = ["server", "1 conn: /s", "p50 ms", "p99", "16 conns: /s", "p50 ms", "p99"]
    show("Peers, one POST each", columns, rows)
    if find_spec("responses"):
        found["responses"] = {"microseconds": _responses(50 if quick else 500)}
        text = figure(found["responses"]["microseconds"])
        CONSOLE.print(f"responses (in process, no socket): {text} µs a request")
    else:
        _skip("responses")
    return found


def _skip(name: str) -> None:
    CONSOLE.print(f"{name}: not installed, skipped")


def _command(program: str) -> list[str] | None:
    """How to run a program of npm's: from the PATH, or from the current folder's node_modules."""
    found = shutil.which(program)
    if found:
        return [found]
    npx = shutil.which("npx")
    if npx and (Path("node_modules/.bin") / program).exists():
        return [npx, "--no-install", program]
    return None


def _measured(port: int, path: str, seconds: float) -> dict[str, Result]:
    found = {str(each): load(Job(port, each, True, seconds, path)) for each in (1, 16)}
    if errors := sum(each["errors"] for each in found.values()):
        CONSOLE.print(f"port {port}: {errors} requests failed, its figures mean nothing")
    return found


def _add(
    found: Result, peer: Peer, command: Sequence[str], seconds: float, target: int | None = None
) -> None:
    """Start a peer and measure it; one that does not start is skipped with a line."""
    try:
        with _running(peer, command) as port:
            peer.set_up(port)
            found[peer.name] = _measured(target or port, peer.path, seconds)
    except (OSError, TimeoutError) as error:
        CONSOLE.print(f"{peer.name}: {error}, skipped")


@contextmanager
def _running(peer: Peer, command: Sequence[str]) -> Iterator[int]:
    port = _free_port()
    with TemporaryDirectory() as folder:
        (Path(folder) / "openapi.json").write_text(json.dumps(_PRISM), "utf-8")
        (Path(folder) / "db.json").write_text('{"events": []}', "utf-8")
        arguments = peer.arguments.format(port=port, folder=folder).split()
        with Popen([*command, *arguments], stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL) as child:
            try:
                _wait(port, child)
                yield port
            finally:
                _end(child)


def _end(child: Popen[bytes]) -> None:
    """End a process and those it has started, as npx does."""
    if child.poll() is None:
        for each in psutil.Process(child.pid).children(recursive=True):
            each.kill()
        child.kill()


def _wait(port: int, child: Popen[bytes]) -> None:
    end = monotonic() + 20
    while monotonic() < end and child.poll() is None:
        if _answers(port):
            return
        Event().wait(0.1)
    raise TimeoutError("did not start")


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _responses(count: int) -> float:
    with import_module("responses").RequestsMock() as mock, requests.Session() as session:
        mock.post(_URL, body="")
        send = partial(session.post, _URL, data=body_template())
        return middle([timed(send) for _ in range(count)])
