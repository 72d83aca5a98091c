"""Every answer is counted and timed, whether a door, the guard, a fault or a limit gave it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from mock_server.emulator import Emulator
from mock_server.wsgi import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REQUEST = "werkzeug.request"  # where Werkzeug leaves the request that it made of an environment


def metering(inner: WSGIApplication, app: Flask, emulator: Emulator) -> WSGIApplication:
    """A layer around all others that counts each request once its answer is ready.

    `app` is asked which route a request would have had that was answered before it came there.
    """
    count = emulator.metrics.count_request
    routes = app.url_map.bind("")

    def would_be(environ: WSGIEnvironment) -> str | None:
        try:
            path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
            rule, _ = routes.match(path, environ["REQUEST_METHOD"], return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        return rule.rule

    def metered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()

        def start(line: str, headers: Any, error: Any = None) -> Callable[[bytes], object]:
            # Counted here: once the answer has begun, Flask lets go of the request.
            route = environ.get(ROUTE)
            if route is None:
                rule = getattr(environ.get(_REQUEST), "url_rule", None)
                route = would_be(environ) if rule is None else rule.rule
            count(route, environ["REQUEST_METHOD"], int(line[:3]), perf_counter() - began)
            return start_response(line, headers, error)

        return inner(environ, start)

    return metered
