"""Every request that the application answers is counted and timed, whichever door it came to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from flask import Flask

from mock_server.emulator import Emulator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_REQUEST = "werkzeug.request"  # where Werkzeug leaves the request that it made of an environment


def hang(app: Flask, emulator: Emulator) -> None:
    """Count each request once its answer is ready.

    A layer around the application: it sees every answer, and costs less than Flask's own hooks.
    """
    inner, count = app.wsgi_app, emulator.metrics.count_request

    def metered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()

        def start(line: str, headers: Any, error: Any = None) -> Callable[[bytes], object]:
            # Counted here: once the answer has begun, Flask lets go of the request.
            request = environ.get(_REQUEST)
            rule = None if request is None else request.url_rule
            route = None if rule is None else rule.rule
            count(route, environ["REQUEST_METHOD"], int(line[:3]), perf_counter() - began)
            return start_response(line, headers, error)

        return inner(environ, start)

    app.wsgi_app = metered  # type: ignore[method-assign]  # as Flask documents for middleware
