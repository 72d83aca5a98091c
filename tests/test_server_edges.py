"""The HTTP server at its edges: one test for each line that could be wrong and nobody would see."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import pytest

from mock_server.server import HttpServer, Rules, Tunnels
from mock_server.server.workers import Workers
from mock_server.wsgi import CONNECTION_KEY

PATIENCE = 10.0


def echo(environ: Any, start_response: Any) -> list[bytes]:
    body: bytes = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def talk(app: Any, sent: bytes) -> bytes:
    """Send bytes to an application that is being served, and read until the server closes."""
    with (
        HttpServer(app) as server,
        socket.create_connection((server.host, server.port), PATIENCE) as client,
    ):
        client.sendall(sent)
        received = b""
        while part := client.recv(65536):
            received += part
        return received


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_header_of_an_answer_cannot_break_out_of_its_line(end: str) -> None:
    """A lone CR too: some clients take it for the end of a line."""

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("X-Mock-Reasons", f"a{end}Set-Cookie: b=1")])
        return [b""]

    received = talk(app, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 500 ")
    assert b"Set-Cookie" not in received


@pytest.mark.parametrize("header", [b"X-A: b\rX-B: c", b"X-A: b\nX-B\r: c", b"X-A\r: b"])
def test_a_lone_line_end_in_a_header_of_a_request_is_refused(header: bytes) -> None:
    received = talk(echo, b"GET / HTTP/1.1\r\nHost: a\r\n%b\r\n\r\n" % header)
    assert received.startswith(b"HTTP/1.1 400 ")


def test_a_client_of_http_1_0_is_not_kept_waiting_for_the_end() -> None:
    """Also one that asks for the connection to be kept: the answer ends with it."""
    received = talk(echo, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nConnection: close\r\n" in received


@pytest.mark.parametrize("offer", [b"", b"Connection: Upgrade\r\nUpgrade: h2c\r\n"])
@pytest.mark.parametrize("how", [b"chunked", b"Chunked", b" CHUNKED "])
def test_the_letter_case_of_a_transfer_encoding_does_not_matter(how: bytes, offer: bytes) -> None:
    last = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    head = b"POST / HTTP/1.1\r\nHost: a\r\n%bTRANSFER-encoding:%b\r\n\r\n" % (offer, how)
    received = talk(echo, head + b"3\r\nabc\r\n0\r\n\r\n" + last)
    assert received.startswith(b"HTTP/1.1 200 ")
    assert b"\r\n\r\nabcHTTP/1.1 200 " in received


@pytest.mark.parametrize(
    ("target", "is_served"),
    [
        ("yespo.io:443", True),
        ("yespo.io.:443", True),
        ("YESPO.io:443", True),
        ("yespo.io:25", False),
        ("yespo.io.example:443", False),
        (".yespo.io:443", False),
    ],
)
def test_a_host_is_the_same_with_a_dot_at_its_end_and_in_other_letter_case(
    target: str, is_served: bool
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tunnels = Tunnels({"yespo.io"}, context, lambda host: f"{host} is not served.")
    assert (tunnels.refusal(target) is None) is is_served


def test_of_many_threads_only_a_few_are_kept_for_the_next_jobs() -> None:
    workers, threads = Workers("test of workers"), set[threading.Thread]()
    together = threading.Barrier(30)

    def job() -> None:
        threads.add(threading.current_thread())
        together.wait(PATIENCE)

    for _ in range(30):
        workers.submit(job)
    ends = monotonic() + PATIENCE
    while sum(each.is_alive() for each in threads) > 8 and monotonic() < ends:
        for thread in threads:
            thread.join(0.01)
    assert sum(each.is_alive() for each in threads) == 8
    assert workers.stop(PATIENCE)
    assert not any(each.is_alive() for each in threads)


class Parts:
    """The body of an answer, of one byte after the other; it is closed by `close` alone."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: b"x", None)

    def close(self) -> None:
        self.closed.set()


def test_a_body_that_was_cut_is_closed() -> None:
    parts = Parts()

    def app(environ: Any, start_response: Any) -> Parts:
        environ[CONNECTION_KEY].truncate_after(3)
        start_response("200 OK", [])
        return parts

    assert talk(app, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").endswith(b"\r\n\r\nxxx")
    assert parts.closed.wait(PATIENCE)


def test_stopping_releases_a_long_poll_before_its_grace_is_over() -> None:
    """Its client is there and waits, and so would the server, as long as it may."""
    entered, released = threading.Event(), threading.Event()

    def app(environ: Any, start_response: Any) -> list[bytes]:
        entered.set()
        assert environ[CONNECTION_KEY].wait_closed(PATIENCE * 10)
        released.set()
        return echo(environ, start_response)

    server = HttpServer(app, rules=Rules(runs_long=lambda _: True)).start()
    with (
        socket.create_connection((server.host, server.port), PATIENCE) as client,
        ThreadPoolExecutor(1) as pool,
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert entered.wait(PATIENCE)
        pool.submit(server.stop, PATIENCE * 10).result(PATIENCE)
        assert released.is_set()
        assert client.recv(100).startswith(b"HTTP/1.1 200 ")
