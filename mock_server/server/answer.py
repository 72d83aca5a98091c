"""An application's answer: the call that makes it, and its form on the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mock_server.server.connection import LOG
from mock_server.server.environ import Environ

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_FAILED = "The application failed. Its log says why.\n"
_STATUS_LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n" for each in HTTPStatus}
BARE = frozenset({204, 304})
"""Statuses of answers that never have a body."""


class ServerAnswer:
    """The application's answer: its start, and the body as far as it is complete.

    `declared` is what its Content-Length says, `rest` a body that comes in parts.
    """

    __slots__ = ("body", "declared", "ends", "headers", "rest", "status")

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[str, str]] = []
        self.declared: int | None = None
        self.ends = False  # whether the application wants the connection closed after it
        self.body = b""
        self.rest: Iterable[bytes] | None = None

    def start(
        self,
        status: str,
        headers: list[tuple[str, str]],
        _exc_info: Any = None,
    ) -> Callable[[bytes], object]:
        """WSGI's `start_response`; the `write` it returns is long out of use.

        Raises `ValueError` for a header that would break out of its line.
        """
        self.status = int(status[:3])
        self.headers = headers
        self.declared = None
        for name, text in headers:
            if "\n" in text or "\r" in text:
                raise ValueError(f"the header {name} has a line break in it: {text!r}")
            if len(name) == 14 and name.lower() == "content-length":
                self.declared = int(text)
            elif len(name) == 10 and name.lower() == "connection":
                self.ends = text.lower() == "close"
        return self._write

    def _write(self, data: bytes) -> None:
        self.body += data

    def fail(self) -> None:
        """The application raised: an answer that says no more than that."""
        self.status = 500
        self.headers = [("Content-Type", "text/plain; charset=utf-8")]
        self.declared = None
        self.body = _FAILED.encode()
        self.rest = None

    def head(self, date: str, further: str) -> bytes:
        """Status line and headers, in the letter case in which the application gave them (WIRE-01).

        `further` are headers of the server's own, each with its line end.
        """
        lines = [f"{name}: {text}\r\n" for name, text in self.headers]
        status = _STATUS_LINES.get(self.status) or f"HTTP/1.1 {self.status} \r\n"
        return f"{status}Date: {date}\r\n{''.join(lines)}{further}\r\n".encode("latin-1", "replace")

    def settle_length(self) -> None:
        """Have a complete body declared as it is; one that was declared otherwise has failed."""
        if self.declared is not None and self.declared != len(self.body):
            LOG.error("An answer declared %d bytes and had %d", self.declared, len(self.body))
            self.fail()
        if self.declared is None:
            self.declare(len(self.body))

    def declare(self, size: int) -> None:
        """Say in the headers that the body has `size` bytes."""
        kept = [each for each in self.headers if each[0].lower() != "content-length"]
        self.headers = [*kept, ("Content-Length", str(size))]
        self.declared = size


def call_application(app: WSGIApplication, environ: Environ) -> ServerAnswer:
    """Call the application; the body is collected unless the answer is a stream."""
    answer = ServerAnswer()
    try:
        parts = app(environ, answer.start)
        if answer.status in BARE:
            close(parts)  # at once: a file that has not changed is not to stay open
        elif answer.declared is not None or isinstance(parts, (list, tuple)):
            try:
                answer.body += b"".join(parts)
            finally:
                close(parts)
        else:
            answer.rest = parts
    except BaseException:  # an application that exits must not leave its client waiting
        LOG.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
        answer.fail()
    return answer


def close(parts: Iterable[bytes]) -> None:
    """Let go of a body that comes in parts; WSGI asks for that."""
    close = getattr(parts, "close", None)
    if close is not None:
        close()
