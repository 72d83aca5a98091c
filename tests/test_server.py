"""The HTTP server over real sockets: what it serves, what it refuses, what it survives."""

from __future__ import annotations

import gc
import http.client
import importlib.util
import io
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from wsgiref.validate import validator

import flask
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_server.server import CONNECTION_KEY, ClientConnection, HttpServer, PortTakenError

EVENT_LOOPS = ["asyncio", *(["uvloop"] if importlib.util.find_spec("uvloop") else [])]
PATIENCE = 10.0  # How long to wait for what must happen; nothing here takes that long.

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Serve = Callable[..., HttpServer]


def echo(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answers with what it was asked, and with the body it got."""
    body = environ["wsgi.input"].read()
    text = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']} ".encode()
    start_response("200 OK", [("Content-Length", str(len(text + body)))])
    return [text + body]


def answer_with(
    act: Callable[[ClientConnection], object], body: bytes = b"Hello"
) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    """An application that does `act` to the connection where the path is /act, before it answers."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/act":
            act(environ[CONNECTION_KEY])
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    return app


def streaming(pieces: Iterable[bytes]) -> Callable[[Environ, StartResponse], Iterable[bytes]]:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return pieces

    return app


@pytest.fixture(params=EVENT_LOOPS)
def serve(request: pytest.FixtureRequest) -> Iterator[Serve]:
    """Starts servers that are stopped after the test, and have to leave no thread."""
    threads = set(threading.enumerate())
    with ExitStack() as servers:
        yield lambda app=echo, **options: servers.enter_context(
            HttpServer(app, event_loop=request.param, **options)
        )
    assert set(threading.enumerate()) <= threads


class Wire:
    """A client that sends bytes and sees bytes."""

    def __init__(self, server: HttpServer) -> None:
        self.socket = socket.create_connection((server.host, server.port), PATIENCE)
        self._file = self.socket.makefile("rb")

    def send(self, data: bytes) -> Wire:
        self.socket.sendall(data)
        return self

    def get(self, path: str = "/", version: str = "1.1", headers: str = "") -> Wire:
        return self.send(f"GET {path} HTTP/{version}\r\nHost: test\r\n{headers}\r\n".encode())

    def head(self) -> str:
        """Status line and headers of an answer; empty when the connection was closed instead."""
        lines = iter(self._file.readline, b"\r\n")
        return b"".join(line for line in iter(lambda: next(lines, b""), b"")).decode()

    def answer(self) -> tuple[int, str]:
        """Status and body of one answer."""
        response = http.client.HTTPResponse(self.socket)
        response.fp = self._file
        response.begin()
        status, body = response.status, response.read().decode()
        return status, body

    def rest(self) -> bytes:
        """All there is until the server closes."""
        return self._file.read()

    def close(self) -> None:
        self._file.close()
        self.socket.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ask(server: HttpServer, path: str = "/", body: bytes | None = None) -> tuple[int, bytes]:
    """One request by an ordinary client, on a connection of its own."""
    client = http.client.HTTPConnection(server.host, server.port, PATIENCE)
    try:
        client.request("POST" if body is not None else "GET", path, body)
        response = client.getresponse()
        return response.status, response.read()
    finally:
        client.close()


def assert_serves(server: HttpServer) -> None:
    assert ask(server, "/well")[0] == 200


# Starting and stopping.


def test_start_returns_when_the_port_accepts_and_tells_it(serve: Serve) -> None:
    server = serve()
    assert server.port > 0
    assert server.url == f"http://127.0.0.1:{server.port}"
    assert ask(server, "/a?b=c") == (200, b"GET /a?b=c ")


def test_several_servers_live_side_by_side(serve: Serve) -> None:
    servers = [serve() for _ in range(5)]
    assert len({server.port for server in servers}) == 5
    for server in servers:
        assert_serves(server)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:9380"),
        ("localhost", "http://localhost:9380"),
        ("::1", "http://[::1]:9380"),
        ("0.0.0.0", "http://127.0.0.1:9380"),
        ("::", "http://[::1]:9380"),
    ],
)
def test_url_is_one_a_local_client_can_open(host: str, url: str) -> None:
    assert HttpServer(echo, host, 9380).url == url


def test_localhost_is_served_on_each_of_its_addresses(serve: Serve) -> None:
    server = serve(host="localhost")
    for family, _, _, _, address in socket.getaddrinfo("localhost", server.port):
        if family == socket.AF_INET:
            with socket.create_connection(address[:2], PATIENCE):
                pass
    assert_serves(server)


