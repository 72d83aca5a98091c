"""The Flask application, which joins the doors."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from mock_server import api, control, inspector, openapi
from mock_server.emulator import Emulator, StateError, UnwritableError
from mock_server.frame.application import Application
from mock_server.frame.cors import Cors
from mock_server.frame.guards import Guard
from mock_server.frame.metering import metering
from mock_server.frame.paths import Normalising, SegmentConverter, TextConverter
from mock_server.wsgi import is_ours

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_LOG = logging.getLogger("yespo_mock")


def create_app(
    emulator: Emulator, guard: Guard | None = None, cors_origins: Collection[str] = ()
) -> Flask:
    """Make the WSGI application that serves an emulator through all of its doors.

    `guard` stands in front of them; without one every request is let in, which is right for callers
    in the same process. Pages of the `cors_origins` may call the emulated API (WIRE-11).
    """
    app = Application("mock_server")
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # a method that is not served is a 405
    app.url_map.strict_slashes = False  # WIRE-06
    app.url_map.merge_slashes = False
    app.url_map.converters |= {
        "segment": SegmentConverter,
        "text": TextConverter,
        "default": TextConverter,
    }
    api.register(app, emulator)
    control.register(app, emulator, openapi.ROUTES)
    inspector.register(app, emulator, partial(api.post_event, app), guard)

    @app.errorhandler(HTTPException)
    def answer_http_error(error: HTTPException) -> Response:
        # No error is HTML (WIRE-04): each door words its own.
        if is_ours(request.path):
            return control.answer_http_error(error)
        return api.answer_http_error(error)

    @app.errorhandler(StateError)
    def answer_state_error(error: StateError) -> Response:
        if isinstance(error, UnwritableError) and not is_ours(request.path):
            return api.answer_unwritable(error)
        return control.answer_state_error(error)

    @app.errorhandler(Exception)
    def answer_unexpected(error: Exception) -> Response:
        _LOG.exception("%s %s failed", request.method, request.path, exc_info=error)
        failure = f"{type(error).__name__}: {str(error).rstrip('.')}"
        text = f"The emulator itself failed: {failure}. This is a bug. Please report it."
        if is_ours(request.path):
            return control.answer_failure(text)
        return Response(text, 500, content_type="text/plain; charset=utf-8")

    def guarded(inner: WSGIApplication) -> WSGIApplication:
        return inner if guard is None else Guarded(inner, guard)

    # Flask documents wrapping `wsgi_app` as the way to add a middleware. Its hooks would cost
    # every event more.
    served = metering(api.wrap(app.wsgi_app, emulator, guarded), app, emulator)
    if cors_origins:
        served = Cors(served, cors_origins)
    app.wsgi_app = Normalising(served)  # type: ignore[method-assign]  # as Flask has it
    return app


class Guarded:
    """Wraps a WSGI application: a guard checks each request first."""

    def __init__(self, app: WSGIApplication, guard: Guard) -> None:
        self._app = app
        self._guard = guard

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request, or refuse it in the words of the door that it is for."""
        refusal = self._guard.refusal(environ)
        if refusal is None:
            return self._app(environ, start_response)
        status, code, message = refusal.status, refusal.code, refusal.message
        path = environ["PATH_INFO"]
        if status == 401 and inspector.is_page(path):
            answer = inspector.lead_to_sign_in(environ)
        elif is_ours(path) or path == "/":  # which leads to our pages
            answer = control.answer_refusal(status, code, message)
        else:
            answer = api.answer_refusal(status, code, message, environ)
        return answer(environ, start_response)
