"""The HTTP server over real sockets: what it serves, what it refuses, what it survives."""

from __future__ import annotations

import dataclasses
import http.client
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import pytest

from mock_server.server import (
    Attempt,
    HttpServer,
    Limits,
    PortTakenError,
    Rules,
    Wording,
    plain_wording,
)
from mock_server.wsgi import CONNECTION_KEY

PATIENCE = 10.0  # How long to wait for what must happen; nothing here takes that long.
GET = b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"


def echo(environ: Any, start_response: Any) -> Iterable[bytes]:
    """Answers with what it was asked, and with the body it got."""
    body = environ["wsgi.input"].read()
    text = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} ".encode()
    start_response("200 OK", [("Content-Length", str(len(text + body)))])
    return [text + body]


@pytest.fixture
def serve() -> Iterator[Callable[..., HttpServer]]:
    """Start servers that are stopped after the test, and have to leave no thread.

    Bounds of `Limits` can be given by name.
    """
    threads = set(threading.enumerate())
    bounds = {field.name for field in dataclasses.fields(Limits)}

    def serve(app: Any = echo, **options: Any) -> HttpServer:
        limits = Limits(**{name: options.pop(name) for name in bounds & set(options)})
        return servers.enter_context(HttpServer(app, limits=limits, **options))

    with ExitStack() as servers:
        yield serve
    assert set(threading.enumerate()) <= threads


def connect(server: HttpServer) -> socket.socket:
    return socket.create_connection((server.host, server.port), PATIENCE)


def exchange(server: HttpServer, sent: bytes) -> bytes:
    """Send bytes, and read until the server closes."""
    with connect(server) as client:
        client.sendall(sent)
        return read_all(client)


def read_all(client: socket.socket) -> bytes:
    received = b""
    while data := client.recv(65536):
        received += data
    return received


def get(server: HttpServer, path: str = "/x") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE)
    with closing(connection):
        connection.request("GET", path)
        with connection.getresponse() as answer:
            return answer.status, answer.read()


# What it serves


def test_the_application_decides_what_the_answer_says(serve):
    """WIRE-01: nothing but a date is added."""

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "0"), ("X-Mock-Verdict", "applied")])
        return [b""]

    head = exchange(serve(app), b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "HTTP/1.1 200 OK"
    names = {line.partition(":")[0] for line in lines[1:] if line}
    assert names == {"Date", "Content-Length", "X-Mock-Verdict", "Connection"}


def test_a_connection_serves_one_request_after_the_other(serve):
    connection = http.client.HTTPConnection("127.0.0.1", serve().port, timeout=PATIENCE)
    for number in range(3):
        connection.request("POST", f"/{number}?q=1", b"body" * number)
        assert connection.getresponse().read() == f"POST /{number}?q=1 ".encode() + b"body" * number
    connection.close()


def test_pipelined_requests_are_answered_in_order(serve):
    sent = b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(20))
    last = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    received = exchange(serve(), sent + last)
    places = [received.index(b"GET /%d? " % number) for number in range(20)]
    assert places == sorted(places)
    assert received.endswith(b"GET /last? ")


@pytest.mark.parametrize("status", ["204 NO CONTENT", "304 NOT MODIFIED"])
@pytest.mark.parametrize("declares", [True, False])
def test_an_answer_that_has_no_body_leaves_the_connection_as_it_was(serve, status, declares):
    """What would follow is the start of the next answer: a browser's file that has not changed."""

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response(status, [("Content-Length", "0")] if declares else [])
        return iter(())

    one = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    last = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    first, second, rest = exchange(serve(app), one + last).split(b"\r\n\r\n")
    assert (first[:12], second[:12], rest) == (f"HTTP/1.1 {status[:3]}".encode(),) * 2 + (b"",)


@pytest.mark.parametrize("size", [0, 5, 300_000])
def test_a_chunked_body_arrives_whole(serve, size):
    connection = http.client.HTTPConnection("127.0.0.1", serve().port, timeout=PATIENCE)
    body = os.urandom(size)
    pieces = [body[start : start + 7000] for start in range(0, size, 7000)]
    connection.request("POST", "/c", iter(pieces), encode_chunked=True)
    assert connection.getresponse().read() == b"POST /c? " + body
    connection.close()