def test_a_taken_port_is_one_line_with_the_way_out(serve: Serve) -> None:
    port = serve().port
    with pytest.raises(PortTakenError) as caught:
        serve(port=port)
    assert str(caught.value) == (
        f"Port {port} on 127.0.0.1 is taken. Stop the program that uses it, or choose another"
        " port with --port (0 picks a free one)."
    )
    assert (caught.value.host, caught.value.port) == ("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("no such host", 0, "Cannot listen on 'no such host': the name is not known."),
        ("", 0, "Cannot listen on '': the name is not known."),
        ("192.0.2.1", 0, "Cannot listen on 192.0.2.1: it is not an address of this machine."),
        ("127.0.0.1", 70000, "Port 70000 is not between 0 and 65535."),
        ("127.0.0.1", -1, "Port -1 is not between 0 and 65535."),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_one_clear_line(
    host: str, port: int, message: str
) -> None:
    server = HttpServer(echo, host, port)
    with pytest.raises(OSError, match=r"^(?!\[Errno)") as caught:
        server.start()
    assert str(caught.value).startswith(message)
    server.stop()


def test_a_running_server_cannot_be_started_again_and_a_stopped_one_can(serve: Serve) -> None:
    server = serve()
    with pytest.raises(RuntimeError, match="running already"):
        server.start()
    server.stop()
    server.stop()
    assert_serves(server.start())


def test_stopping_before_the_start_does_nothing() -> None:
    HttpServer(echo).stop()


def test_nothing_is_left_after_two_hundred_starts_and_stops(serve: Serve) -> None:
    server = serve(runs_long=lambda path: path == "/long")

    def one_round() -> None:
        with Wire(server.start()) as idle, Wire(server) as half:
            idle.get("/long")
            assert idle.answer()[0] == 200
            half.send(b"GET / HT")
            server.stop()
            assert idle.rest() == b""
        with pytest.raises(ConnectionRefusedError):
            Wire(server)

    server.stop()
    one_round()
    gc.collect()
    files, threads = len(os.listdir("/dev/fd")), threading.active_count()  # noqa: PTH208
    for _ in range(200):
        one_round()
    gc.collect()
    assert len(os.listdir("/dev/fd")) <= files  # noqa: PTH208
    assert threading.active_count() == threads


def test_the_port_is_free_again_after_stop(serve: Serve) -> None:
    server = serve()
    with Wire(server) as client:
        assert client.get().answer()[0] == 200
        server.stop()
    assert_serves(serve(port=server.port))


def test_stop_lets_requests_under_way_finish(serve: Serve) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def act(_: ClientConnection) -> None:
        entered.set()
        assert go_on.wait(PATIENCE)

    server = serve(answer_with(act), runs_long=lambda _: True)
    with Wire(server) as client, ThreadPoolExecutor() as pool:
        client.get("/act")
        assert entered.wait(PATIENCE)
        stopped = pool.submit(server.stop, PATIENCE)
        with Wire(server) if not stopped else ExitStack():
            go_on.set()
        assert client.answer() == (200, "Hello")
        assert client.rest() == b""
        stopped.result(PATIENCE)


def test_stop_cuts_off_what_outlives_the_grace(serve: Serve) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def act(_: ClientConnection) -> None:
        entered.set()
        assert go_on.wait(PATIENCE)

    server = serve(answer_with(act), runs_long=lambda _: True)
    with Wire(server) as client:
        client.get("/act")
        assert entered.wait(PATIENCE)
        server.stop(grace=0.01)
        assert client.rest() == b""
    go_on.set()
    for thread in threading.enumerate():
        if thread.name == "yespo-mock request":
            thread.join(PATIENCE)


def test_stop_ends_those_who_wait(serve: Serve) -> None:
    entered = threading.Barrier(3)
    seen: list[bool] = []

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        connection: ClientConnection = environ[CONNECTION_KEY]
        entered.wait(PATIENCE)
        if environ["PATH_INFO"] == "/wait":
            seen.append(connection.wait_closed(PATIENCE))
        else:
            notified = threading.Event()
            connection.on_closed(notified.set)
            seen.append(notified.wait(PATIENCE))
        return echo(environ, start_response)

    server = serve(app, runs_long=lambda _: True)
    with Wire(server) as one, Wire(server) as other:
        one.get("/wait")
        other.get("/notified")
        entered.wait(PATIENCE)
        server.stop(PATIENCE)
        assert seen == [True, True]
        assert one.answer() == (200, "GET /wait? ")
        assert other.answer() == (200, "GET /notified? ")


def test_a_request_on_the_servers_thread_cannot_stop_it(serve: Serve) -> None:
    caught: list[str] = []

    def act(_: ClientConnection) -> None:
        try:
            server.stop()
        except RuntimeError as error:
            caught.append(str(error))

    server = serve(answer_with(act))
    assert ask(server, "/act")[0] == 200
    assert caught == ["A request on the server's own thread cannot stop the server."]
    assert_serves(server)


def test_signal_handlers_are_left_alone(serve: Serve) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    assert_serves(serve())
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize("name", ["max_header", "max_body", "header_timeout", "keep_alive"])
def test_a_limit_must_be_positive(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be greater than 0, not 0"):
        HttpServer(echo, **{name: 0})


# HTTP.


def test_an_accepted_event_is_answered_without_anything_added(serve: Serve) -> None:
    app = flask.Flask("test")

    @app.post("/api/v2/event")
    def event() -> flask.Response:
        assert flask.request.get_json() == {"eventTypeKey": "x"}
        response = flask.Response(status=200)
        del response.headers["Content-Type"]
        return response

    with Wire(serve(app)) as client:
        client.send(
            b"POST /api/v2/event HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
            b'Content-Length: 20\r\n\r\n{"eventTypeKey":"x"}'
        )
        status, *headers = client.head().splitlines()
        assert status == "HTTP/1.1 200 OK"
        assert [line for line in headers if not line.startswith("Date: ")] == ["Content-Length: 0"]


def test_the_environ_is_what_pep_3333_asks_for(serve: Serve) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [body]

    assert ask(serve(validator(app)), "/a%20b?c=d", b"body") == (200, b"body")


def test_headers_and_target_in_the_environ(serve: Serve) -> None:
    seen: Environ = {}

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        seen.update(environ)
        return echo(environ, start_response)

    server = serve(app)
    with Wire(server) as client:
        client.send(
            b"GET /caf%C3%A9/a%2Fb?q=%20%C3%A9#part HTTP/1.1\r\nHost: test\r\n"
            b"X-Twice: 1\r\nx-twice:  2 \r\nCookie: a=1\r\nCookie: b=2\r\n"
            b"X_Hidden: no\r\nContent_Length: 7\r\nX-Latin: caf\xe9\r\n\r\n"
        )
        assert client.answer()[0] == 200
        local = client.socket.getsockname()
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/café/a/b"
    assert seen["QUERY_STRING"] == "q=%20%C3%A9"
    assert seen["REQUEST_URI"] == "/caf%C3%A9/a%2Fb?q=%20%C3%A9#part"
    assert seen["HTTP_X_TWICE"] == "1,2"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["HTTP_X_LATIN"] == "caf\xe9"
    assert not {"HTTP_X_HIDDEN", "HTTP_CONTENT_LENGTH", "CONTENT_LENGTH"} & seen.keys()
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"]) == ("127.0.0.1", str(server.port))
    assert (seen["REMOTE_ADDR"], seen["REMOTE_PORT"]) == (local[0], str(local[1]))


def test_a_request_as_sent_to_a_proxy_is_served(serve: Serve) -> None:
    seen: list[str] = []

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        seen.append(environ["HTTP_HOST"])
        return echo(environ, start_response)

    with Wire(serve(app)) as client:
        client.get("http://yespo.example:81/api?x=1")
        assert client.answer() == (200, "GET /api?x=1 ")
    assert seen == ["yespo.example:81"]


def test_a_connection_is_kept_for_the_next_request(serve: Serve) -> None:
    with Wire(serve()) as client:
        for number in range(3):
            assert client.get(f"/{number}").answer() == (200, f"GET /{number}? ")


@pytest.mark.parametrize(
    ("version", "headers", "connection", "stays"),
    [
        ("1.1", "", "", True),
        ("1.1", "Connection: close\r\n", "Connection: close\r\n", False),
        ("1.0", "", "Connection: close\r\n", False),
        ("1.0", "Connection: keep-alive\r\n", "Connection: keep-alive\r\n", True),
    ],
)
def test_how_long_a_connection_lives(
    serve: Serve, version: str, headers: str, connection: str, stays: bool
) -> None:
    with Wire(serve()) as client:
        client.get("/", version, headers)
        head = client.head()
        assert head.startswith("HTTP/1.1 200 OK\r\n")
        assert "".join(x for x in head.splitlines(True) if x.startswith("Connection")) == connection
        assert client._file.read(7) == b"GET /? "
        if stays:
            assert client.get("/more").answer() == (200, "GET /more? ")
        else:
            assert client.rest() == b""


def test_the_application_can_close_the_connection(serve: Serve) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "0"), ("Connection", "close")])
        return []

    with Wire(serve(app)) as client:
        assert client.get().rest().count(b"Connection: close\r\n") == 1


