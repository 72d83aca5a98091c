"""From uvicorn's ASGI to the WSGI application, and the answer back.

The application is called on the loop's own thread, once the body is complete: handing every request
over to another thread would cost more than answering it. What may take long gets its own thread.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_to_bytes

from mock_server.server.client import CONNECTION_KEY, ClientConnection
from mock_server.server.environ import HEADER_KEYS, RAW_PATH, TARGET_HOST, VIA, Environ
from mock_server.server.limits import Limits
from mock_server.server.protocol import LOG, PROTOCOL_KEY, TARGET_KEY, Connection
from mock_server.server.workers import Workers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_Result = TypeVar("_Result")
Receive = Callable[[], Any]
Send = Callable[[dict[str, Any]], Any]

_FAILED = "The application failed. Its log says why.\n"


class Answer:
    """What the application answered: the start, and the body as far as it is complete."""

    def __init__(self) -> None:
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []
        self.body = b""
        self.rest: Iterable[bytes] | None = None

    def start(
        self,
        status: str,
        headers: list[tuple[str, str]],
        _exc_info: Any = None,
    ) -> Callable[[bytes], object]:
        """WSGI's `start_response`; the `write` it returns is long out of use."""
        self.status = int(status[:3])
        self.headers = [
            (name.encode("latin-1"), text.encode("latin-1", "replace")) for name, text in headers
        ]
        return self._write

    def _write(self, data: bytes) -> None:
        self.body += data

    def fail(self) -> None:
        """The application raised: an answer that says no more than that."""
        self.status = 500
        self.headers = [(b"content-type", b"text/plain; charset=utf-8")]
        self.body = _FAILED.encode()
        self.headers.append((b"content-length", str(len(self.body)).encode()))

    def has_length(self) -> bool:
        """Whether the answer says how long it is."""
        return any(name.lower() == b"content-length" for name, _ in self.headers)


class Adapter:
    """An ASGI application that answers by calling a WSGI application."""

    def __init__(
        self,
        app: WSGIApplication,
        environ: Environ,
        limits: Limits,
        runs_long: Callable[[bytes], bool],
        workers: Workers,
    ) -> None:
        self._app = app
        self._environ = environ
        self._limits = limits
        self._runs_long = runs_long
        self._workers = workers

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        connection: Connection = scope[PROTOCOL_KEY]
        body = await self._read(receive)
        if body is None:
            connection.refuse_body()
            await connection.gone.wait()
            return
        runs_long = self._runs_long(scope["raw_path"])
        client = ClientConnection(connection.closing, can_wait=runs_long)
        environ = self._environ_of(scope, body, client, connection)
        call = partial(_call, self._app, environ)
        answer = await self._in_worker(call) if runs_long else call()
        connection.closing.clear()
        if await _is_broken_off(client, connection):
            return
        if client.cut_after is not None:
            if answer.rest is not None:
                cut = partial(_first_bytes, answer.rest, client.cut_after, connection)
                answer.body += await self._in_worker(cut)
            await _send_cut(answer, client.cut_after, connection, send)
        elif answer.rest is None:
            await _send_start(answer, send)
            await send({"type": "http.response.body", "body": answer.body})
        else:
            await _send_start(answer, send)
            await self._in_worker(partial(self._stream, answer.rest, connection, send))
            await send({"type": "http.response.body"})

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body; None when it is too large or the client has left."""
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            part: bytes = message["body"]
            body = body + part if body else part
            if len(body) > self._limits.max_body:
                return None
            if not message.get("more_body"):
                return body

    def _environ_of(
        self, scope: Any, body: bytes, client: ClientConnection, connection: Connection
    ) -> Environ:
        environ = self._environ.copy()
        environ["REQUEST_METHOD"] = scope["method"]
        environ[RAW_PATH] = scope["raw_path"]
        environ["PATH_INFO"] = unquote_to_bytes(scope["raw_path"]).decode("latin-1")
        environ["QUERY_STRING"] = scope["query_string"].decode("latin-1")
        environ["SERVER_PROTOCOL"] = f"HTTP/{scope['http_version']}"
        environ["REMOTE_ADDR"] = scope["client"][0] if scope["client"] else ""
        environ["wsgi.errors"] = sys.stderr
        environ["wsgi.input"] = BytesIO(body)
        environ[CONNECTION_KEY] = client
        environ["wsgi.url_scheme"] = scope["scheme"]
        absolute: bytes | None = scope.get(TARGET_KEY)
        if absolute is None:
            environ[VIA] = connection.via
        else:
            environ[VIA] = "proxy"
            target = absolute.partition(b"://")[2].partition(b"/")[0]
            environ[TARGET_HOST] = target.rpartition(b"@")[2].decode("latin-1")
        for name, value in scope["headers"]:
            key = HEADER_KEYS[name]
            if not key:
                continue
            text = value.decode("latin-1")
            environ[key] = f"{environ[key]},{text}" if key in environ else text
        environ["CONTENT_LENGTH"] = str(len(body))
        return environ

    async def _in_worker(self, job: Callable[[], _Result]) -> _Result:
        """Run a job, which must not raise, in a thread of its own."""
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

    def _stream(self, parts: Iterable[bytes], connection: Connection, send: Send) -> None:
        """Send the parts of an answer as they come, at the pace of the client; in a worker."""
        loop = self._workers.loop
        try:
            for part in parts:
                message = {"type": "http.response.body", "body": part, "more_body": True}
                sending = asyncio.run_coroutine_threadsafe(send(message), loop)
                sending.result(self._limits.send_timeout)
                if connection.gone.is_set():
                    break
        except FutureTimeoutError:  # the client takes nothing any more
            loop.call_soon_threadsafe(connection.transport.abort)
        except Exception:
            LOG.exception("a stream failed")
            loop.call_soon_threadsafe(connection.transport.abort)
        finally:
            _close(parts)


def _call(app: WSGIApplication, environ: Environ) -> Answer:
    """Call the application; the body is collected unless the answer is a stream."""
    answer = Answer()
    try:
        parts = app(environ, answer.start)
        if answer.has_length() or isinstance(parts, (list, tuple)):
            try:
                answer.body += b"".join(parts)
            finally:
                _close(parts)
        else:
            answer.rest = parts
    except BaseException:  # an application that exits must not leave its client waiting
        LOG.exception("%s %s failed", environ["REQUEST_METHOD"], environ["PATH_INFO"])
        answer.fail()
    return answer


def _first_bytes(parts: Iterable[bytes], size: int, connection: Connection) -> bytes:
    """What a stream that is to be cut after `size` bytes begins with; in a worker."""
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


def _close(parts: Iterable[bytes]) -> None:
    close = getattr(parts, "close", None)
    if close is not None:
        close()


async def _is_broken_off(client: ClientConnection, connection: Connection) -> bool:
    """Do what the application asked for in place of an answer, or before it."""
    if client.delay_seconds:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(connection.gone.wait(), client.delay_seconds)
    if client.resets:
        connection.reset()
    if client.resets or client.hangs:
        await connection.gone.wait()
        connection.transport.close()
        return True
    return False


async def _send_start(answer: Answer, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})


async def _send_cut(answer: Answer, size: int, connection: Connection, send: Send) -> None:
    """Send less than was declared, then close."""
    body = answer.body
    declared = str(max(len(body), size + 1)).encode()
    headers = [each for each in answer.headers if each[0].lower() != b"content-length"]
    answer.headers = [*headers, (b"content-length", declared)]
    await _send_start(answer, send)
    await send({"type": "http.response.body", "body": body[:size], "more_body": True})
    connection.transport.close()
    await connection.gone.wait()