def test_expect_100_continue_is_answered(serve):
    with connect(serve()) as client:
        client.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n"
            b"Connection: close\r\n\r\n"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"body")
        assert read_all(client).endswith(b"POST /? body")


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_a_connection_is_closed_when_the_client_wants_it(serve, version):
    sent = b"GET /x HTTP/%s\r\nHost: a\r\nConnection: close\r\n\r\n" % version
    assert exchange(serve(), sent).endswith(b"GET /x? ")


def test_head_has_no_body(serve):
    received = exchange(serve(), b"HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert b"\r\nContent-Length: 9\r\n" in received
    assert received.endswith(b"\r\n\r\n")


def test_the_path_is_passed_byte_by_byte(serve):
    """PEP 3333: percent-decoded, and each byte one character."""
    assert get(serve(), "/%C3%B6/%ff?a=%20")[1] == "GET /Ã¶/ÿ?a=%20 ".encode()


def test_headers_reach_the_application(serve):
    seen: dict[str, Any] = {}

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        seen.update(environ)
        return echo(environ, start_response)

    sent = b"X-A: 1\r\nx-a: 2\r\nX_Hidden: 3\r\nContent-Type: t/p\r\nConnection: close\r\n\r\n"
    exchange(serve(app), b"GET / HTTP/1.1\r\nHost: shop.example\r\n" + sent)
    assert (seen["HTTP_HOST"], seen["HTTP_X_A"]) == ("shop.example", "1,2")
    assert seen["CONTENT_TYPE"] == "t/p"
    assert "HTTP_X_HIDDEN" not in seen
    assert seen["REMOTE_ADDR"] == "127.0.0.1"


def test_an_answer_without_a_length_is_streamed_as_it_comes(serve):
    second = threading.Event()

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        yield b"first"
        second.wait(PATIENCE)
        yield b"second"

    server = serve(app)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.read1() == b"first"
    second.set()
    assert answer.read() == b"second"
    connection.close()


def test_a_stream_ends_when_its_client_leaves(serve):
    ended = threading.Event()

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        try:
            while True:
                yield b"x" * 1000
        finally:
            ended.set()

    with connect(serve(app)) as client:
        client.sendall(GET)
        client.recv(10)
    assert ended.wait(PATIENCE)


@pytest.mark.parametrize("runs_long", [False, True])
def test_an_application_that_fails_is_a_500_in_plain_text(serve, runs_long):
    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/exits":
            sys.exit(1)
        if environ["PATH_INFO"] == "/fails":
            raise ValueError("oops")
        return echo(environ, start_response)

    server = serve(app, rules=Rules(runs_long=lambda _: runs_long))
    for path in ("/fails", "/exits"):
        status, body = get(server, path)
        assert (status, b"<" in body) == (500, False)
    assert get(server)[0] == 200


# What it refuses


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01garbage\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nBad header\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_not_http_gets_a_line_of_text_and_the_server_goes_on(serve, sent):
    server = serve()
    received = exchange(server, sent)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"text/plain" in received
    assert get(server)[0] == 200


@pytest.mark.parametrize("size", [1, 1000, 10**9])
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 3000 + b"\r\n\r\n", b"431"),
        (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 500, b"431"),
        (b"GET /" + b"a" * 1900 + b" HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 1900, b"200"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 280, b"200"),
    ],
)
def test_request_line_and_headers_have_a_limit_however_they_arrive(serve, sent, status, size):
    server = serve(max_header=2000)
    if status == b"200":
        sent = sent.removesuffix(b"\r\n") + b"\r\nConnection: close\r\n\r\n"
    with connect(server) as client:
        with suppress(ConnectionError):
            for start in range(0, len(sent), size):
                client.sendall(sent[start : start + size])
        assert client.recv(1000).startswith(b"HTTP/1.1 " + status)
    assert get(server)[0] == 200