def test_head_has_the_headers_of_get_and_no_body(serve: Serve) -> None:
    with Wire(serve()) as client:
        client.send(b"HEAD /a HTTP/1.1\r\nHost: test\r\n\r\n")
        assert "Content-Length: 9\r\n" in client.head()
        assert client.get("/b").answer() == (200, "GET /b? ")


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_a_status_without_a_body_has_none(serve: Serve, status: str) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/more":
            return echo(environ, start_response)
        start_response(status, [])
        return [b"not sent"]

    with Wire(serve(app)) as client:
        head = client.get().head()
        assert head.startswith(f"HTTP/1.1 {status}\r\n")
        assert "Transfer-Encoding" not in head
        assert client.get("/more").answer() == (200, "GET /more? ")


@pytest.mark.parametrize("long", [set[str](), {"/0", "/2", "/3"}, {f"/{n}" for n in range(50)}])
def test_pipelined_requests_are_answered_in_order(serve: Serve, long: set[str]) -> None:
    with Wire(serve(runs_long=lambda path: path in long)) as client:
        client.send(
            b"".join(
                b"POST /%d HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\nabc" % number
                for number in range(50)
            )
        )
        for number in range(50):
            assert client.answer() == (200, f"POST /{number}? abc")


def test_a_client_that_closed_its_sending_side_still_gets_its_answers(serve: Serve) -> None:
    with Wire(serve(runs_long=lambda path: path == "/long")) as client:
        client.get("/long").get("/short")
        client.socket.shutdown(socket.SHUT_WR)
        assert client.answer() == (200, "GET /long? ")
        assert client.answer() == (200, "GET /short? ")
        assert client.rest() == b""


