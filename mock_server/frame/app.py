"""The WSGI application, which joins the doors. Each is imported by its first request."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING

from mock_server import api, jsonio
from mock_server.emulator import Emulator
from mock_server.frame.guards import Guard
from mock_server.frame.layers import allowing, guarded, metering
from mock_server.frame.paths import path_of
from mock_server.wsgi import JSON_HEADERS, PROBES, ROUTE, is_ours, is_page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from mock_server.frame.application import Application


class Doors:
    """The WSGI application that serves an emulator through its doors, behind a `guard`, if any.

    Pages of `cors_origins` may call the emulated API (WIRE-11). A door is imported and opened by
    the first request for it; probes and events need none.
    """

    def __init__(
        self,
        emulator: Emulator,
        guard: Guard | None = None,
        cors_origins: Collection[str] = (),
    ) -> None:
        self._emulator = emulator
        self._guard = guard
        self._lock = RLock()
        self._opened: dict[str, Application] = {}
        emulator.paths = api.served_paths

        def checked(inner: WSGIApplication) -> WSGIApplication:
            return inner if guard is None else guarded(inner, guard)

        served = metering(api.wrap(self._serve, emulator, checked), self.route_of, emulator)
        self._served = allowing(served, cors_origins) if cors_origins else served

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request. All layers and doors see its one path (WIRE-06)."""
        environ["PATH_INFO"] = path_of(environ)
        return self._served(environ, start_response)

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path in PROBES and environ["REQUEST_METHOD"] == "GET":
            environ[ROUTE] = path
            body = f"{jsonio.pretty(self._emulator.health())}\n".encode()
            start_response("200 OK", [*JSON_HEADERS, ("Content-Length", str(len(body)))])
            return (body,)
        return self.door(path)(environ, start_response)

    def door(self, path: str) -> Application:
        """Return the door that a path belongs to."""
        # `/` leads to the pages.
        if path == "/" or is_page(path):
            name = "inspector"
        else:
            name = "control" if is_ours(path) else "api"
        found = self._opened.get(name)
        if found is None:
            with self._lock:
                found = self._opened.get(name)
                if found is None:
                    found = self._opened[name] = self._open(name)
        return found

    def _open(self, name: str) -> Application:
        from mock_server.frame.application import door

        if name == "inspector":
            from mock_server import inspector
            from mock_server.api.event_call import post_event

            send = partial(post_event, self)
            return door(lambda app: inspector.register(app, self._emulator, send, self._guard))
        if name == "control":
            from mock_server import control, openapi

            return door(lambda app: control.register(app, self._emulator, openapi.ROUTES))
        from mock_server.api.door import register

        return door(lambda app: register(app, self._emulator))

    def route_of(self, method: str, path: str) -> str | None:
        """Return the route, as Flask writes it, that a request has; None if there is none."""
        return self.door(path).route_of(method, path)
