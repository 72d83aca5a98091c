"""What all connections of a running server share."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from .connection import Connection
from .environ import server_environ
from .limits import Limits
from .workers import Workers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_log = logging.getLogger("yespo_mock.server")


class Service:
    """The application, the limits and the open connections; lives in the loop's thread.

    Attributes:
        environ: the entries that every request's environ starts from.
        stopping: whether connections are to be closed after the answer under way.

    """

    def __init__(
        self,
        app: WSGIApplication,
        limits: Limits,
        runs_long: Callable[[str], bool],
        on_refused: Callable[[int, str], None],
        workers: Workers,
        address: tuple[str, int],
    ) -> None:
        self.app = app
        self.limits = limits
        self.workers = workers
        self.environ = server_environ(*address)
        self.loop = asyncio.get_running_loop()
        self.stopping = False
        self._runs_long = runs_long
        self._on_refused = on_refused
        self._connections: set[Connection] = set()
        self._all_gone: asyncio.Event = asyncio.Event()
        self._sweep_handle: asyncio.TimerHandle | None = None

    def connect(self) -> Connection:
        """The protocol for a new connection."""
        return Connection(self)

    def runs_long(self, path: str) -> bool:
        """What the application's rule says; a rule that fails counts as yes."""
        try:
            return self._runs_long(path)
        except Exception:
            _log.exception("runs_long(%r) failed", path)
            return True

    def report_refusal(self, status: int, text: str) -> None:
        """Tell the application of a request it will never see."""
        try:
            self._on_refused(status, text)
        except Exception:
            _log.exception("on_refused failed")

    def add(self, connection: Connection) -> None:
        """A connection has been made."""
        self._connections.add(connection)
        if self._sweep_handle is None:
            self._sweep()

    def discard(self, connection: Connection) -> None:
        """A connection is gone."""
        self._connections.discard(connection)
        if not self._connections:
            self._all_gone.set()

    async def drain(self, grace: float) -> None:
        """Close all connections: those that are idle now, the others within `grace` seconds."""
        self.stopping = True
        if self._sweep_handle is not None:
            self._sweep_handle.cancel()
        for connection in list(self._connections):
            connection.shut_down()
        await self._wait_until_gone(grace)
        for connection in list(self._connections):
            connection.abort()
        await self._wait_until_gone(1.0)

    async def _wait_until_gone(self, timeout: float) -> None:
        if self._connections:
            self._all_gone.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._all_gone.wait(), timeout)

    def _sweep(self) -> None:
        """End what has had its time: one timer for all connections instead of one a request."""
        now = self.loop.time()
        for connection in [each for each in self._connections if each.deadline < now]:
            connection.expire()
        self._sweep_handle = None
        if self._connections:
            self._sweep_handle = self.loop.call_later(self.limits.sweep_interval, self._sweep)