@pytest.mark.parametrize("together", [True, False])
def test_a_chunked_body_is_put_together(serve: Serve, together: bool) -> None:
    parts = [
        b"POST /c HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nab",
        b"c\r\n5\r\ndefgh\r\n0\r\nX-Trailer: ignored\r\n\r\n",
    ]
    with Wire(serve()) as client:
        for part in [b"".join(parts)] if together else parts:
            client.send(part)
        assert client.answer() == (200, "POST /c? abcdefgh")
        assert client.get().answer()[0] == 200


def test_flask_reads_a_chunked_body(serve: Serve) -> None:
    app = flask.Flask("test")
    app.add_url_rule("/", "json", lambda: flask.request.get_json()["a"], methods=["POST"])
    client = http.client.HTTPConnection("127.0.0.1", serve(app).port, PATIENCE)
    client.request("POST", "/", iter([b'{"a":', b'"b"}']), {"Content-Type": "application/json"})
    assert client.getresponse().read() == b"b"
    client.close()


def test_a_request_may_arrive_byte_by_byte(serve: Serve) -> None:
    raw = b"POST /slow HTTP/1.1\r\nHost: test\r\nX-A: b\r\nContent-Length: 3\r\n\r\nabc"
    with Wire(serve()) as client:
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in raw:
            client.send(bytes([byte]))
        assert client.answer() == (200, "POST /slow? abc")


def test_100_continue_is_sent_before_the_body_and_in_its_turn(serve: Serve) -> None:
    expecting = b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    with Wire(serve(runs_long=lambda path: path == "/long")) as client:
        client.send(expecting)
        assert client.head() == "HTTP/1.1 100 Continue\r\n"
        assert client.send(b"abc").answer() == (200, "POST /? abc")
        client.get("/long").send(expecting)
        assert client.answer() == (200, "GET /long? ")
        assert client.head() == "HTTP/1.1 100 Continue\r\n"
        assert client.send(b"abc").answer() == (200, "POST /? abc")


def test_an_offer_to_upgrade_is_ignored(serve: Serve) -> None:
    upgrade = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n"
    post = b"POST /u HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n" + upgrade + b"\r\nabc"
    with Wire(serve()) as client:
        client.send(post * 3)
        for _ in range(3):
            assert client.answer() == (200, "POST /u? abc")


# What is refused.

BAD_REQUESTS = {
    "garbage": (b"\x00\xff garbage\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "no method of HTTP": (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 505),
    "HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/2.0": (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "NUL in a header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400),
    "space before the colon": (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
    "folded header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", 400),
    "bare line feeds": (b"GET / HTTP/1.1\nHost: a\n\n", 400),
    "space in the URL": (b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "not a URL": (b"GET http://[::1/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "negative length": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
    "length no number": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
    "length past 64 bits": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        400,
    ),
    "two lengths": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        400,
    ),
    "length and chunked": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0",
        400,
    ),
    "chunked and length": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0",
        400,
    ),
    "broken chunk": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        400,
    ),
    "coded body": (
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        501,
    ),
    "tunnel": (b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    "long header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431),
    "many headers": (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: x\r\n" * 20_000 + b"\r\n", 431),
    "header without end": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 1_000_000, 431),
    "long URL": (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "URL without end": (b"GET /" + b"x" * 1_000_000, 414),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_bad_request_gets_a_line_of_text_and_the_server_goes_on(serve: Serve, name: str) -> None:
    raw, status = BAD_REQUESTS[name]
    refused: list[tuple[int, str]] = []
    server = serve(on_refused=lambda *refusal: refused.append(refusal))
    with Wire(server) as client:
        client.send(raw)
        head = client.head()
        body = client.rest().decode()
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert "Content-Type: text/plain; charset=utf-8\r\n" in head
    assert "Connection: close\r\n" in head
    assert len(body.splitlines()) == 1
    assert "<" not in body
    assert refused == [(status, body.strip())]
    assert_serves(server)


def test_requests_before_a_bad_one_are_answered_first(serve: Serve) -> None:
    with Wire(serve(runs_long=lambda path: path == "/long")) as client:
        client.get("/long").get("/short").send(b"garbage\r\n\r\n")
        assert client.answer() == (200, "GET /long? ")
        assert client.answer() == (200, "GET /short? ")
        assert client.answer()[0] == 400
        assert client.rest() == b""


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 2000000\r\n\r\n" + b"x" * 2_000_000,
        b"Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + (b"400\r\n" + b"x" * 1024 + b"\r\n") * 2000,
    ],
    ids=["declared and sent", "declared and asked", "chunked"],
)
def test_a_body_over_the_limit_is_refused(serve: Serve, framing: bytes) -> None:
    server = serve(max_body=1000)
    with Wire(server) as client:
        client.send(b"POST / HTTP/1.1\r\nHost: test\r\n" + framing)
        assert client.answer() == (413, "The body is larger than the limit of 1000 bytes.\n")
        assert client.rest() == b""
    assert ask(server, "/", b"x" * 1000) == (200, b"POST /? " + b"x" * 1000)