def test_headers_that_never_end_are_refused(serve):
    with connect(serve(max_header=2000)) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        with suppress(ConnectionError):
            for _ in range(100):
                client.sendall(b"a" * 100)
        assert client.recv(1000).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5000000\r\n\r\n",
        b"Content-Length: 5000000\r\nExpect: 100-continue\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n4C4B40\r\n",
    ],
)
def test_a_body_has_a_limit_and_the_client_can_read_so(serve, head):
    refused: list[Attempt] = []

    def note(attempt: Attempt) -> Wording:
        refused.append(attempt)
        return plain_wording(attempt)

    server = serve(max_body=100_000, on_refused=note)
    with connect(server) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\n" + head)
        with suppress(ConnectionError):
            if b"Expect" not in head:
                client.sendall(b"x" * 5_000_000)
        assert client.recv(1000).startswith(b"HTTP/1.1 413 ")
    (attempt,) = refused
    assert (attempt.status, attempt.reason, attempt.method) == (413, "too_large", "POST")
    assert "more than 100000 bytes" in attempt.text
    assert get(server)[0] == 200


@pytest.mark.parametrize(
    ("bound", "sent", "answer"),
    [
        ("keep_alive", b"", b""),
        ("header_timeout", b"GET / HTTP/1.1\r\nHost: a\r\n", b"HTTP/1.1 408 "),
        (
            "body_timeout",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na",
            b"HTTP/1.1 408 ",
        ),
    ],
)
def test_a_client_that_stops_sending_is_let_go(serve, bound, sent, answer):
    server = serve(**{bound: 0.05})
    assert exchange(server, sent)[:13] == answer


