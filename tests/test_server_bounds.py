"""The bounds of what surrounds a body hold to the byte, however it arrives (WIRE-16)."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest

from mock_server.server import HttpServer, Limits
from mock_server.server.reading import CHUNK_LINE, Reader

MOST = 2000
LIMITS = Limits(max_header=MOST, max_body=5000)
GET = b"GET / HTTP/1.1\r\n%bHost: a\r\n%b\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n%bTransfer-Encoding: chunked\r\n\r\n%b"
OFFER = b"Connection: Upgrade\r\nUpgrade: h2c\r\n"


def _line(size: int) -> bytes:
    return b"GET /%b HTTP/1.1\r\nHost: a\r\n\r\n" % (b"a" * (size - len(b"GET / HTTP/1.1")))


def _header(size: int) -> bytes:
    return GET % (b"", b"X: %b\r\n" % (b"a" * (size - len(b"Host: a\r\nX: \r\n"))))


def _blanks(size: int) -> bytes:
    return GET % (b"", b"X:%ba\r\n" % (b" " * (size - len(b"Host: a\r\nX:a\r\n"))))


def _headers(size: int) -> bytes:
    lines, rest = divmod(size - len(b"Host: a\r\n"), len(b"X: a\r\n"))
    return GET % (b"X: a\r\n" * (lines - 2) + b"X: a%b\r\n" % (b"a" * rest), b"X: a\r\n")


def _extension(size: int) -> bytes:
    line = b"1;" + b"x" * (size + CHUNK_LINE - len(b"1;\r\n"))
    return POST % (b"", line + b"\r\na\r\n0\r\n\r\n")


def _extensions(size: int) -> bytes:
    line = b"1;%b\r\na\r\n" % (b"x" * (CHUNK_LINE + 6))  # 10 beyond it
    last = b"0;" + b"x" * (size % 10 + CHUNK_LINE - len(b"0;\r\n"))
    return POST % (OFFER, line * (size // 10) + last + b"\r\n\r\n")


def _zeros(size: int) -> bytes:
    return POST % (b"", b"0" * (size + CHUNK_LINE - len(b"1\r\n")) + b"1\r\na\r\n0\r\n\r\n")


def _trailer(size: int) -> bytes:
    return POST % (b"", b"1\r\na\r\n0\r\nX: %b\r\n\r\n" % (b"a" * (size - len(b"X: \r\n"))))


def _both(size: int) -> bytes:
    extended = b"1;%b\r\na\r\n" % (b"x" * (CHUNK_LINE + 996))  # 1,000 beyond it
    trailer = b"X: %b\r\n" % (b"a" * (size - 1000 - len(b"X: \r\n")))
    return POST % (OFFER, extended + b"0\r\n" + trailer + b"\r\n")


FORMS = {
    _line: 414,
    _header: 431,
    _blanks: 431,
    _headers: 431,
    _extension: 413,
    _extensions: 413,
    _zeros: 413,
    _trailer: 413,
    _both: 413,
}


class Heard:
    """Hears of requests: a 200 for one that is whole, or the status of its refusal."""

    def __init__(self) -> None:
        self.statuses: list[int] = []

    def request_begins(self) -> None:
        """Nothing is to be done."""

    def headers_are_whole(self, _: object) -> int:
        return LIMITS.max_body

    def request_is_whole(self, _: object) -> None:
        self.statuses.append(200)

    def refuse(self, status: int, *_: str) -> None:
        self.statuses.append(int(status))


def _read(sent: bytes, sizes: list[int]) -> list[int]:
    """What is heard of bytes that come in segments of these sizes, over and over."""
    heard = Heard()
    reader = Reader(heard, LIMITS)
    at = turn = 0
    while at < len(sent):
        reader.feed(sent[at : at + sizes[turn % len(sizes)]])
        at += sizes[turn % len(sizes)]
        turn += 1
    return heard.statuses


WAYS = ([10**9], [1], [7], [150], [1000], [1, 64, 3, 900], [1999, 1, 1, 1, 1])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("before", [b"", b"\r\n", GET % (b"", b""), POST % (b"", b"0\r\n\r\n")])
def test_a_bound_holds_to_the_byte_however_it_arrives(form, before):
    served = [200] * (len(before) > 2)
    for way in WAYS:
        assert _read(before + form(MOST) + form(MOST), way) == [*served, 200, 200], way
        for size in (MOST + 1, MOST + 2, MOST + 3, 3 * MOST):
            sent = before + form(size) + GET % (b"", b"")
            assert _read(sent, way) == [*served, FORMS[form]], (way, size)


@pytest.mark.parametrize("at", [100, MOST + 100])
def test_the_first_fault_counts(at):
    """Whatever comes after it, and in whichever pieces."""
    malformed = bytearray(_trailer(2 * MOST))
    malformed[malformed.index(b"X: ") + at] = 0
    status = 400 if at < MOST else 413
    assert {tuple(_read(bytes(malformed), way)) for way in WAYS} == {(status,)}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 100, 10**9])
def test_a_server_answers_the_same_over_a_socket(form, size):
    def app(_, start_response):
        start_response("200 OK", [("Content-Length", "0"), ("Connection", "close")])
        return [b""]

    with HttpServer(app, limits=LIMITS) as server:
        for wanted, length in ((200, MOST), (FORMS[form], MOST + 1)):
            sent = form(length)
            with socket.create_connection((server.host, server.port), 10) as client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with suppress(ConnectionError):
                    for start in range(0, len(sent), size):
                        client.sendall(sent[start : start + size])
                assert client.recv(1000).startswith(b"HTTP/1.1 %d" % wanted)
