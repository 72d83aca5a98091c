"""WSGI layers around the doors: pages of other origins, counting, the guard."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from time import perf_counter
from typing import TYPE_CHECKING, Any

from mock_server.emulator import Emulator
from mock_server.frame.guards import READ_ONLY, Guard
from mock_server.wsgi import REFUSED, ROUTE, is_ours, is_page, only_in_thread

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_REQUEST = "werkzeug.request"  # where Werkzeug leaves the request that it made of an environment
_SHOWN = "X-Mock-Event-Id, X-Mock-Verdict, X-Mock-Reasons, X-Mock-Warnings, TotalCount"


def allowing(inner: WSGIApplication, origins: Collection[str]) -> WSGIApplication:
    """Answer preflights, and let pages of the `origins` read answers under `/api` (WIRE-11)."""
    known = frozenset(each.lower() for each in origins)

    def allow(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        origin = environ.get("HTTP_ORIGIN", "")
        if origin.lower() not in known or not environ["PATH_INFO"].startswith("/api/"):
            return inner(environ, start_response)
        allowed = [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Vary", "Origin"),
        ]
        asks = "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        if asks and environ["REQUEST_METHOD"] == "OPTIONS":
            asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS", "")
            allowed += [
                ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"),
                ("Access-Control-Allow-Headers", asked or "Authorization, Content-Type"),
                ("Access-Control-Max-Age", "600"),
                ("Content-Length", "0"),
            ]
            start_response("204 No Content", allowed)
            return []

        def start(status: str, headers: Any, error: Any = None) -> Any:
            shown = ("Access-Control-Expose-Headers", _SHOWN)
            return start_response(status, [*headers, *allowed, shown], error)

        return inner(environ, start)

    return allow


def metering(
    inner: WSGIApplication, route_of: Callable[[str, str], str | None], emulator: Emulator
) -> WSGIApplication:
    """Count each request once it is answered, by `route_of` its method and path if need be."""
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


def guarded(inner: WSGIApplication, guard: Guard) -> WSGIApplication:
    """Refuse what the guard does not let in, in the words of the door that it is for."""

    def check(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        refusal = guard.refusal(environ)
        path = environ["PATH_INFO"]
        if refusal is not None and refusal.code == READ_ONLY and is_page(path):
            environ[REFUSED] = refusal.message  # who may see the pages gets one
            refusal = None
        if refusal is None:
            return inner(environ, start_response)
        only_in_thread(environ)
        status, code, message = refusal.status, refusal.code, refusal.message
        if status == 401 and is_page(path):
            from mock_server.inspector import lead_to_sign_in

            answer = lead_to_sign_in(environ)
        elif is_ours(path) or path == "/":  # which leads to our pages
            from mock_server import control

            answer = control.answer_refusal(status, code, message)
        else:
            from mock_server.api.responses import answer_refusal

            answer = answer_refusal(status, code, message, environ)
        return answer(environ, start_response)

    return check
