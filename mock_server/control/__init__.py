"""The door for tests and tools: our own JSON API under `/_mock`."""

from itertools import chain

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from mock_server.control import account_data, conditions, events, messages, reports, state
from mock_server.control.http import error_answer, view_of
from mock_server.emulator import (
    Emulator,
    EmulatorError,
    NotFoundError,
    StateError,
    UnknownRuleError,
    UnwritableError,
)
from mock_server.names import near
from mock_server.routes import Route, Routes
from mock_server.wsgi import OURS

PREFIX = OURS

_PARTS = (state, events, account_data, messages, conditions, reports)
ROUTES: tuple[Route, ...] = tuple(chain.from_iterable(each.ROUTES for each in _PARTS))
"""The routes of this door, in the order of its documentation."""


def register(app: Flask, emulator: Emulator, more: Routes) -> None:
    """Register this door with the application; `more` are routes of others that speak like it."""
    for route in (*ROUTES, *more):
        app.add_url_rule(route.rule, route.name, view_of(route, emulator), methods=[route.method])


def answer_refusal(status: int, code: str, message: str) -> Response:
    """Answer a request that is not let in."""
    answer = error_answer(status, code, message)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="yespo-mock control"'
    return answer


def answer_failure(message: str) -> Response:
    """Answer a request at which the emulator itself failed."""
    return error_answer(500, "internal_error", message)


def answer_problem(error: EmulatorError | UnknownRuleError | StateError) -> Response:
    """Answer what a route, or the state behind it, could not do."""
    text = str(error).rstrip(".")
    if isinstance(error, UnwritableError):
        return error_answer(507, "state_unwritable", f"The emulator {text}.")
    if isinstance(error, StateError):
        return error_answer(400, "state_invalid", f"State: {text}{'' if text[-1] == '?' else '.'}")
    if isinstance(error, UnknownRuleError):
        return error_answer(404, "not_found", str(error))
    return error_answer(404 if isinstance(error, NotFoundError) else 400, error.code, str(error))


def answer_http_error(error: HTTPException) -> Response:
    """Answer a request under `/_mock` that no route serves."""
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        message = f"{request.method} is not allowed on {request.path}. Allowed: {allowed}."
        answer = error_answer(405, "method_not_allowed", message)
        answer.headers["Allow"] = allowed
        return answer
    if error.code == 404:
        meant = near(request.path, [each.path for each in ROUTES])
        hint = f"Did you mean {meant}? " if meant else ""
        message = f"There is nothing at {request.path}. {hint}GET {PREFIX}/routes lists all routes."
        return error_answer(404, "not_found", message)
    return error_answer(error.code or 500, "http_error", f"{error.name}: {error.description}")
