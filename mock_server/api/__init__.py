"""The door for the shop: the emulated service's own HTTP. The only place that knows its quirks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from mock_server.api import events, service
from mock_server.api.http import REASON, WireError, text_answer
from mock_server.api.journaling import Journaling
from mock_server.api.traffic import Traffic
from mock_server.api.unsupported import answer_error
from mock_server.emulator import Emulator, UnknownKeyError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    Guarding = Callable[[WSGIApplication], WSGIApplication]

__all__ = ["PREFIX", "answer_http_error", "answer_refusal", "hang", "wrap"]

PREFIX = "/api"


def hang(app: Flask, emulator: Emulator) -> None:
    """Hang this door into the application."""
    for resource in (events, service):
        app.register_blueprint(resource.blueprint(emulator))
    app.register_error_handler(WireError, WireError.answer)
    app.register_error_handler(UnknownKeyError, _answer_unknown_key)


def wrap(app: WSGIApplication, emulator: Emulator, guard: Guarding) -> WSGIApplication:
    """The application with what stands in front of its routes: journal, guard, faults, limits.

    `guard` puts the guard of all doors in its place, between the journal and what follows.
    """
    return Journaling(guard(Traffic(app, emulator, PREFIX)), emulator, PREFIX)


def _answer_unknown_key(error: UnknownKeyError) -> Response:
    return WireError(401, error.code, str(error)).answer()


def answer_http_error(error: HTTPException, app: Flask) -> Response:
    """The answer to a request under `/api` that no route serves."""
    return answer_error(error, app, request.method, request.path)


def answer_refusal(status: int, code: str, text: str, environ: dict[str, Any]) -> Response:
    """The answer to a request that is not let in; the reason is left for the journal."""
    environ[REASON] = code
    return text_answer(text, status)
