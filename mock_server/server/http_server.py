"""`HttpServer`: the server, started and stopped."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from email.utils import formatdate
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mock_server.server.answering import Answering, Rules
from mock_server.server.attempt import Attempt, Wording, plain_wording
from mock_server.server.connection import LOG, Connection, Service
from mock_server.server.environ import server_environ
from mock_server.server.limits import Limits
from mock_server.server.listening import BACKLOG, open_listeners, open_socket_file
from mock_server.server.tunnel import Tunnels
from mock_server.server.workers import Workers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (looked up, not bound)
# For the threads of requests that have just been cut off to notice it.
_AFTER_CUT = 0.25


@dataclass(eq=False)
class HttpServer:
    """Serves a WSGI application over HTTP/1.1, from a separate daemon thread.

    `app` gets whole requests on that thread, or (`rules.runs_long(path)`) in others, so must be
    quick, and thread-safe if that is ever true. Port 0 is a free one, `unix` a socket file besides;
    `on_refused` words each `Attempt` that `app` never sees; `tunnels` are for a proxy, `tls` speaks
    HTTPS only.
    """

    app: WSGIApplication
    host: str = "127.0.0.1"
    port: int = 0
    _: KW_ONLY
    rules: Rules = field(default_factory=Rules)
    on_refused: Callable[[Attempt], Wording] = plain_wording
    limits: Limits = field(default_factory=Limits)
    tunnels: Tunnels | None = None
    tls: ssl.SSLContext | None = None
    unix: Path | None = None

    def __post_init__(self) -> None:
        self._state = threading.Lock()
        self._running: _Running | None = None

    @property
    def url(self) -> str:
        """The server's address for clients on this machine, as in `http://127.0.0.1:9380`."""
        host = _ANY_ADDRESS.get(self.host, self.host)
        name = f"[{host}]" if ":" in host else host
        return f"{'http' if self.tls is None else 'https'}://{name}:{self.port}"

    def start(self) -> HttpServer:
        """Start, accepting at once. Raises `PortTakenError`, `OSError`, `RuntimeError`."""
        with self._state:
            if self._running is not None:
                raise RuntimeError("The server is running already.")
            listeners = open_listeners(self.host, self.port)
            self.port = listeners[0].getsockname()[1]
            if self.unix is not None:
                try:
                    listeners.append(open_socket_file(self.unix))
                except OSError:
                    for each in listeners:
                        each.close()
                    raise
            self._running = _Running(listeners, self._service, self.tls)
        return self

    def _service(self, loop: asyncio.AbstractEventLoop, workers: Workers) -> Service:
        environ = server_environ(self.host, self.port)
        answering = Answering(self.app, environ, self.limits, self.rules, workers)
        refused, tunnels = self.on_refused, self.tunnels
        return Service(loop, self.limits, answering.open, answering, refused, tunnels)

    def stop(self, grace: float = 2.0) -> None:
        """Stop accepting, answer what is under way, and cut off the rest after `grace` seconds."""
        with self._state:
            if self._running is not None:
                self._running.stop(grace)
                self._running = None
                if self.unix is not None:
                    self.unix.unlink(missing_ok=True)

    def __enter__(self) -> HttpServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Running:
    """The threads of a running server."""

    def __init__(
        self,
        listeners: list[socket.socket],
        make_service: Callable[[asyncio.AbstractEventLoop, Workers], Service],
        tls: ssl.SSLContext | None,
    ) -> None:
        self._listeners = listeners
        self._make_service = make_service
        self._tls = tls
        self._workers = Workers("yespo-mock request")
        self._stopping: asyncio.Future[float] | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="yespo-mock server", daemon=True)
        self._thread.start()
        self._ready.result()

    def stop(self, grace: float) -> None:
        if threading.current_thread() is self._thread:
            raise RuntimeError("A request on the server's own thread cannot stop the server.")
        ends = time.monotonic() + grace
        if self._stopping is not None:
            # A loop that is closed has stopped by itself.
            with suppress(RuntimeError):
                self._workers.loop.call_soon_threadsafe(self._stopping.set_result, grace)
        self._thread.join()
        self._workers.stop(max(_AFTER_CUT, ends - time.monotonic()))

    def _run(self) -> None:
        try:
            loop = _new_loop()
            try:
                loop.run_until_complete(self._serve(loop))
            finally:
                loop.close()
        except BaseException as error:
            if self._ready.done():
                LOG.exception("The server has failed")
            else:
                self._ready.set_exception(error)
        finally:
            for listener in self._listeners:
                listener.close()

    async def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        self._workers.loop = loop
        self._stopping = loop.create_future()
        service = self._make_service(loop, self._workers)
        running = [loop.create_task(_sweep(service))]
        servers = []
        connected = partial(Connection, service)
        for listener in self._listeners:
            if isinstance(listener.getsockname(), str):  # a socket file, which has no TLS
                serving = loop.create_unix_server(connected, sock=listener, backlog=BACKLOG)
            elif self._tls is None:
                serving = loop.create_server(connected, sock=listener, backlog=BACKLOG)
            else:
                running.append(loop.create_task(_accept_tls(service, listener, self._tls)))
                continue
            servers.append(await serving)
        self._ready.set_result(None)
        grace = await self._stopping
        for task in running:
            task.cancel()
        for server in servers:
            server.close()
        await _drain(service, grace)


def _new_loop() -> asyncio.AbstractEventLoop:
    if os.name == "nt":
        # The loop that Windows has by default can lose its listening socket for good when a
        # connection is reset before it is accepted; this one cannot.
        return asyncio.SelectorEventLoop()
    try:
        import uvloop
    except ImportError:
        return asyncio.SelectorEventLoop()
    return uvloop.new_event_loop()


async def _accept_tls(service: Service, listener: socket.socket, context: ssl.SSLContext) -> None:
    """Accept connections and shake hands on each: a server of asyncio keeps failures to itself."""
    host, port = listener.getsockname()[:2]
    while True:
        try:
            accepted, _ = await service.loop.sock_accept(listener)
        except OSError:  # too many files are open: some may be closed soon
            await asyncio.sleep(_AFTER_CUT)
            continue
        inner = Connection(service, "tls", f"{host}:{port}")
        service.spawn(_shake_hands(service, accepted, context, inner))


async def _shake_hands(
    service: Service, accepted: socket.socket, context: ssl.SSLContext, inner: Connection
) -> None:
    try:
        await service.loop.connect_accepted_socket(
            lambda: inner,
            accepted,
            ssl=context,
            ssl_handshake_timeout=service.limits.header_timeout,
        )
    except OSError as error:  # also ssl.SSLError
        inner.note_failed_handshake(error)


async def _sweep(service: Service) -> None:
    while True:
        service.date = formatdate(usegmt=True)
        now = service.loop.time()
        for each in list(service.connections):
            if each.deadline < now:
                each.expire()
        await asyncio.sleep(service.limits.sweep_interval)


async def _drain(service: Service, grace: float) -> None:
    for each in list(service.connections):
        each.release()
        each.end_after_answer()
    waiting = [asyncio.ensure_future(each.lost.wait()) for each in service.connections]
    if waiting:
        await asyncio.wait(waiting, timeout=grace)
        for wait in waiting:
            wait.cancel()
    for each in list(service.connections):
        each.transport.abort()
    tasks = list(service.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)  # for the transports to let go of their sockets
