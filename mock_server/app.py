"""The Flask application: the doors, hung into one frame."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from mock_server import api, control
from mock_server.emulator import Emulator

_LOG = logging.getLogger("yespo_mock")


def runs_long(path: str) -> bool:
    """Whether a request for this path may take long: the emulated API never does, others may."""
    return not path.startswith(api.PREFIX)


def create_app(emulator: Emulator) -> Flask:
    """A WSGI application that serves an emulator through all of its doors."""
    app = Flask("mock_server", static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # a method that is not served is a 405
    app.url_map.strict_slashes = False  # WIRE-06
    app.url_map.merge_slashes = False
    api.hang(app, emulator)
    control.hang(app, emulator)

    @app.errorhandler(HTTPException)
    def answer_http_error(error: HTTPException) -> Response:
        # Nothing ever answers with HTML (WIRE-04): each door words its own errors.
        if request.path.startswith(api.PREFIX):
            return api.answer_http_error(error, app)
        return control.answer_http_error(error, app)

    @app.errorhandler(Exception)
    def answer_unexpected(error: Exception) -> Response:
        _LOG.exception("%s %s failed", request.method, request.path, exc_info=error)
        text = f"The emulator itself failed: {type(error).__name__}: {error}. This is a bug in it."
        return Response(text, 500, content_type="text/plain; charset=utf-8")

    @app.get("/")
    def welcome() -> Response:
        text = (
            "yespo-mock: an emulator of the Yespo Generate event API.\n"
            "POST events to /api/v2/event; look at /_mock/health, /_mock/events, /_mock/orders.\n"
        )
        return Response(text, content_type="text/plain; charset=utf-8")

    return app
