"""One request and its answer, within bounds: nothing that answers can hold a command up.

A server that is not ours may send a body without an end, a byte each second, or no HTTP at all.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from threading import Timer
from typing import Any

from mock_server import jsonio

MAX_BODY = 64 * 1024 * 1024
"""Bytes of an answer that is not a state."""

MAX_STATE = 4 * 1024 * 1024 * 1024
"""Bytes of a whole state."""

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


def exchange(
    connection: HTTPConnection,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None,
    *,
    seconds: float,
    max_body: int = MAX_BODY,
) -> ReadAnswer:
    """Send a request and read its answer, which must be whole after this many seconds.

    Raises `OSError` or `HTTPException`, whose text says what was wrong.
    """
    is_late: list[bool] = []

    def cut() -> None:
        is_late.append(True)
        with suppress(OSError, AttributeError):
            connection.sock.shutdown(socket.SHUT_RDWR)

    connection.timeout = seconds
    watch = Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    try:
        connection.request(method, path, body, headers)
        if connection.sock is not None:
            connection.sock.settimeout(seconds)
        answer = connection.getresponse()
        read = _read(answer, max_body)
    except (OSError, HTTPException, ValueError) as error:
        connection.close()
        if is_late or isinstance(error, TimeoutError):
            raise TimeoutError(f"no whole answer within {seconds:g} seconds") from None
        raise
    finally:
        watch.cancel()
    if is_late:
        connection.close()
        raise TimeoutError(f"no whole answer within {seconds:g} seconds")
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
