"""From a request to the WSGI application, and the answer back.

The application is called on the loop's own thread, once the body is complete: handing every request
over to another thread would cost more than answering it. What may take long gets its own thread.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote_to_bytes

from mock_server.server.answer import BARE, ServerAnswer, call_application, close
from mock_server.server.client import ClientConnection
from mock_server.server.connection import LOG, Connection
from mock_server.server.environ import HEADER_KEYS, Environ, HttpRequest
from mock_server.server.limits import Limits
from mock_server.server.workers import Workers
from mock_server.wsgi import CONNECTION_KEY, RAW_PATH, TARGET_HOST, VIA

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def _never(_: object) -> bool:
    return False


def _body(_path: bytes, limits: Limits) -> int:
    return limits.max_body


@dataclass(frozen=True, slots=True)
class Rules:
    """An application's rules for a request, by its path as sent or by its headers.

    Attributes:
        runs_long: whether a path may take long, and gets a thread.
        takes: the most bytes of a body that a path takes.
        turns_away: whether the application refuses a request by its headers, whatever its body.

    """

    runs_long: Callable[[bytes], bool] = _never
    takes: Callable[[bytes, Limits], int] = _body
    turns_away: Callable[[Environ], bool] = _never


_Result = TypeVar("_Result")
_Frame = Callable[[bytes], bytes]


class Answering:
    """Answers requests by calling a WSGI application."""

    def __init__(
        self,
        app: WSGIApplication,
        environ: Environ,
        limits: Limits,
        rules: Rules,
        workers: Workers,
    ) -> None:
        self._app = app
        self._environ = environ
        self._limits = limits
        self._rules = rules
        self._workers = workers

    def open(self, request: HttpRequest, connection: Connection) -> int:
        """Decide by the headers how large the body may be; -1 for a request that is turned away.

        One that is turned away is answered by the application, which never sees its body.
        """
        request.environ = self._environ_of(request, connection)
        if request.has_body and self._rules.turns_away(request.environ):
            return -1
        return self._rules.takes(request.path, self._limits)

    def __call__(self, request: HttpRequest, connection: Connection) -> None:
        """Answer one request: at once, or later in the loop where it takes long or goes wrong."""
        runs_long = self._rules.runs_long(request.path)
        client = ClientConnection(connection.closing, can_wait=runs_long)
        environ = request.environ
        environ["wsgi.input"] = BytesIO(request.body)
        environ["CONTENT_LENGTH"] = str(len(request.body))
        environ[CONNECTION_KEY] = client
        if runs_long:
            connection.service.spawn(self._answer_later(environ, request, client, connection))
            return
        answer = call_application(self._app, environ)
        if answer.rest is None and client.is_undisturbed:
            self._send_whole(answer, request, connection)
        else:
            connection.service.spawn(self._finish(answer, request, client, connection))

    async def _answer_later(
        self,
        environ: Environ,
        request: HttpRequest,
        client: ClientConnection,
        connection: Connection,
    ) -> None:
        """Have the application called by a worker."""
        try:
            answer = await self._in_worker(partial(call_application, self._app, environ))
        except RuntimeError:  # the system has no more threads
            LOG.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            answer = ServerAnswer()
            answer.fail()
        await self._finish(answer, request, client, connection)

    async def _finish(
        self,
        answer: ServerAnswer,
        request: HttpRequest,
        client: ClientConnection,
        connection: Connection,
    ) -> None:
        """Send an answer that comes in parts, late, cut off or not at all."""
        connection.closing.clear()
        if await _is_broken_off(client, connection):
            return
        if client.cut_after is not None:
            await self._send_cut(answer, client.cut_after, request, connection)
        elif answer.rest is None:
            self._send_whole(answer, request, connection)
        else:
            await self._send_parts(answer, answer.rest, request, connection)

    def _send_whole(
        self, answer: ServerAnswer, request: HttpRequest, connection: Connection
    ) -> None:
        date = connection.service.date
        if request.method == "HEAD" or answer.status in BARE:
            data = answer.head(date, _ending(answer, connection))
        else:
            if answer.declared != len(answer.body):
                answer.settle_length()
            data = answer.head(date, _ending(answer, connection)) + answer.body
        connection.send(data)
        connection.answered()

    async def _send_parts(
        self,
        answer: ServerAnswer,
        parts: Iterable[bytes],
        request: HttpRequest,
        connection: Connection,
    ) -> None:
        """In chunks, or to a client of HTTP/1.0 up to the end of the connection."""
        further = _ending(answer, connection)
        frame, last = _as_it_is, b""
        if answer.declared is None and request.version != "1.0":
            further += "Transfer-Encoding: chunked\r\n"
            frame, last = _chunk, b"0\r\n\r\n"
        connection.send(answer.head(connection.service.date, further))
        if request.method == "HEAD":
            close(parts)
        elif await self._in_worker(partial(self._stream, parts, connection, frame)):
            connection.send(last)
        connection.answered()

    async def _send_cut(
        self, answer: ServerAnswer, size: int, request: HttpRequest, connection: Connection
    ) -> None:
        """Send less than was declared, then close."""
        if answer.rest is not None:
            cut = partial(_first_bytes, answer.rest, size, connection)
            answer.body += await self._in_worker(cut)
        answer.declare(max(len(answer.body), size + 1))
        head = answer.head(connection.service.date, _ending(answer, connection))
        connection.send(head + (b"" if request.method == "HEAD" else answer.body[:size]))
        connection.transport.close()
        await connection.gone.wait()

    def _environ_of(self, request: HttpRequest, connection: Connection) -> Environ:
        environ = self._environ.copy()
        environ["REQUEST_METHOD"] = request.method
        environ[RAW_PATH] = request.path
        environ["PATH_INFO"] = unquote_to_bytes(request.path).decode("latin-1")
        environ["QUERY_STRING"] = request.query.decode("latin-1")
        environ["SERVER_PROTOCOL"] = f"HTTP/{request.version}"
        environ["REMOTE_ADDR"] = connection.peer
        environ["wsgi.errors"] = sys.stderr
        environ["wsgi.url_scheme"] = connection.scheme
        if request.is_absolute:  # asked of a proxy
            environ[VIA] = "proxy"
            environ[TARGET_HOST] = request.authority
        else:
            environ[VIA] = connection.via
        for name, value in request.headers:
            key = HEADER_KEYS[name]
            if not key:
                continue
            text = value.decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        return environ

    async def _in_worker(self, job: Callable[[], _Result]) -> _Result:
        """Run a job, which must not raise, in a separate thread."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_Result] = loop.create_future()

        def settle(result: _Result) -> None:
            if not done.done():
                done.set_result(result)

        def work() -> None:
            result = job()
            # A loop that is closed: the server has stopped without waiting for this request.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(settle, result)

        self._workers.submit(work)
        return await done

    def _abort(self, connection: Connection) -> None:
        with suppress(RuntimeError):  # of a loop that is closed
            self._workers.loop.call_soon_threadsafe(connection.transport.abort)

    def _stream(self, parts: Iterable[bytes], connection: Connection, frame: _Frame) -> bool:
        """Send the parts of an answer as they come, at the pace of the client; in a worker.

        Returns whether all went out.
        """
        loop = self._workers.loop
        try:
            for part in parts:
                if not part:
                    continue
                if connection.gone.is_set():
                    return False  # and no end: what is cut off must not look whole
                turn = connection.send_in_turn(frame(part))
                try:
                    sending = asyncio.run_coroutine_threadsafe(turn, loop)
                except RuntimeError:  # the loop is closed: the server has stopped meanwhile
                    turn.close()
                    return False
                sending.result(self._limits.send_timeout)
            return True
        except FutureTimeoutError:  # the client takes nothing any more
            self._abort(connection)
        except Exception:
            LOG.exception("a stream failed")
            self._abort(connection)
        finally:
            close(parts)
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
        close(parts)
    return body


async def _is_broken_off(client: ClientConnection, connection: Connection) -> bool:
    """Do what the application asked for in place of an answer, or before it."""
    if client.delay_seconds:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(connection.gone.wait(), client.delay_seconds)
    if client.resets:
        connection.reset()
    if client.resets or client.hangs:
        await connection.left.wait()
        connection.transport.close()
        return True
    return False


def _ending(answer: ServerAnswer, connection: Connection) -> str:
    """The header that says that the connection ends after this answer, if it does."""
    if answer.ends:
        connection.close_after_this()
        return ""
    return "Connection: close\r\n" if connection.is_last else ""


def _as_it_is(part: bytes) -> bytes:
    return part


def _chunk(part: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(part), part)
