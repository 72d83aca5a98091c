"""One request given to the WSGI application, and its answer as bytes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from http import HTTPStatus
from itertools import chain, islice
from typing import TYPE_CHECKING

from .client import ClientConnection
from .environ import Environ

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger("yespo_mock.server")

# An answer of a known length up to this is sent in one piece; a longer one is sent as a stream.
_WHOLE_UP_TO = 1024 * 1024

# These belong to the connection, which is the server's business (RFC 9110, 7.6.1).
_SERVERS_OWN = frozenset(
    ("connection", "keep-alive", "proxy-connection", "trailer", "transfer-encoding", "upgrade")
)


class Exchange:
    """Calls the application for one request and turns what it answers into HTTP/1.1.

    Attributes:
        client: what the application asked of the connection.
        keep_alive: whether the connection can carry another request afterwards.

    """

    def __init__(
        self, app: WSGIApplication, environ: Environ, client: ClientConnection, *, keep_alive: bool
    ) -> None:
        self._app = app
        self._environ = environ
        self.client = client
        self.keep_alive = keep_alive
        self._status = ""
        self._headers: list[tuple[str, str]] = []
        # What the application sent with PEP 3333's `write`, or before it said its status.
        self._early: list[bytes] = []
        self._body: Iterable[bytes] = ()
        self._pieces: Iterable[bytes] = ()

    def answer(self) -> bytes | None:
        """Call the application. The whole answer, or None if it is to be sent with `stream`.

        Never raises: an application that does is logged, and the answer is a 500.
        """
        try:
            self._pieces = self._body = self._app(self._environ, self._start_response)
            if not self._status:
                # A generator calls start_response with its first piece.
                self._pieces = iter(self._body)
                self._early.extend(islice(self._pieces, 1))
                if not self._status:
                    raise RuntimeError("the application did not call start_response")
            whole = self._whole()
        except BaseException:  # SystemExit too: raised in a request it must not end the server.
            self._log_failure()
            self.close()
            self.keep_alive = False
            return plain_answer(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal server error.")
        if whole is not None:
            self.close()
        return whole

    def stream(self, write: Callable[[bytes], bool]) -> bool:
        """Send the answer with `write`, which says whether the client still takes it.

        False when the answer broke off, and the connection has to be closed or reset. Never raises.
        """
        try:
            return self._stream(write)
        except BaseException:
            self._log_failure()
            return False
        finally:
            self.close()

    def close(self) -> None:
        """Close what the application returned, as PEP 3333 asks."""
        close = getattr(self._body, "close", None)
        self._body = self._pieces = ()
        if close is not None:
            try:
                close()
            except BaseException:
                self._log_failure()

    def _start_response(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: OptExcInfo | None = None,
        /,
    ) -> Callable[[bytes], object]:
        if self._status and not exc_info:
            raise RuntimeError("start_response was called twice without exc_info")
        self._status = status
        self._headers = headers
        return self._early.append

    def _whole(self) -> bytes | None:
        """Head and body in one piece; None for what is better sent as a stream."""
        lines, length = self._head()
        if self._environ["REQUEST_METHOD"] == "HEAD" or self._status.startswith(("204", "304")):
            return self._framed(lines, None if self._status.startswith("204") else length)
        if length is None and isinstance(self._body, list | tuple):
            length = sum(map(len, chain(self._early, self._body)))
        if length is None or length > _WHOLE_UP_TO:
            return None
        body = b"".join(self._pieces)
        if self._early:
            # Joined afterwards: iterating over the pieces may have called `write`.
            body = b"".join(self._early) + body
        cut = self.client.cut_after
        if cut is not None:
            body = body[:cut]
            length = max(length, cut + 1)
        elif len(body) != length:
            self._log_length(len(body), length)
            body = body[:length]
        head = self._framed(lines, length)
        self.keep_alive = self.keep_alive and len(body) == length
        return head + body

    def _stream(self, write: Callable[[bytes], bool]) -> bool:
        lines, length = self._head()
        cut = self.client.cut_after
        if length is not None and cut is not None:
            length = max(length, cut + 1)
        chunked = length is None and self._environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        if length is None and not chunked:
            self.keep_alive = False  # The end of the connection is the end of the body.
        if not write(self._framed(lines, length, chunked=chunked)):
            return False
        at_most = length if cut is None else cut
        sent = 0
        for piece in chain(self._early, self._pieces):
            if sent == at_most:
                break
            part = piece if at_most is None else piece[: at_most - sent]
            sent += len(part)
            if part and not write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part):
                return False
            if self.client.resets:
                return False
        if cut is not None:
            return False
        if chunked:
            return write(b"0\r\n\r\n")
        if length is not None and sent != length:
            self._log_length(sent, length)
            return False
        return True

    def _head(self) -> tuple[list[str], int | None]:
        """Status line and headers but for those that frame the body, and the declared length."""
        length: int | None = None
        dated = False
        lines = [f"HTTP/1.1 {self._status}\r\n"]
        for name, value in self._headers:
            lower = name.lower()
            if lower == "content-length":
                length = int(value)
            elif lower in _SERVERS_OWN:
                if lower == "connection" and "close" in value.lower():
                    self.keep_alive = False
            else:
                dated = dated or lower == "date"
                lines.append(f"{name}: {value}\r\n")
        if not dated:
            lines.append(_date_line())
        return lines, length

    def _framed(self, lines: list[str], length: int | None, *, chunked: bool = False) -> bytes:
        """The bytes before the body. A header with a line end in it raises `ValueError`."""
        if length is not None:
            lines.append(f"Content-Length: {length}\r\n")
        elif chunked:
            lines.append("Transfer-Encoding: chunked\r\n")
        if not self.keep_alive:
            lines.append("Connection: close\r\n")
        elif self._environ["SERVER_PROTOCOL"] == "HTTP/1.0":
            lines.append("Connection: keep-alive\r\n")
        head = "".join(lines)
        if not head.count("\n") == head.count("\r") == len(lines):
            raise ValueError("a header must not have a line end in it")
        head += "\r\n"
        try:
            return head.encode("latin-1")
        except UnicodeEncodeError:
            return head.encode()

    def _log_failure(self) -> None:
        environ = self._environ
        what = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        _log.error("The application failed on %s", what, exc_info=True)

    def _log_length(self, sent: int, declared: int) -> None:
        path = self._environ["PATH_INFO"]
        _log.error("%s declared %d bytes and returned %d", path, declared, sent)


def plain_answer(status: HTTPStatus, text: str) -> bytes:
    """An answer of the server's own: a line of text, after which it closes the connection."""
    body = (text + "\n").encode()
    return (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n{_date_line()}"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    ).encode() + body


_dated: tuple[int, str] = (0, "")


def _date_line() -> str:
    """The Date header, made once a second."""
    global _dated  # A cache of one, replaced whole, so that threads may race.
    now = int(time.time())
    second, line = _dated
    if second != now:
        line = f"Date: {formatdate(now, usegmt=True)}\r\n"
        _dated = (now, line)
    return line
