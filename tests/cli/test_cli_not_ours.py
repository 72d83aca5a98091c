"""Commands against something that is not yespo-mock: one line and exit code 2."""

from __future__ import annotations

import itertools
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Thread

import pytest

from mock_server import MockServer

HEALTH = {
    "status": "ok", "version": "0.2.0", "uptimeSeconds": 1.5,
    "events": 0, "orders": 0, "contacts": 0,
}  # fmt: skip


def answer(body: str, status: str = "200 OK", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\n{headers}\r\n"
    return (head + body).encode()


class Hostile:
    """A server that answers each request, by its path, with what it is told, piece by piece."""

    def __init__(self, pieces: Callable[[str], Iterator[bytes]]) -> None:
        self._pieces = pieces
        self._stopped = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            path = client.recv(65536).decode("latin-1").split(" ")[1]
            for piece in self._pieces(path):
                client.sendall(piece)
                if len(piece) == 1 and self._stopped.wait(0.05):
                    return

    def close(self) -> None:
        self._stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def always(data: bytes) -> Callable[[str], Iterator[bytes]]:
    return lambda _: iter([data])


def after_a_health(data: bytes) -> Callable[[str], Iterator[bytes]]:
    """Something that says it is well as we do, and means something else by the rest."""
    well = answer(json.dumps(HEALTH))
    is_probe = ("/_mock/health", "/_mock/readyz")
    return lambda path: iter([well if path.startswith(is_probe) else data])


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
OPEN = b"HTTP/1.1 200 OK\r\n\r\n"
ANSWERS: dict[str, Callable[[str], Iterator[bytes]]] = {
    "a list": always(answer("[]")),
    "null": always(answer("null")),
    "an object": always(answer("{}")),
    "a status alone": always(answer('{"status": "ok"}')),
    "a page": always(answer("<!doctype html><title>Welcome</title>")),
    "nothing": always(answer("")),
    "steering": always(answer("\x1b[2J::error::x", headers="X: \x1b[1m\r\n")),
    "a redirect": always(answer("", "302 Found", "Location: http://127.0.0.1:1/\r\n")),
    "not found": always(answer("<h1>404</h1>", "404 Not Found")),
    "another protocol": always(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "no end": lambda _: itertools.chain([OPEN], itertools.repeat(b"x" * 1_000_000)),
    "chunks without an end": lambda _: itertools.chain(
        [CHUNKED], itertools.repeat(b"4\r\n[[[[\r\n" * 100_000)
    ),
    "a drip": lambda _: itertools.chain([OPEN], itertools.repeat(b"\n")),
    "a drip in the headers": lambda _: itertools.chain(
        [b"HTTP/1.1 200 OK\r\nX: "], itertools.repeat(b"x")
    ),
    "a drip in the status": lambda _: itertools.chain([b"HTTP/1.1 2"], itertools.repeat(b"0")),
    "cut off": always(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "ours, then a list": after_a_health(answer("[]")),
    "ours, then an object": after_a_health(answer("{}")),
    "ours, then nulls": after_a_health(
        answer('{"total": 1, "events": [null], "requests": [null], "cases": null, "meta": null}')
    ),
    "ours, then an event id": after_a_health(answer("{}", headers="X-Mock-Event-Id: 7\r\n")),
}
COMMANDS = {
    "wait": ("wait", "--timeout", "0.4"),
    "tail": ("tail", "--count", "1"),
    "state show": ("state", "show"),
    "state export": ("state", "export"),
    "state reset": ("state", "reset"),
    "send": ("send", "orderCreated"),
    "check": ("check",),
    "preview": ("preview", "t.html", "--event", "1"),
    "gateway": ("gateway", "env"),
}


@pytest.fixture
def hostile() -> Iterator[Callable[[str], str]]:
    started: list[Hostile] = []

    def start(name: str) -> str:
        started.append(Hostile(ANSWERS[name]))
        return started[-1].url

    yield start
    for each in started:
        each.close()


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mock_server.cli.remote.PATIENCE", 0.4)
    monkeypatch.setattr("mock_server.exchange.MAX_BODY", 2_000_000)
    monkeypatch.setattr("mock_server.contracts.target._TIMEOUT", 0.4)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("command", COMMANDS)
def test_something_else_is_told_in_one_line(run, tmp_path, hostile, command, name):
    if name.startswith("ours") and command in ("wait", "state reset"):
        return  # what they ask is answered as we do
    (tmp_path / "t.html").write_text("x", "utf-8")
    ended = run(*COMMANDS[command], "--url", hostile(name))
    told = [line for line in ended.stderr.splitlines() if line]
    assert (ended.returncode, ended.stdout) == (2, ""), told
    assert len(told) == 1, told
    assert told[0].startswith("yespo-mock: ")
    assert "yespo-mock" in told[0].removeprefix("yespo-mock: ")
    assert "\x1b" not in told[0]
    assert not told[0].startswith("::")


@pytest.mark.parametrize("name", ["a list", "null", "a page", "a redirect"])
def test_verify_checks_nothing_of_it_and_says_so(run, hostile, name):
    ended = run("verify", "WIRE-01", "--url", hostile(name))
    assert (ended.returncode, "0 passed" in ended.stdout) == (1, True)


@pytest.mark.parametrize("name", [each for each in ANSWERS if "drip" in each or "end" in each])
def test_verify_ends_for_an_answer_that_does_not_end(run, hostile, name):
    ended = run("verify", "WIRE-01", "--url", hostile(name))
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert "does not answer" in ended.stderr


def test_a_server_that_is_not_there_is_waited_for_and_then_told(run):
    ended = run("wait", "--url", "http://127.0.0.1:1", "--timeout", "0.1")
    assert (ended.returncode, "not ready after 0.1 s" in ended.stderr) == (1, True)
    for command in ("tail", "check", "state show"):
        ended = run(*COMMANDS[command], "--url", "http://127.0.0.1:1")
        assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
        assert "does not answer as yespo-mock" in ended.stderr


def test_an_export_that_failed_leaves_no_file(run, tmp_path, hostile):
    assert run("state", "export", "--url", hostile("an object"), "x.json").returncode == 2
    assert not (tmp_path / "x.json").exists()


def test_our_own_server_is_known_by_each_of_them(run, tmp_path, monkeypatch):
    monkeypatch.setattr("mock_server.cli.remote.PATIENCE", 30.0)
    (tmp_path / "t.html").write_text("x", "utf-8")
    with MockServer() as mock:
        assert run("wait", "--url", mock.url).returncode == 0
        for command, code in (("state show", 0), ("send", 1), ("check", 3)):
            assert run(*COMMANDS[command], "--url", mock.url).returncode == code
        assert run(*COMMANDS["tail"], "--last", "1", "--url", mock.url).returncode == 0
        assert run(*COMMANDS["preview"], "--url", mock.url).returncode == 0
