"""The door for the shop: the emulated service's own HTTP. The only place that knows its quirks."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from mock_server.api import events, journaling, service, traffic
from mock_server.api.http import WireError
from mock_server.api.unsupported import answer_error
from mock_server.emulator import Emulator

__all__ = ["PREFIX", "answer_http_error", "answer_refusal", "hang"]

PREFIX = "/api"


def hang(app: Flask, emulator: Emulator) -> None:
    """Hang this door into the application."""
    for resource in (events, service):
        app.register_blueprint(resource.blueprint(emulator))
    app.register_error_handler(WireError, WireError.answer)
    journaling.hang(app, emulator)
    traffic.hang(app, emulator)


def answer_http_error(error: HTTPException, app: Flask) -> Response:
    """The answer to a request under `/api` that no route serves."""
    return answer_error(error, app, request.method, request.path)


def answer_refusal(status: int, code: str, text: str) -> Response:
    """The answer to a request that is not let in."""
    return WireError(status, code, text).answer()
