"""From a request to the application: on the loop's thread, or its own if it takes long."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from mock_server.server.connection import Connection
from mock_server.server.environ import HEADER_KEYS, Environ, HttpRequest
from mock_server.server.exchange import Exchange
from mock_server.server.limits import Limits
from mock_server.server.workers import Workers
from mock_server.wsgi import RAW_PATH, TARGET_HOST, VIA, NeedsThreadError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True, slots=True)
class Rules:
    """An application's rules: `runs_long` and `takes` by a path as sent, `turns_away` by headers.

    A path that runs long gets a thread; `takes` is the most bytes of its body; a request is turned
    away whatever its body.
    """

    runs_long: Callable[[bytes], bool] = lambda _: False
    takes: Callable[[bytes, Limits], int] = lambda _, limits: limits.max_body
    turns_away: Callable[[Environ], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers requests by calling a WSGI application; `environ` is what all of them share."""

    app: WSGIApplication
    environ: Environ
    limits: Limits
    rules: Rules
    workers: Workers

    def open(self, request: HttpRequest, connection: Connection) -> int:
        """How large the body may be by the headers; -1 to turn away, and the app answers."""
        request.environ = self._environ_of(request, connection)
        if request.has_body and self.rules.turns_away(request.environ):
            return -1
        return self.rules.takes(request.path, self.limits)

    def __call__(self, request: HttpRequest, connection: Connection) -> None:
        """Answer one request: at once, or in a thread, or later in the loop where it goes wrong."""
        runs_long = self.rules.runs_long(request.path)
        exchange = Exchange(request, connection, can_wait=runs_long)
        if runs_long:
            connection.service.spawn(self._answer_later(exchange))
            return
        try:
            exchange.call(self.app)
        except NeedsThreadError:
            request.environ = self._environ_of(request, connection)
            again = Exchange(request, connection, can_wait=True)
            connection.service.spawn(self._answer_later(again))
            return
        if exchange.is_ready:
            exchange.send()
        else:
            connection.service.spawn(exchange.finish(self.workers, self.limits.send_timeout))

    async def _answer_later(self, exchange: Exchange) -> None:
        try:
            await self.workers.run(lambda: exchange.call(self.app))
        except RuntimeError:  # the system has no more threads
            exchange.fail()
        await exchange.finish(self.workers, self.limits.send_timeout)

    def _environ_of(self, request: HttpRequest, connection: Connection) -> Environ:
        environ = self.environ.copy()
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
            if key:
                text = value.decode("latin-1")
                environ[key] = f"{environ[key]},{text}" if key in environ else text
        return environ
