"""The Flask application of a door: Flask, without the work that no door has a use for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_from_bytes

from flask import Flask, Request, Response, request
from flask.sessions import NullSession, SessionInterface, SessionMixin
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, MapAdapter, RequestRedirect
from werkzeug.wsgi import get_path_info

from mock_server.api import responses
from mock_server.api.http import WireError
from mock_server.emulator import (
    EmulatorError,
    RefusedError,
    StateError,
    UnknownKeyError,
    UnknownRuleError,
    UnwritableError,
)
from mock_server.wsgi import is_ours

if TYPE_CHECKING:
    pass

_LOG = logging.getLogger("yespo_mock")
_UNRESERVED = "!$&'()*+,;=:@~-._"

# Clients may invent hosts without end.
_REMEMBERED_PLACES = 256


class Application(Flask):
    """Flask without sessions, that asks once where it was reached, as that takes long."""

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        self.session_interface = _NoSessions()
        self._places: dict[Any, tuple[str, MapAdapter]] = {}

    def route_of(self, method: str, path: str) -> str | None:
        """Return the route of a request, as Flask writes it; None if there is none."""
        try:
            text = path.encode("latin-1").decode("utf-8", "replace")
            rule, _ = self.url_map.bind("").match(text, method, return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        return rule.rule

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what routes a request: Flask's own the first time, one like it from then on."""
        if request is None or "HTTP_UPGRADE" in request.environ:
            return super().create_url_adapter(request)
        environ = request.environ
        place = (  # all that Flask looks at, besides the path, the query and the method
            environ.get("HTTP_HOST"),
            *(environ["SERVER_NAME"], environ["SERVER_PORT"], environ.get("SCRIPT_NAME")),
            environ["wsgi.url_scheme"],
        )
        known = self._places.get(place)
        if known is None:
            adapter = super().create_url_adapter(request)
            if adapter is not None and len(self._places) < _REMEMBERED_PLACES:
                self._places[place] = request.host, adapter
            return adapter
        request.host, adapter = known
        query: str = environ.get("QUERY_STRING", "")
        return MapAdapter(
            self.url_map,
            adapter.server_name,
            adapter.script_name,
            adapter.subdomain,
            adapter.url_scheme,
            get_path_info(environ),
            environ["REQUEST_METHOD"],
            query.encode("latin-1").decode(errors="replace") if query else query,
        )


class _NoSessions(SessionInterface):
    """Nothing here has sessions: one that holds nothing serves for all requests."""

    def __init__(self) -> None:
        self._nothing = NullSession()

    def open_session(self, app: Flask, request: Request) -> SessionMixin:  # noqa: ARG002  (Flask's)
        return self._nothing

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Never called: what holds nothing is not saved."""


class SegmentConverter(BaseConverter):
    """A variable of a route that is one segment, of any text."""

    regex = r"[^/]+"

    def to_python(self, value: str) -> str:
        """The text that was meant: see `normalised`."""
        return value.replace("%2F", "/").replace("%25", "%")

    def to_url(self, value: Any) -> str:
        """The text as one segment of a URL."""
        sent = quote_from_bytes(str(value).encode(), safe=_UNRESERVED)
        return {".": "%2E", "..": "%2E%2E"}.get(sent, sent)


class TextConverter(SegmentConverter):
    """The same at the end of a route: what is called without our server may hold a bare `/`."""

    regex = r"[^/][\s\S]*?"
    part_isolating = False


def door(register: Callable[[Flask], None]) -> Application:
    """Make the application of a door, to which `register` adds its routes."""
    app = Application("mock_server")
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # a method that is not served is a 405
    app.url_map.strict_slashes = False  # WIRE-06
    app.url_map.merge_slashes = False
    app.url_map.converters |= {
        "segment": SegmentConverter,
        "text": TextConverter,
        "default": TextConverter,
    }
    app.register_error_handler(WireError, responses.answer_wire_error)
    app.register_error_handler(RefusedError, responses.answer_refused)
    app.register_error_handler(UnknownKeyError, responses.answer_refused)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_unexpected)
    for kind in (EmulatorError, UnknownRuleError, StateError):
        app.register_error_handler(kind, _answer_ours)
    register(app)
    return app


# An error is worded by the door that its path belongs to, which may be another than the one that
# met it: `/` leads to the pages and is the vendor's. It is imported by its first error.


def _answer_http_error(error: HTTPException) -> Response:
    """No error is HTML (WIRE-04)."""
    if is_ours(request.path):
        from mock_server import control

        return control.answer_http_error(error)
    from mock_server.api.door import answer_http_error

    return answer_http_error(error)


def _answer_ours(error: EmulatorError | UnknownRuleError | StateError) -> Response:
    if isinstance(error, UnwritableError) and not is_ours(request.path):
        return responses.answer_unwritable(error)
    from mock_server import control

    return control.answer_problem(error)


def _answer_unexpected(error: Exception) -> Response:
    _LOG.exception("%s %s failed", request.method, request.path, exc_info=error)
    failure = f"{type(error).__name__}: {str(error).rstrip('.')}"
    text = f"The emulator itself failed: {failure}. This is a bug. Please report it."
    if is_ours(request.path):
        from mock_server import control

        return control.answer_failure(text)
    return Response(text, 500, content_type="text/plain; charset=utf-8")
