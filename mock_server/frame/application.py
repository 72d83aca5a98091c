"""Flask, without the work that this application has no use for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask, Request, Response
from flask.sessions import NullSession, SessionInterface, SessionMixin
from werkzeug.routing import MapAdapter
from werkzeug.wsgi import get_path_info

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Clients may invent hosts without end.
_REMEMBERED_PLACES = 256


class Application(Flask):
    """A Flask application that keeps no sessions and remembers where it was reached.

    Flask finds out with every request what the host, port and scheme of the server come to. They
    are the same each time, and asking takes longer than routing does.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        self.session_interface = _NoSessions()
        self._places: dict[Any, tuple[str, MapAdapter]] = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what routes a request: Flask's own the first time, one like it from then on."""
        if request is None or "HTTP_UPGRADE" in request.environ:
            return super().create_url_adapter(request)
        environ = request.environ
        place = _place(environ)
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


def _place(environ: WSGIEnvironment) -> tuple[str | None, ...]:
    """All that Flask looks at, besides the path, the query and the method."""
    return (
        environ.get("HTTP_HOST"),
        environ["SERVER_NAME"],
        environ["SERVER_PORT"],
        environ.get("SCRIPT_NAME"),
        environ["wsgi.url_scheme"],
    )


class _NoSessions(SessionInterface):
    """Nothing here has sessions: one that holds nothing serves for all requests."""

    def __init__(self) -> None:
        self._nothing = NullSession()

    def open_session(self, app: Flask, request: Request) -> SessionMixin:  # noqa: ARG002  (Flask's)
        return self._nothing

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Never called: what holds nothing is not saved."""
