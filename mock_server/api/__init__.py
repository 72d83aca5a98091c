"""The door for the shop: the emulated service's own HTTP. The only place that knows its quirks."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from mock_server.api import (
    bulk_contacts,
    contacts,
    events,
    groups,
    orders,
    past_events,
    service,
    tokens,
    unsubscribed,
)
from mock_server.api.http import WireError
from mock_server.api.journaling import Journaling
from mock_server.api.unsupported import answer_error
from mock_server.emulator import Emulator, RefusedError

__all__ = ["PREFIX", "answer_http_error", "hang", "is_for_many"]

PREFIX = "/api"
_FOR_MANY = ("/contacts", "/orders", "/past_events", "/attach", "/detach")


def hang(app: Flask, emulator: Emulator) -> None:
    """Hang this door into the application."""
    for resource in (
        *(events, past_events, tokens, orders),
        *(contacts, bulk_contacts, groups, unsubscribed, service),
    ):
        app.register_blueprint(resource.blueprint(emulator))
    app.register_error_handler(WireError, WireError.answer)
    app.register_error_handler(RefusedError, _answer_refused)
    # Flask documents wrapping `wsgi_app` as the way to hang a middleware.
    app.wsgi_app = Journaling(app.wsgi_app, emulator, PREFIX)  # type: ignore[method-assign]


def is_for_many(path: str) -> bool:
    """Whether a request for this path may carry, or ask for, hundreds of things at once."""
    return path.rstrip("/").endswith(_FOR_MANY)


def _answer_refused(error: RefusedError) -> Response:
    return WireError(error.status, error.code, str(error)).answer()


def answer_http_error(error: HTTPException, app: Flask) -> Response:
    """The answer to a request under `/api` that no route serves."""
    return answer_error(error, app, request.method, request.path)