def test_a_body_of_the_default_limit_is_taken_and_one_byte_more_is_not(serve: Serve) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        size = len(environ["wsgi.input"].read())
        start_response("200 OK", [])
        return [str(size).encode()]

    server = serve(app)
    assert ask(server, "/", b"x" * 10_485_760) == (200, b"10485760")
    assert ask(server, "/", b"x" * 10_485_761)[0] == 413


@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    b"GET ", b"POST ", b"/", b"?", b"%", b" HTTP/1.1", b"\r\n", b"\n", b":", b" ",
                    b"Host: a", b"Content-Length: ", b"3", b"Transfer-Encoding: chunked", b"\0",
                    b"Expect: 100-continue", b"Connection: close", b"Upgrade: x", b"0", b"\xff",
                    b"http://[", b"Connection: Upgrade",
                ]
            ),
            max_size=30,
        ).map(b"".join),
    )
)  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_bytes_stop_the_server(fuzzed: HttpServer, data: bytes) -> None:
    with Wire(fuzzed) as client:
        client.send(data)
        client.socket.shutdown(socket.SHUT_WR)
        answer = client.rest()
    assert answer == b"" or answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 4", b"HTTP/1.1 5"))
    assert b"HTTP/1.1 500" not in answer
    assert_serves(fuzzed)


@pytest.fixture(scope="module")
def fuzzed() -> Iterator[HttpServer]:
    with HttpServer(echo) as server:
        yield server


# Slow, idle and vanishing clients.


def test_idle_half_sent_and_stalled_clients_do_not_keep_others_from_service(serve: Serve) -> None:
    server = serve()
    stalled = b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 2000000000\r\n\r\nabc"
    with ExitStack() as clients:
        for start in (b"", b"POST / HTTP/1.1\r\nHost: te", stalled.replace(b"2000000000", b"99")):
            for _ in range(100):
                clients.enter_context(Wire(server)).send(start)
        for number in range(20):
            assert ask(server, f"/{number}", b"x") == (200, f"POST /{number}? x".encode())


@pytest.mark.parametrize(
    ("sent", "timeout", "answer"),
    [
        (b"", "keep_alive", b""),
        (b"\r\n", "keep_alive", b""),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX", "header_timeout", b"HTTP/1.1 408 "),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na", "body_timeout", b"HTTP/1.1 408 "),
    ],
)  # fmt: skip
def test_a_client_that_stops_sending_is_disconnected(
    serve: Serve, sent: bytes, timeout: str, answer: bytes
) -> None:
    with Wire(serve(**{timeout: 0.02})) as client:
        received = client.send(sent).rest()
    assert received.startswith(answer)
    assert bool(received) == bool(answer)


def test_an_idle_connection_is_closed_after_its_last_answer(serve: Serve) -> None:
    with Wire(serve(keep_alive=0.02)) as client:
        assert client.get().answer()[0] == 200
        assert client.rest() == b""


def test_dribbling_does_not_win_time(serve: Serve) -> None:
    with Wire(serve(header_timeout=0.05)) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: a\r\n")
        client.socket.settimeout(0.005)
        received = b""
        while not received:
            client.send(b"X: y\r\n")
            try:
                received = client.socket.recv(1000)
            except TimeoutError:
                continue
        assert received.startswith(b"HTTP/1.1 408 ")


def test_a_client_that_does_not_read_is_disconnected(serve: Serve) -> None:
    asked = threading.Event()

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "1000000")])
        asked.set()
        return [b"x" * 1_000_000]

    server = serve(app, send_timeout=0.05)
    with Wire(server) as client:
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            while True:
                client.get()
    assert asked.is_set()


def test_a_client_that_leaves_a_long_poll_is_noticed(serve: Serve) -> None:
    entered = threading.Event()
    left: list[bool] = []
    done = threading.Event()

    def act(connection: ClientConnection) -> None:
        assert not connection.is_closed
        entered.set()
        left.append(connection.wait_closed(PATIENCE))
        left.append(connection.is_closed)
        done.set()

    server = serve(answer_with(act), runs_long=lambda path: path == "/act")
    with Wire(server) as client:
        client.get("/act")
        assert entered.wait(PATIENCE)
    assert done.wait(PATIENCE)
    assert left == [True, True]