def test_a_hundred_of_each_kind_of_slow_client_do_not_stop_it(serve):
    server = serve()
    with ExitStack() as clients:
        for sent in (
            b"",
            b"POST /x HTTP/1.1\r\nHost: a\r\n",
            b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n{",
        ):
            for _ in range(100):
                client = clients.enter_context(connect(server))
                client.sendall(sent)
        for _ in range(20):
            assert get(server) == (200, b"GET /x? ")


def test_a_limit_is_above_zero():
    with pytest.raises(ValueError, match="max_body must be greater than 0, not 0"):
        Limits(max_body=0)


# What takes long, and what is made to go wrong


def test_long_requests_do_not_keep_others_waiting(serve):
    """Thirty that wait in threads of their own."""
    go, waiting = threading.Event(), threading.Semaphore(0)

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/long":
            waiting.release()
            go.wait(PATIENCE)
        return echo(environ, start_response)

    server = serve(app, rules=Rules(runs_long=lambda path: path == b"/long"))
    with ThreadPoolExecutor(30) as pool:
        answers = [pool.submit(get, server, "/long") for _ in range(30)]
        for _ in range(30):
            assert waiting.acquire(timeout=PATIENCE)
        assert get(server)[0] == 200
        go.set()
        assert {each.result() for each in answers} == {(200, b"GET /long? ")}


def faulty(act: Callable[[Any], object]) -> Any:
    """An application that does `act` to the connection of a request for /act."""

    def app(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/act":
            act(environ[CONNECTION_KEY])
        return echo(environ, start_response)

    return app


@pytest.fixture(params=[False, True], ids=["inline", "in a thread"])
def runs_long(request: pytest.FixtureRequest) -> Callable[[str], bool]:
    return lambda _path: request.param


def test_a_connection_can_be_reset(serve, runs_long):
    server = serve(faulty(lambda connection: connection.reset()), rules=Rules(runs_long=runs_long))
    with connect(server) as client:
        client.sendall(GET.replace(b"/x", b"/act"))
        with pytest.raises(ConnectionResetError):
            client.recv(10)
    assert get(server)[0] == 200


@pytest.mark.parametrize(("size", "body"), [(0, b""), (3, b"GET"), (100, b"GET /act? ")])
def test_a_body_can_be_truncated(serve, runs_long, size, body):
    server = serve(
        faulty(lambda connection: connection.truncate_after(size)), rules=Rules(runs_long=runs_long)
    )
    with pytest.raises(http.client.IncompleteRead) as broken:
        get(server, "/act")
    assert broken.value.partial == body
    assert get(server)[0] == 200


def test_a_request_can_hang_until_its_client_gives_up(serve, runs_long):
    server = serve(faulty(lambda connection: connection.hang()), rules=Rules(runs_long=runs_long))
    with connect(server) as client:
        client.sendall(GET.replace(b"/x", b"/act"))
        assert get(server)[0] == 200
        client.settimeout(0.05)
        with pytest.raises(TimeoutError):
            client.recv(10)


def test_an_answer_can_be_delayed_and_others_come_meanwhile(serve, runs_long):
    server = serve(
        faulty(lambda connection: connection.delay(0.2)), rules=Rules(runs_long=runs_long)
    )
    with ThreadPoolExecutor(1) as pool:
        delayed = pool.submit(get, server, "/act")
        assert get(server)[0] == 200
        assert not delayed.done()
        assert delayed.result() == (200, b"GET /act? ")


def test_a_waiting_request_notices_that_its_client_has_left(serve):
    entered, left = threading.Event(), threading.Event()

    def act(connection: Any) -> None:
        entered.set()
        if connection.wait_closed(PATIENCE):
            left.set()

    with connect(serve(faulty(act), rules=Rules(runs_long=lambda _: True))) as client:
        client.sendall(GET.replace(b"/x", b"/act"))
        assert entered.wait(PATIENCE)
    assert left.wait(PATIENCE)


def test_a_request_on_the_servers_own_thread_must_not_wait(serve):
    failed: list[str] = []

    def act(connection: Any) -> None:
        with pytest.raises(RuntimeError) as refused:
            connection.wait_closed(1)
        failed.append(str(refused.value))

    get(serve(faulty(act)), "/act")
    assert "runs_long" in failed[0]


# Starting and stopping


def test_two_hundred_starts_and_stops_leave_nothing():
    def open_files() -> int:
        return len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0

    threads, files = threading.active_count(), 0
    for number in range(200):
        with HttpServer(echo) as server:
            assert get(server)[0] == 200
        if number == 0:
            files = open_files()
    assert (threading.active_count(), open_files()) == (threads, files)


def test_several_run_side_by_side(serve):
    servers = [serve() for _ in range(5)]
    assert len({server.port for server in servers}) == 5
    assert {get(server)[0] for server in servers} == {200}


def test_stopping_does_not_wait_for_idle_connections(serve):
    server = serve()
    with connect(server) as idle, connect(server) as used:
        used.sendall(GET)
        while not used.recv(1000).endswith(b"GET /x? "):
            pass
        server.stop(grace=PATIENCE * 10)
        assert (idle.recv(10), used.recv(10)) == (b"", b"")


def test_stopping_lets_a_request_under_way_finish(serve):
    entered, go = threading.Event(), threading.Event()

    def act(_: Any) -> None:
        entered.set()
        go.wait(PATIENCE)

    server = serve(faulty(act), rules=Rules(runs_long=lambda _: True))
    with ThreadPoolExecutor(2) as pool:
        answer = pool.submit(get, server, "/act")
        assert entered.wait(PATIENCE)
        stopping = pool.submit(server.stop, PATIENCE)
        go.set()
        stopping.result()
        assert answer.result() == (200, b"GET /act? ")


def test_stopping_ends_what_waits_for_its_client(serve):
    entered = threading.Event()

    def act(connection: Any) -> None:
        entered.set()
        connection.wait_closed()

    server = serve(faulty(act), rules=Rules(runs_long=lambda _: True))
    with connect(server) as client:
        client.sendall(GET.replace(b"/x", b"/act"))
        assert entered.wait(PATIENCE)
        server.stop(grace=PATIENCE)
    server.stop()


def test_a_port_that_is_taken_is_told_with_the_way_out(serve):
    first = serve()
    with pytest.raises(PortTakenError) as taken:
        HttpServer(echo, port=first.port).start()
    assert str(first.port) in str(taken.value)
    assert "--port" in str(taken.value)


@pytest.mark.parametrize("host", ["999.1.1.1", "no.such.host.invalid", "203.0.113.7", ""])
def test_a_host_that_cannot_be_listened_on_is_told(host):
    with pytest.raises(OSError, match=r"Cannot listen on .*127\.0\.0\.1"):
        HttpServer(echo, host).start()


def test_a_port_out_of_range_is_told():
    with pytest.raises(OSError, match="between 0 and 65535"):
        HttpServer(echo, port=70000).start()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:"),
        ("0.0.0.0", "http://127.0.0.1:"),  # noqa: S104  (for the length of a test)
        ("localhost", "http://localhost:"),
    ],
)
def test_the_url_is_one_a_client_can_use(serve, host, url):
    server = serve(host=host)
    assert server.url.startswith(url)
    assert server.url.endswith(str(server.port))


def test_it_does_not_start_twice(serve):
    with pytest.raises(RuntimeError, match="running already"):
        serve().start()
