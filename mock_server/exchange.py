"""One request and its answer, in bounds: a strange server cannot hold a command up."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from mock_server import jsonio

MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer that is not a state."""

_MAX_STATE = 4 * 1024 * 1024 * 1024
_LONG = 600.0
"""Bytes of a whole state, and the seconds that an export or an import of it may take."""

_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """A response: its status, its headers (names in lower case) and its body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON; raises `jsonio.MalformedJson`."""
        return jsonio.loads(self.body)


def connection_to(url: str) -> HTTPConnection:
    """A connection to the server at a URL, not yet open. Raises `ValueError` when it is not one."""
    makes: dict[str, type[HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}
    try:
        parts = urlsplit(url)
        make, host, port = makes.get(parts.scheme), parts.hostname, parts.port
    except ValueError:  # its port is not a number
        make = host = port = None
    if make is None or not host or port == 0:
        raise ValueError(f"{url} is not a URL such as http://127.0.0.1:9380.")
    return make(host, port)


def exchange(
    connection: HTTPConnection,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None,
    *,
    seconds: float,
) -> ReadAnswer:
    """Send a request and read its whole answer in time; `OSError` or `HTTPException` if not."""
    max_body = MAX_BODY
    if path.endswith("/_mock/state"):
        seconds, max_body = max(seconds, _LONG), _MAX_STATE
    is_late: list[bool] = []
    used: list[socket.socket] = []  # the answer takes it from the connection, which may be closed

    def cut() -> None:
        is_late.append(True)
        for each in used:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    has_begun: list[bool] = []

    class Answer(HTTPResponse):  # a byte each second is an answer, if not one of ours
        def begin(self) -> None:
            has_begun.append(bool(self.fp.peek(1)))
            super().begin()

    connection.timeout = seconds
    connection.response_class = Answer
    watch = Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    answer: HTTPResponse | None = None
    try:
        connection.request(method, path, body, headers)
        used.append(connection.sock)
        connection.sock.settimeout(seconds)
        answer = connection.getresponse()
        read = _read(answer, max_body)
        if is_late:
            raise TimeoutError
    except (OSError, HTTPException, ValueError) as error:
        connection.close()
        if not is_late and not isinstance(error, TimeoutError):
            raise
        if any(has_begun):
            raise HTTPException(f"the answer is not whole after {seconds:g} seconds") from None
        raise TimeoutError(f"no answer within {seconds:g} seconds") from None
    finally:
        watch.cancel()
        if answer is not None:
            answer.close()
    named = {name.lower(): value for name, value in answer.getheaders()}
    return ReadAnswer(answer.status, named, read)


def _read(answer: HTTPResponse, most: int) -> bytes:
    pieces, size = [], 0
    while piece := answer.read(_PIECE):
        size += len(piece)
        if size > most:
            raise HTTPException(f"the answer is longer than {most // _PIECE} MiB")
        pieces.append(piece)
    return b"".join(pieces)
