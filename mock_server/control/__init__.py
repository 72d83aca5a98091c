"""The door for tests and tools: our own JSON API under `/_mock`."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from mock_server.control import (
    accounts,
    analytics,
    clock,
    configuration,
    contacts,
    coverage,
    events,
    faults,
    gateway,
    messages,
    metrics,
    orders,
    rules,
    state,
)
from mock_server.control.http import error_answer
from mock_server.emulator import (
    Emulator,
    EmulatorError,
    NotFoundError,
    StateError,
    UnknownRuleError,
    UnwritableError,
)
from mock_server.routing import route_list
from mock_server.wsgi import OURS

__all__ = ["PREFIX", "answer_http_error", "answer_refusal", "answer_state_error", "hang"]

PREFIX = OURS


def hang(app: Flask, emulator: Emulator) -> None:
    """Hang this door into the application."""
    for resource in (
        *(events, orders, contacts, configuration, coverage, state),
        *(accounts, clock, faults, analytics, metrics, gateway, messages),
    ):
        app.register_blueprint(resource.blueprint(emulator))
    app.register_blueprint(rules.blueprint())
    app.register_error_handler(EmulatorError, _answer_emulator_error)
    app.register_error_handler(UnknownRuleError, _answer_unknown_rule)


def answer_refusal(status: int, code: str, message: str) -> Response:
    """The answer to a request that is not let in."""
    answer = error_answer(status, code, message)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="yespo-mock control"'
    return answer


def _answer_emulator_error(error: EmulatorError) -> Response:
    status = 404 if isinstance(error, NotFoundError) else 400
    return error_answer(status, error.code, str(error))


def answer_state_error(error: StateError) -> Response:
    """The answer when a state is none, or cannot be written."""
    if isinstance(error, UnwritableError):
        return error_answer(507, "state_unwritable", str(error))
    return error_answer(400, "state_invalid", str(error))


def _answer_unknown_rule(error: UnknownRuleError) -> Response:
    return error_answer(404, "not_found", str(error))


def answer_http_error(error: HTTPException, app: Flask) -> Response:
    """The answer to a request under `/_mock` that no route serves."""
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        message = f"{request.method} is not allowed on {request.path}. Allowed: {allowed}."
        answer = error_answer(405, "method_not_allowed", message)
        answer.headers["Allow"] = allowed
        return answer
    if error.code == 404:
        routes = "; ".join(route_list(app, PREFIX))
        message = f"There is nothing at {request.path}. There is: {routes}."
        return error_answer(404, "not_found", message)
    return error_answer(error.code or 500, "http_error", f"{error.name}: {error.description}")
