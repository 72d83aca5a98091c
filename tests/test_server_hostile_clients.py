"""Clients that ask for too much, mix things up or never read: the server goes on."""

from __future__ import annotations

import socket
import threading

import pytest

from mock_server.server import HttpServer, Limits, Rules, plain_wording
from mock_server.wsgi import CONNECTION_KEY


def echo(environ, start_response):
    body = environ["wsgi.input"].read()
    text = (
        f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {environ['HTTP_HOST']} ".encode()
        + body
    )
    start_response("200 OK", [("Content-Length", str(len(text)))])
    return [text]


def talk(server, raw, size=10**9):
    with socket.create_connection((server.host, server.port), 10) as client:
        for at in range(0, len(raw), size):
            client.sendall(raw[at : at + size])
        received = b""
        while part := client.recv(65536):
            received += part
        return received


@pytest.mark.parametrize("size", [1, 7, 10**9])
def test_an_offer_to_upgrade_is_declined_by_answering(size):
    offer = (
        "{} HTTP/1.1\r\nHost: t\r\nConnection: Upgrade, HTTP2-Settings{}\r\n"
        "Upgrade: h2c\r\nHTTP2-Settings: A\r\n{}\r\n"
    )
    raw = "".join(
        [
            offer.format("POST /a", "", "Content-Length: 3\r\n") + "abc",
            offer.format("GET /b", "", ""),
            offer.format("POST /c", "", "Transfer-Encoding: chunked\r\n") + "3\r\nabc\r\n0\r\n\r\n",
            "GET /d HTTP/1.1\r\nHost: t\r\n\r\n",
            offer.format("POST /e", ", close", "Content-Length: 3\r\n") + "abc",
        ]
    ).encode()
    with HttpServer(echo) as server:
        received = talk(server, raw, size)
    bodies = [part.partition(b"HTTP/1.1")[0] for part in received.split(b"\r\n\r\n")[1:]]
    assert bodies == [
        b"POST /a t abc",
        b"GET /b t ",
        b"POST /c t abc",
        b"GET /d t ",
        b"POST /e t abc",
    ]


def test_a_trailer_is_not_taken_for_a_header():
    with HttpServer(echo) as server:
        head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
        body = b"3\r\nabc\r\n0\r\nHost: evil\r\n"
        assert talk(server, b"%s\r\n%s\r\n" % (head, body)).endswith(b"POST / a abc")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", b"505"),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            b"501",
        ),
    ],
)
def test_what_cannot_be_served_is_refused(raw, status):
    with HttpServer(echo) as server:
        assert talk(server, raw).startswith(b"HTTP/1.1 " + status)


def test_a_client_that_does_not_read_is_disconnected_and_cannot_fill_the_memory():
    calls = []

    def app(environ, start_response):
        calls.append(1)
        start_response("200 OK", [("Content-Length", "100000")])
        return [b"x" * 100_000]

    with (
        HttpServer(app, limits=Limits(send_timeout=0.1)) as server,
        socket.create_connection((server.host, server.port), 10) as client,
        pytest.raises((ConnectionResetError, BrokenPipeError)),
    ):
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2_000_000)
    assert len(calls) < 1000


def test_thousands_of_pipelined_requests_are_all_answered():
    with HttpServer(echo) as server:
        raw = (
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 5000
            + b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        out = []
        with socket.create_connection((server.host, server.port), 10) as client:
            sender = threading.Thread(target=client.sendall, args=(raw,))
            sender.start()
            while part := client.recv(65536):
                out.append(part)
            sender.join()
        assert b"".join(out).count(b"GET / a ") == 5001


def test_a_truncated_stream_does_not_keep_others_waiting():
    def app(environ, start_response):
        if environ["PATH_INFO"] != "/cut":
            return echo(environ, start_response)
        environ[CONNECTION_KEY].truncate_after(3)
        start_response("200 OK", [])

        def endless():
            while True:
                yield b"x"

        return endless()

    with HttpServer(app) as server:
        assert talk(server, b"GET /cut HTTP/1.1\r\nHost: a\r\n\r\n").endswith(b"\r\n\r\nxxx")


@pytest.mark.parametrize(
    "junk",
    [
        b"\0",
        b"junk junk\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /never HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
@pytest.mark.parametrize("runs_long", [False, True], ids=["at once", "in a thread"])
@pytest.mark.parametrize("before", [1, 3])
def test_whole_requests_get_their_answers_before_what_follows_is_refused(junk, runs_long, before):
    asked = b"".join(
        b"POST /%d HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc" % number
        for number in range(before)
    )
    refused = []

    def note(attempt):
        refused.append(attempt.status)
        return plain_wording(attempt)

    rules = Rules(runs_long=lambda _: runs_long)
    with HttpServer(echo, rules=rules, on_refused=note) as server:
        received = talk(server, asked + junk)
    answered = [part for part in range(before) if b"POST /%d t abc" % part in received]
    assert answered == list(range(before))
    assert b"never" not in received
    assert received.count(b"HTTP/1.1 200") == before
    assert received.count(b"HTTP/1.1 400") == 1
    assert received.rindex(b"HTTP/1.1 400") > received.rindex(b"HTTP/1.1 200")
    assert refused == [400]


SMUGGLING = (
    b"Content-Length: 0\r\nContent-Length: 34",
    b"Content-Length: 34\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nContent-Length: 34",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked, identity",
    b"Transfer-Encoding: identity, chunked",
    b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding : chunked",
    b" Transfer-Encoding: chunked",
    b"Transfer-Encoding:\x0bchunked",
    b"Transfer-Encoding: chunked\x00",
    b"X: a\r\n Content-Length: 34",
    b"X: a\rContent-Length: 34",
    b"X: a\nContent-Length: 34",
    b"Content-Length: +34",
    b"Content-Length: -1",
    b"Content-Length: 0x22",
    b"Content-Length: 34, 34",
    b"Content-Length: 3 4",
    b"Content-Length: 99999999999999999999",
    b"Content-Length : 34",
    b"Content\x00-Length: 34",
    b"Host: b",
)
CHUNKS = (
    b"0x0\r\n\r\n",
    b"-0\r\n\r\n",
    b"0 \n\r\n",
    b"\r\n0\r\n\r\n",
    b"fffffffffffffffff\r\n",
    b"3\r\nabcd0\r\n\r\n",
    b"0\n\n",
    b"g\r\n\r\n",
)
BODIES = [
    *(b"%s\r\n\r\n" % each for each in SMUGGLING),
    *(b"Transfer-Encoding: chunked\r\n\r\n%s" % each for each in CHUNKS),
]


@pytest.mark.parametrize("size", [1, 10**9])
def test_no_form_of_two_lengths_smuggles_a_request(size):
    """Whatever another program on the way would take for the end: nothing behind it is served."""
    served = []

    def app(environ, start_response):
        served.append(environ["PATH_INFO"])
        return echo(environ, start_response)

    hidden = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
    with HttpServer(app) as server:
        for each in BODIES:
            answer = talk(server, b"POST / HTTP/1.1\r\nHost: a\r\n" + each + hidden, size)
            assert answer[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 413", b"HTTP/1.1 501"), each
            assert answer.count(b"HTTP/1.1 ") - answer.count(b"HTTP/1.1 request") == 1, each
    assert served == []
