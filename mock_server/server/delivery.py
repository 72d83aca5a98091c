"""One answer on its way to the client: made, perhaps held back, and sent."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from .client import CONNECTION_KEY, ClientConnection
from .exchange import Exchange, plain_answer
from .parser import Request
from .stream import Stream

if TYPE_CHECKING:
    import asyncio

    from .connection import Connection


class Delivery:
    """Has a request answered, in the loop's thread or in a worker, and sends the answer.

    It ends with exactly one call of the connection's `finished`, `close` or `reset`, unless the
    connection is lost before. All but `_work` and `_send_stream` runs in the loop's thread.
    """

    def __init__(self, connection: Connection, request: Request) -> None:
        service = connection.service
        environ = request.environ
        self._connection = connection
        self._runs_long = service.runs_long(environ["PATH_INFO"])
        client = ClientConnection(connection.closing, can_wait=self._runs_long)
        environ[CONNECTION_KEY] = client
        self._client = client
        self._exchange = Exchange(service.app, environ, client, keep_alive=request.keep_alive)
        self._stream: Stream | None = None
        self._held: Callable[[], None] | None = None  # What to do when it is not held back more.
        self._timer: asyncio.TimerHandle | None = None  # When that is; never without a timer.

    def start(self) -> None:
        """Call the application."""
        # A context for each request, in whichever threads it runs: nothing leaks to the next one,
        # and an answer streamed from another thread finds what its application left there.
        context = contextvars.copy_context()
        if self._runs_long:
            self._in_worker(context, self._work)
            return
        answer = context.run(self._exchange.answer)
        if answer is not None:
            self._finish(answer)
        else:
            self._client.can_wait = True
            self._in_worker(context, self._send_stream)

    def release(self) -> None:
        """Do now what was held back."""
        held, self._held = self._held, None
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if held:
            held()

    @property
    def hangs(self) -> bool:
        """Whether the answer is held back until the client gives up."""
        return self._held is not None and self._timer is None

    def pause(self, *, paused: bool) -> None:
        """The client takes (or takes again) what is sent to it."""
        if self._stream:
            self._stream.pause(paused=paused)

    def lose(self) -> None:
        """The connection is gone."""
        if self._stream:
            self._stream.lose()
        if self._timer:
            self._timer.cancel()
        self._held = None

    def _in_worker(self, context: contextvars.Context, work: Callable[[], None]) -> None:
        try:
            self._connection.service.workers.submit(partial(context.run, work))
        except RuntimeError:
            self._exchange.close()
            self._exchange.keep_alive = False
            text = "Too many requests are waiting: the system gives no thread for another."
            self._finish(plain_answer(HTTPStatus.SERVICE_UNAVAILABLE, text))

    def _work(self) -> None:
        answer = self._exchange.answer()
        if answer is None:
            self._send_stream()
        else:
            self._in_loop(partial(self._finish, answer))

    def _send_stream(self) -> None:
        client = self._client
        if client.delay_seconds:
            client.wait_closed(client.delay_seconds)
            client.delay_seconds = 0.0
        if client.resets or client.hangs:
            self._exchange.close()
            self._in_loop(partial(self._finish, b""))
            return
        connection = self._connection
        service = connection.service
        stream = Stream(service.loop, connection.transport, service.limits.send_timeout)
        self._stream = stream
        if connection.ended:
            stream.lose()
        complete = self._exchange.stream(stream.send)
        self._in_loop(partial(self._stream_ended, complete=complete))

    def _in_loop(self, call: Callable[[], None]) -> None:
        # A loop that is closed: the server has stopped without waiting for this request.
        with suppress(RuntimeError):
            self._connection.service.loop.call_soon_threadsafe(call)

    def _stream_ended(self, *, complete: bool) -> None:
        self._stream = None
        if self._connection.ended:
            return
        if self._client.resets:
            self._connection.reset()
        else:
            self._connection.finished(keep_alive=complete and self._exchange.keep_alive)

    def _finish(self, answer: bytes) -> None:
        """Send the whole answer, or do what the application asked for in its place."""
        connection, client = self._connection, self._client
        if connection.ended:
            return
        stopping = connection.service.stopping
        if client.delay_seconds and not stopping:
            self._held = partial(self._finish, answer)
            self._timer = connection.service.loop.call_later(client.delay_seconds, self.release)
            client.delay_seconds = 0.0
        elif client.resets:
            connection.reset()
        elif not client.hangs:
            connection.transport.write(answer)
            connection.finished(keep_alive=self._exchange.keep_alive)
        elif stopping or connection.client_is_done:
            connection.close()
        else:
            self._held = connection.close
