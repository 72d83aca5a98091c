"""One request: the application's answer to it, and that answer's way to the client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any

from mock_server.server.client import ClientConnection
from mock_server.server.connection import LOG, Connection
from mock_server.server.environ import HttpRequest
from mock_server.server.workers import Workers
from mock_server.wsgi import CONNECTION_KEY, NeedsThreadError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_FAILED = b"The application failed. Its log says why.\n"
_STATUS_LINES = {each.value: f"HTTP/1.1 {each.value} {each.phrase}\r\n" for each in HTTPStatus}
_BARE = frozenset({204, 304})  # answers that never have a body


class Exchange:
    """A request and its answer, as declared (`_declared`) and the `_rest` in parts."""

    __slots__ = (
        *("_body", "_connection", "_declared", "_ends", "_environ", "_headers"),
        *("_request", "_rest", "_status", "client"),
    )

    def __init__(self, request: HttpRequest, connection: Connection, *, can_wait: bool) -> None:
        self._request = request
        self._connection = connection
        self.client = ClientConnection(connection.closing, can_wait=can_wait)
        self._environ = request.environ
        self._environ["wsgi.input"] = BytesIO(request.body)
        self._environ["CONTENT_LENGTH"] = str(len(request.body))
        self._environ[CONNECTION_KEY] = self.client
        self._status = 500
        self._headers: list[tuple[str, str]] = []
        self._declared: int | None = None
        self._ends = False  # whether the application wants the connection closed after it
        self._body = b""
        self._rest: Iterable[bytes] | None = None

    # The application

    def call(self, app: WSGIApplication) -> None:
        """Call the application; the body is collected unless the answer is a stream.

        Raises `NeedsThreadError` as the application does.
        """
        try:
            parts = app(self._environ, self._start)
            if self._status in _BARE:
                _close(parts)  # at once: a file that has not changed is not to stay open
            elif self._declared is not None or isinstance(parts, (list, tuple)):
                try:
                    self._body += b"".join(parts)
                finally:
                    _close(parts)
            else:
                self._rest = parts
        except NeedsThreadError:
            raise
        except BaseException:  # an application that exits must not leave its client waiting
            self.fail()

    def fail(self) -> None:
        """An exception is being handled: log it, and answer no more than that."""
        environ = self._environ
        LOG.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
        self._answer_failed()

    def _answer_failed(self) -> None:
        self._status = 500
        self._headers = [("Content-Type", "text/plain; charset=utf-8")]
        self._declared = self._rest = None
        self._body = _FAILED

    def _start(
        self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None
    ) -> Callable[[bytes], object]:
        """WSGI's `start_response`; `ValueError` for a header that breaks its line."""
        self._status = int(status[:3])
        self._headers = headers
        self._declared = None
        for name, text in headers:
            if "\n" in text or "\r" in text:
                raise ValueError(f"the header {name} has a line break in it: {text!r}")
            if len(name) == 14 and name.lower() == "content-length":
                self._declared = int(text)
            elif len(name) == 10 and name.lower() == "connection":
                self._ends = text.lower() == "close"
        return self._write

    def _write(self, data: bytes) -> None:
        self._body += data

    # The way to the client

    @property
    def is_ready(self) -> bool:
        """Return whether the answer is whole, and to go out as it is, now."""
        return self._rest is None and self.client.is_undisturbed

    async def finish(self, workers: Workers, timeout: float) -> None:
        """Send an answer in parts, late, cut off or not at all, with `timeout` for the client."""
        if await self._is_broken_off():
            return
        if self.client.cut_after is not None:
            await self._send_cut(self.client.cut_after, workers)
        elif self._rest is None:
            self.send()
        else:
            await self._send_parts(self._rest, workers, timeout)

    def send(self) -> None:
        """Send an answer that is whole."""
        if self._request.method == "HEAD" or self._status in _BARE:
            data = self._head()
        else:
            if self._declared is None:
                self._declare(len(self._body))
            elif self._declared != len(self._body):
                LOG.error("An answer declared %d bytes and had %d", self._declared, len(self._body))
                self._answer_failed()
                self._declare(len(self._body))
            data = self._head() + self._body
        self._connection.send(data)
        self._connection.answered()

    def _head(self, further: str = "") -> bytes:
        """Status line and headers in the application's letter case (WIRE-01), then ours."""
        if self._ends:
            self._connection.close_after_this()
        elif self._connection.is_last:
            further = f"Connection: close\r\n{further}"
        lines = "".join([f"{name}: {text}\r\n" for name, text in self._headers])
        status = _STATUS_LINES.get(self._status) or f"HTTP/1.1 {self._status} \r\n"
        date = self._connection.service.date
        return f"{status}Date: {date}\r\n{lines}{further}\r\n".encode("latin-1", "replace")

    def _declare(self, size: int) -> None:
        kept = [each for each in self._headers if each[0].lower() != "content-length"]
        self._headers = [*kept, ("Content-Length", str(size))]

    async def _is_broken_off(self) -> bool:
        client, connection = self.client, self._connection
        if client.delay_seconds:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(connection.gone.wait(), client.delay_seconds)
        if client.resets:
            connection.reset()
        if client.resets or client.hangs:
            await connection.left.wait()
            connection.transport.close()
        return client.resets or client.hangs

    async def _send_cut(self, size: int, workers: Workers) -> None:
        connection = self._connection
        if self._rest is not None:
            parts = self._rest
            self._body += await workers.run(lambda: _first_bytes(parts, size, connection))
        self._declare(max(len(self._body), size + 1))
        head = self._head()
        connection.send(head + (b"" if self._request.method == "HEAD" else self._body[:size]))
        connection.transport.close()
        await connection.gone.wait()

    async def _send_parts(self, parts: Iterable[bytes], workers: Workers, timeout: float) -> None:
        """In chunks, or to a client of HTTP/1.0 up to the end of the connection."""
        connection = self._connection
        is_chunked = self._declared is None and self._request.version != "1.0"
        connection.send(self._head("Transfer-Encoding: chunked\r\n" if is_chunked else ""))

        def stream() -> bool:
            return _stream(parts, connection, workers.loop, timeout, is_chunked=is_chunked)

        if self._request.method == "HEAD":
            _close(parts)
        elif await workers.run(stream) and is_chunked:
            connection.send(b"0\r\n\r\n")
        connection.answered()


