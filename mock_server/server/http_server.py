"""`HttpServer`: the server, started and stopped."""

from __future__ import annotations

import asyncio
import importlib
import logging
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from .limits import Limits
from .listening import BACKLOG, open_listeners
from .service import Service
from .workers import Workers

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger("yespo_mock.server")

_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (looked up, not bound)

EventLoop = Literal["auto", "asyncio", "uvloop"]


def _never(_path: str) -> bool:
    return False


def _ignore(_status: int, _text: str) -> None:
    pass


class HttpServer:
    """Serves a WSGI application over HTTP/1.1, from a daemon thread of its own.

    Each request is read to its end and then given to `app`: on the server's thread, one after the
    other, or in a thread of its own where `runs_long(path)` is true. So `app` must be thread-safe
    if `runs_long` ever is true, and must answer quickly where it is not. An answer without a
    Content-Length, or longer than 1 MiB, is always sent from a thread of its own.

    In the environ, ``environ["yespo_mock.connection"]`` is the request's `ClientConnection`.

    Args:
        app: the WSGI application.
        host: the address or name to listen on.
        port: the port; 0 for a free one.
        runs_long: for the (percent-decoded) path of a request, whether it may take long: a long
            poll, a stream, anything that waits. Called in the server's thread for each request.
        on_refused: called in the server's thread with status and text of each answer the server
            gives by itself (4xx and 5xx), to requests `app` never sees. For logs and metrics.
        max_header, max_body, header_timeout, body_timeout, keep_alive, send_timeout: see `Limits`.
        event_loop: "uvloop" or "asyncio"; "auto" is uvloop if it is installed.

    """

    def __init__(
        self,
        app: WSGIApplication,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        runs_long: Callable[[str], bool] = _never,
        on_refused: Callable[[int, str], None] = _ignore,
        max_header: int = Limits.max_header,
        max_body: int = Limits.max_body,
        header_timeout: float = Limits.header_timeout,
        body_timeout: float = Limits.body_timeout,
        keep_alive: float = Limits.keep_alive,
        send_timeout: float = Limits.send_timeout,
        event_loop: EventLoop = "auto",
    ) -> None:
        self._limits = Limits(
            max_header, max_body, header_timeout, body_timeout, keep_alive, send_timeout
        )
        self._app = app
        self._host = host
        self._asked_port = port
        self._port = port
        self._runs_long = runs_long
        self._on_refused = on_refused
        self._event_loop: EventLoop = event_loop
        self._state = threading.Lock()
        self._running: _Running | None = None

    @property
    def host(self) -> str:
        """The host as given."""
        return self._host

    @property
    def port(self) -> int:
        """The port listened on; before the start the port asked for."""
        return self._port

    @property
    def url(self) -> str:
        """Where a client on this machine finds the server, as in "http://127.0.0.1:9380"."""
        host = _ANY_ADDRESS.get(self._host, self._host)
        return f"http://[{host}]:{self._port}" if ":" in host else f"http://{host}:{self._port}"

    def start(self) -> HttpServer:
        """Start; on return the port accepts connections.

        Raises `PortTakenError`, another `OSError` with a one-line message (unknown host, port not
        allowed), or `RuntimeError` if the server runs already.
        """
        with self._state:
            if self._running is not None:
                raise RuntimeError("The server is running already.")
            listeners = open_listeners(self._host, self._asked_port)
            self._port = listeners[0].getsockname()[1]
            self._running = _Running(
                listeners,
                self._event_loop,
                lambda workers: Service(
                    self._app,
                    self._limits,
                    self._runs_long,
                    self._on_refused,
                    workers,
                    (self._host, self._port),
                ),
            )
        return self

    def stop(self, grace: float = 2.0) -> None:
        """Stop; on return nothing is left but requests that take longer than `grace` seconds.

        Nothing more is accepted; idle connections are closed; requests under way are answered.
        Those that wait (`wait_closed`, `on_closed`, `delay`, `hang`) are told to end. What has not
        ended after `grace` seconds is cut off. Stopping twice, or before the start, does nothing.
        """
        with self._state:
            running, self._running = self._running, None
            if running is not None:
                running.stop(grace)

    def __enter__(self) -> HttpServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


class _Running:
    """The threads of a running server."""

    def __init__(
        self,
        listeners: list[socket.socket],
        event_loop: EventLoop,
        make_service: Callable[[Workers], Service],
    ) -> None:
        self._listeners = listeners
        self._event_loop = event_loop
        self._make_service = make_service
        self._workers = Workers("yespo-mock request")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._grace: asyncio.Future[float] | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="yespo-mock server", daemon=True)
        self._thread.start()
        self._ready.result()

    def stop(self, grace: float) -> None:
        if threading.current_thread() is self._thread:
            raise RuntimeError("A request on the server's own thread cannot stop the server.")
        ends = time.monotonic() + grace
        # A loop that is closed has stopped by itself.
        if self._loop and self._grace:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._grace.set_result, grace)
        self._thread.join()
        self._workers.stop(max(0.0, ends - time.monotonic()))

    def _run(self) -> None:
        try:
            loop = _new_event_loop(self._event_loop)
            try:
                loop.run_until_complete(self._serve())
            finally:
                loop.close()
        except BaseException as error:
            if self._ready.done():
                _log.exception("The server has failed")
            else:
                self._ready.set_exception(error)
        finally:
            for listener in self._listeners:
                listener.close()

    async def _serve(self) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._grace = loop.create_future()
        service = self._make_service(self._workers)
        servers = [
            await loop.create_server(service.connect, sock=listener, backlog=BACKLOG)
            for listener in self._listeners
        ]
        self._ready.set_result(None)
        grace = await self._grace
        for server in servers:
            server.close()
        await service.drain(grace)
        for server in servers:
            await server.wait_closed()


def _new_event_loop(kind: EventLoop) -> asyncio.AbstractEventLoop:
    if kind != "asyncio":
        try:
            loop: asyncio.AbstractEventLoop = importlib.import_module("uvloop").new_event_loop()
        except ImportError:
            if kind == "uvloop":
                raise
        else:
            return loop
    return asyncio.new_event_loop()
