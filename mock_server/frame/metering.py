"""Every answer is counted and timed, whether a door, the guard, a fault or a limit gave it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from mock_server.emulator import Emulator
from mock_server.wsgi import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REQUEST = "werkzeug.request"  # where Werkzeug leaves the request that it made of an environment


def metering(
    inner: WSGIApplication, route_of: Callable[[str, str], str | None], emulator: Emulator
) -> WSGIApplication:
    """A layer around all others that counts each request once its answer is ready.

    `route_of` is asked, by method and path, which route a request would have had that was answered
    before it came there.
    """
    count = emulator.metrics.count_request

    def metered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = perf_counter()
        method = environ["REQUEST_METHOD"]

        def start(line: str, headers: Any, error: Any = None) -> Callable[[bytes], object]:
            # Counted here: once the answer has begun, Flask lets go of the request.
            route = environ.get(ROUTE)
            if route is None:
                rule = getattr(environ.get(_REQUEST), "url_rule", None)
                route = rule.rule if rule else route_of(method, environ["PATH_INFO"])
            count(route, method, int(line[:3]), perf_counter() - began)
            return start_response(line, headers, error)

        return inner(environ, start)

    return metered