def test_on_closed_is_called_once_for_a_client_that_left_and_never_for_one_answered(
    serve: Serve,
) -> None:
    calls: list[str] = []
    entered, gone = threading.Event(), threading.Event()

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        environ[CONNECTION_KEY].on_closed(lambda: calls.append(path))
        if path == "/leaves":
            environ[CONNECTION_KEY].on_closed(gone.set)
            entered.set()
            assert gone.wait(PATIENCE)
            environ[CONNECTION_KEY].on_closed(lambda: calls.append("late"))
        return echo(environ, start_response)

    server = serve(app, runs_long=lambda _: True)
    with Wire(server) as client:
        assert client.get("/stays").answer()[0] == 200
        client.get("/leaves")
        assert entered.wait(PATIENCE)
    assert gone.wait(PATIENCE)
    server.stop()
    assert sorted(calls) == ["/leaves", "late"]


# Requests that take long.


def test_long_requests_do_not_keep_others_waiting(serve: Serve) -> None:
    go_on = threading.Event()
    entered = threading.Barrier(101)

    def act(_: ClientConnection) -> None:
        entered.wait(PATIENCE)
        assert go_on.wait(PATIENCE)

    server = serve(answer_with(act), runs_long=lambda path: path == "/act")
    with ExitStack() as clients:
        waiting = [clients.enter_context(Wire(server)).get("/act") for _ in range(100)]
        entered.wait(PATIENCE)
        assert_serves(server)
        go_on.set()
        assert [client.answer() for client in waiting] == [(200, "Hello")] * 100


def test_waiting_on_the_servers_own_thread_is_refused(serve: Serve) -> None:
    caught: list[str] = []

    def act(connection: ClientConnection) -> None:
        assert not connection.can_wait
        try:
            connection.wait_closed(PATIENCE)
        except RuntimeError as error:
            caught.append(str(error))

    assert ask(serve(answer_with(act)), "/act")[0] == 200
    assert "must not wait" in caught[0]


