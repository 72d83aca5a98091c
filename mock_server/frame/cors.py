"""WIRE-11: pages of other origins, which a browser lets call only what allows them by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_PREFIX = "/api/"
_SHOWN = "X-Mock-Event-Id, X-Mock-Verdict, X-Mock-Reasons, X-Mock-Warnings, TotalCount"


class Cors:
    """Wraps a WSGI application: answers preflights, and allows the answers to be read.

    Only under `/api`, and only to pages of the `origins`; everybody else is answered as without it.
    """

    def __init__(self, app: WSGIApplication, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(each.lower() for each in origins)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request."""
        origin = environ.get("HTTP_ORIGIN", "")
        if origin.lower() not in self._origins or not environ["PATH_INFO"].startswith(_PREFIX):
            return self._app(environ, start_response)
        allowed = [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Vary", "Origin"),
        ]
        if (
            environ["REQUEST_METHOD"] == "OPTIONS"
            and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ
        ):
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

        return self._app(environ, start)
