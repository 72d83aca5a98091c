"""The door for the shop: the emulated service's own HTTP. The only place that knows its quirks."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from mock_server.api import events, service
from mock_server.api.http import WireError
from mock_server.api.journaling import Journaling
from mock_server.api.unsupported import answer_error
from mock_server.emulator import Emulator

__all__ = ["PREFIX", "answer_http_error", "hang"]

PREFIX = "/api"


def hang(app: Flask, emulator: Emulator) -> None:
    """Hang this door into the application."""
    for resource in (events, service):
        app.register_blueprint(resource.blueprint(emulator))
    app.register_error_handler(WireError, WireError.answer)
    # Flask documents wrapping `wsgi_app` as the way to hang a middleware.
    app.wsgi_app = Journaling(app.wsgi_app, emulator, PREFIX)  # type: ignore[method-assign]


def answer_http_error(error: HTTPException, app: Flask) -> Response:
    """The answer to a request under `/api` that no route serves."""
    return answer_error(error, app, request.method, request.path)