def _close(parts: Iterable[bytes]) -> None:
    close = getattr(parts, "close", None)
    if close is not None:
        close()


def _stream(
    parts: Iterable[bytes],
    connection: Connection,
    loop: asyncio.AbstractEventLoop,
    timeout: float,
    *,
    is_chunked: bool,
) -> bool:
    """Send the parts of an answer at the client's pace, in a worker; whether all went out."""
    try:
        for part in filter(None, parts):
            if connection.gone.is_set():
                return False  # and no end: what is cut off must not look whole
            framed = b"%x\r\n%b\r\n" % (len(part), part) if is_chunked else part
            turn = connection.send_in_turn(framed)
            try:
                sending = asyncio.run_coroutine_threadsafe(turn, loop)
            except RuntimeError:  # the loop is closed: the server has stopped meanwhile
                turn.close()
                return False
            sending.result(timeout)
        return True
    except Exception as error:
        if not isinstance(error, FutureTimeoutError):  # then the client takes nothing any more
            LOG.exception("a stream failed")
        with suppress(RuntimeError):  # of a loop that is closed
            loop.call_soon_threadsafe(connection.transport.abort)
    finally:
        _close(parts)
    return False


def _first_bytes(parts: Iterable[bytes], size: int, connection: Connection) -> bytes:
    """Read the start of a stream that is to be cut after `size` bytes; in a worker."""
    body = b""
    try:
        for part in parts:
            body += part
            if len(body) > size or connection.gone.is_set():
                break
    except Exception:
        LOG.exception("a stream failed")
    finally:
        _close(parts)
    return body