def test_a_rule_for_long_requests_that_fails_counts_as_yes(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def runs_long(path: str) -> bool:
        raise LookupError(path)

    can_wait: list[bool] = []
    app = answer_with(lambda connection: can_wait.append(connection.can_wait))
    assert ask(serve(app, runs_long=runs_long), "/act") == (200, b"Hello")
    assert can_wait == [True]
    assert "runs_long('/act') failed" in caplog.text


# Faults: each on the server's own thread and in a worker.


@pytest.fixture(params=[False, True], ids=["inline", "in a worker"])
def serve_fault(
    serve: Serve, request: pytest.FixtureRequest
) -> Callable[..., HttpServer]:
    return lambda act, body=b"Hello": serve(
        answer_with(act, body), runs_long=lambda _: request.param
    )


def test_a_connection_can_be_reset(serve_fault: Callable[..., HttpServer]) -> None:
    server = serve_fault(lambda connection: connection.reset())
    with Wire(server) as client:
        client.get("/act")
        with pytest.raises(ConnectionResetError):
            client.socket.recv(1)
    assert_serves(server)


@pytest.mark.parametrize(
    ("body", "size", "declared", "sent"),
    [
        (b"Hello", 2, 5, b"He"),
        (b"Hello", 0, 5, b""),
        (b"Hello", 5, 6, b"Hello"),
        (b"", 0, 1, b""),
        (b"", 9, 10, b""),
    ],
)
def test_a_body_can_be_truncated(
    serve_fault: Callable[..., HttpServer], body: bytes, size: int, declared: int, sent: bytes
) -> None:
    server = serve_fault(lambda connection: connection.truncate_after(size), body)
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(server, "/act")
    assert caught.value.partial == sent
    assert caught.value.expected == declared - len(sent)
    assert_serves(server)


def test_a_negative_size_to_truncate_after_is_an_error(serve: Serve) -> None:
    caught: list[str] = []

    def act(connection: ClientConnection) -> None:
        try:
            connection.truncate_after(-1)
        except ValueError as error:
            caught.append(str(error))

    assert ask(serve(answer_with(act)), "/act") == (200, b"Hello")
    assert caught == ["size must not be negative, not -1"]


def test_a_request_can_hang_until_its_client_gives_up(
    serve_fault: Callable[..., HttpServer],
) -> None:
    gone = threading.Event()

    def act(connection: ClientConnection) -> None:
        connection.hang()
        connection.on_closed(gone.set)

    server = serve_fault(act)
    with Wire(server) as client:
        client.get("/act")
        client.socket.settimeout(0.02)
        with pytest.raises(TimeoutError):
            client.socket.recv(1)
        assert_serves(server)
        assert not gone.is_set()
    assert gone.wait(PATIENCE)


def test_stop_closes_what_hangs(serve_fault: Callable[..., HttpServer]) -> None:
    entered = threading.Event()

    def act(connection: ClientConnection) -> None:
        connection.hang()
        entered.set()

    server = serve_fault(act)
    with Wire(server) as client:
        client.get("/act")
        assert entered.wait(PATIENCE)
        server.stop(PATIENCE)
        assert client.rest() == b""


def test_a_delayed_answer_comes_and_others_meanwhile(
    serve_fault: Callable[..., HttpServer],
) -> None:
    entered = threading.Event()

    def act(connection: ClientConnection) -> None:
        connection.delay(0.05)
        entered.set()

    server = serve_fault(act)
    with Wire(server) as client:
        client.get("/act").get("/next")
        assert entered.wait(PATIENCE)
        assert_serves(server)
        assert client.answer() == (200, "Hello")
        assert client.answer() == (200, "Hello")


def test_stop_does_not_wait_for_a_delay(serve_fault: Callable[..., HttpServer]) -> None:
    entered = threading.Event()

    def act(connection: ClientConnection) -> None:
        connection.delay(1000 * PATIENCE)
        entered.set()

    server = serve_fault(act)
    with Wire(server) as client:
        client.get("/act")
        assert entered.wait(PATIENCE)
        server.stop(PATIENCE)
        assert client.answer() == (200, "Hello")


def test_a_client_that_leaves_during_a_delay_is_forgotten(
    serve_fault: Callable[..., HttpServer],
) -> None:
    gone = threading.Event()

    def act(connection: ClientConnection) -> None:
        connection.delay(1000 * PATIENCE)
        connection.on_closed(gone.set)

    server = serve_fault(act)
    with Wire(server) as client:
        client.get("/act")
        assert_serves(server)
    assert gone.wait(PATIENCE)


def test_a_delay_goes_with_a_reset(serve_fault: Callable[..., HttpServer]) -> None:
    def act(connection: ClientConnection) -> None:
        connection.delay(0.01)
        connection.reset()

    with Wire(serve_fault(act)) as client:
        client.get("/act")
        with pytest.raises(ConnectionResetError):
            client.socket.recv(1)


# Streams.


def test_a_body_of_unknown_length_is_chunked(serve: Serve) -> None:
    app = streaming(iter([b"one, ", b"", b"two"]))
    with Wire(serve(app)) as client:
        assert "Transfer-Encoding: chunked\r\n" in client.get(headers="Connection: close\r\n").head()
        assert client.rest() == b"5\r\none, \r\n3\r\ntwo\r\n0\r\n\r\n"


def test_for_http_1_0_the_end_of_the_connection_is_the_end_of_the_body(serve: Serve) -> None:
    app = streaming(iter([b"one, ", b"two"]))
    with Wire(serve(app)) as client:
        client.get(version="1.0", headers="Connection: keep-alive\r\n")
        assert "Connection: close\r\n" in client.head()
        assert client.rest() == b"one, two"


def test_a_list_of_unknown_length_is_counted(serve: Serve) -> None:
    with Wire(serve(streaming([b"one, ", b"two"]))) as client:
        assert "Content-Length: 8\r\n" in client.get().head()


def test_a_large_answer_arrives_whole_and_the_connection_stays(serve: Serve) -> None:
    body = os.urandom(5_000_000)

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return iter([body[start : start + 100_000] for start in range(0, len(body), 100_000)])

    client = http.client.HTTPConnection("127.0.0.1", serve(app).port, PATIENCE)
    for _ in range(2):
        client.request("GET", "/")
        assert client.getresponse().read() == body
    client.close()


def test_events_are_sent_as_they_come_and_the_stream_ends_with_its_client(serve: Serve) -> None:
    app = flask.Flask("test")
    published: list[threading.Event] = [threading.Event(), threading.Event()]
    closed = threading.Event()

    @app.get("/stream")
    def stream() -> flask.Response:
        connection: ClientConnection = flask.request.environ[CONNECTION_KEY]

        def events() -> Iterator[str]:
            try:
                for number, event in enumerate(published):
                    assert event.wait(PATIENCE)
                    yield f"data: {number} {flask.request.path}\n\n"
                assert connection.wait_closed(PATIENCE)
            finally:
                closed.set()

        return flask.Response(flask.stream_with_context(events()), mimetype="text/event-stream")

    with Wire(serve(app)) as client:
        client.get("/stream")
        for number, event in enumerate(published):
            event.set()
            if number == 0:
                assert "text/event-stream" in client.head()
            line = b"data: %d /stream\n\n" % number
            assert client._file.read(len(line) + 6) == b"%x\r\n%b\r\n" % (len(line), line)
        assert not closed.is_set()
    assert closed.wait(PATIENCE)


class Endless:
    """An endless body that says when it was closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        while not self.closed.is_set():
            yield b"x" * 10_000

    def close(self) -> None:
        self.closed.set()


def test_a_stream_ends_when_its_client_leaves(serve: Serve) -> None:
    body = Endless()
    with Wire(serve(streaming(body))) as client:
        assert len(client.get()._file.read(1_000_000)) == 1_000_000
    assert body.closed.wait(PATIENCE)


def test_a_stream_ends_when_its_client_stops_reading(serve: Serve) -> None:
    body = Endless()
    server = serve(streaming(body), send_timeout=0.05)
    with Wire(server) as client:
        client.get()
        assert body.closed.wait(PATIENCE)
        assert_closed_or_reset(client)


def assert_closed_or_reset(client: Wire) -> None:
    try:
        assert not client.rest().endswith(b"0\r\n\r\n")
    except ConnectionResetError:
        pass


def test_stop_cuts_off_a_stream_without_end(serve: Serve) -> None:
    body = Endless()
    server = serve(streaming(body))
    with Wire(server) as client:
        assert len(client.get()._file.read(100_000)) == 100_000
        server.stop(grace=0.01)
    assert body.closed.wait(PATIENCE)


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda connection: connection.truncate_after(7), b"5\r\none, \r\n2\r\ntw\r\n"),
        (lambda connection: connection.truncate_after(0), b""),
        (lambda connection: connection.delay(0.01), b"5\r\none, \r\n3\r\ntwo\r\n0\r\n\r\n"),
    ],
    ids=["truncated", "truncated at once", "delayed"],
)
def test_a_stream_can_go_wrong(
    serve: Serve, act: Callable[[ClientConnection], None], expected: bytes
) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        act(environ[CONNECTION_KEY])
        start_response("200 OK", [])
        return iter([b"one, ", b"two"])

    with Wire(serve(app)) as client:
        client.get(headers="Connection: close\r\n").head()
        assert client.rest() == expected


@pytest.mark.parametrize("when", ["before", "within"])
def test_a_stream_can_be_reset(serve: Serve, when: str) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        def pieces() -> Iterator[bytes]:
            yield b"one"
            environ[CONNECTION_KEY].reset()
            yield b"two"
            yield b"three"

        if when == "before":
            environ[CONNECTION_KEY].reset()
        start_response("200 OK", [])
        return pieces()

    with Wire(serve(app)) as client:
        client.get()
        with pytest.raises(ConnectionResetError):
            while client.socket.recv(1000):
                pass


# Applications that fail.


def failing(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/well":
        return echo(environ, start_response)
    if path == "/raises":
        raise LookupError("the application's own")
    if path == "/exits":
        raise SystemExit(1)
    if path == "/silent":
        return [b""]
    if path == "/splits":
        start_response("200 OK", [("X-Name", "a\r\nX-Other: b"), ("Content-Length", "0")])
    if path == "/no-number":
        start_response("200 OK", [("Content-Length", "many")])
    if path == "/twice":
        start_response("200 OK", [])
        start_response("200 OK", [])
    return [b""]


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize(
    "path", ["/raises", "/exits", "/silent", "/splits", "/no-number", "/twice"]
)
def test_a_failing_application_is_a_500_in_plain_text_and_in_the_log(
    serve: Serve, path: str, long: bool, caplog: pytest.LogCaptureFixture
) -> None:
    server = serve(failing, runs_long=lambda _: long)
    assert ask(server, path) == (500, b"Internal server error.\n")
    assert f"The application failed on GET {path}" in caplog.text
    assert_serves(server)


def test_an_application_that_fails_within_its_stream_breaks_the_answer_off(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one"
        raise LookupError

    with Wire(serve(streaming(pieces()))) as client:
        client.get().head()
        assert client.rest() == b"3\r\none\r\n"
    assert "The application failed on GET /" in caplog.text


@pytest.mark.parametrize(("declared", "received"), [(3, b"Hel"), (9, b"Hello")])
def test_a_body_of_another_length_than_declared_cannot_confuse_the_client(
    serve: Serve, caplog: pytest.LogCaptureFixture, declared: int, received: bytes
) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", str(declared))])
        return [b"Hello"]

    with Wire(serve(app)) as client:
        client.get().head()
        assert client.rest() == received
    assert f"/ declared {declared} bytes and returned 5" in caplog.text


def test_the_application_may_start_late_write_and_change_its_mind(serve: Serve) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X-Mind", "first")])
        try:
            raise LookupError
        except LookupError as error:
            write = start_response(
                "202 Accepted", [("Content-Length", "6")], (LookupError, error, None)
            )
        write(b"one")
        yield b"two"

    with Wire(serve(app)) as client:
        head = client.get().head()
        assert head.startswith("HTTP/1.1 202 Accepted\r\n")
        assert "X-Mind" not in head
        assert client._file.read(6) == b"onetwo"


def test_the_body_is_closed_whatever_the_method(serve: Serve) -> None:
    closed: list[str] = []

    class Body(io.BytesIO):
        def close(self) -> None:
            closed.append("closed")

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "0")])
        return Body()

    with Wire(serve(app)) as client:
        client.get().head()
        client.send(b"HEAD / HTTP/1.1\r\nHost: test\r\n\r\n").head()
    assert closed[:2] == ["closed", "closed"]


def test_nothing_is_logged_for_what_clients_do(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    server = serve(header_timeout=0.02)
    with Wire(server) as client:
        client.send(b"garbage\r\n\r\n").rest()
    with Wire(server) as client:
        client.send(b"GET ").rest()
    with Wire(server) as client:
        client.get()
    assert_serves(server)
    server.stop()
    assert [record for record in caplog.records if record.name != "asyncio"] == []
