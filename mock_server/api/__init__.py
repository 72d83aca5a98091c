"""The door for the shop: the HTTP of the emulated service, whose quirks are known here alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from mock_server.api import (
    bulk,
    contacts,
    events,
    groups,
    past_events,
    sending,
    service,
    shop,
    stored_messages,
)
from mock_server.api.calls import view_of
from mock_server.api.event_call import post_event
from mock_server.api.http import WireError, note, text_answer
from mock_server.api.journaling import Journaling
from mock_server.api.traffic import Traffic
from mock_server.api.unsupported import NOT_EMULATED, answer_error
from mock_server.emulator import Emulator, RefusedError, UnknownKeyError, UnwritableError
from mock_server.routes import Route

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    Guarding = Callable[[WSGIApplication], WSGIApplication]

__all__ = [
    "NOT_EMULATED",
    "PREFIX",
    "ROUTES",
    "answer_http_error",
    "answer_refusal",
    "answer_unwritable",
    "is_for_many",
    "post_event",
    "register",
    "wrap",
]

PREFIX = "/api"
_PARTS = (events, past_events, contacts, bulk, groups, sending, stored_messages, shop, service)
ROUTES: tuple[Route, ...] = tuple(chain.from_iterable(each.ROUTES for each in _PARTS))
"""The routes of this door, in the order of its documentation."""

_FOR_MANY = tuple(
    "/contacts /orders /past_events /attach /detach /smartsend /tokens /promocodes".split()
)


def register(app: Flask, emulator: Emulator) -> None:
    """Register this door with the application."""
    for path, methods in NOT_EMULATED.items():
        emulator.paths.setdefault(path, set()).update(methods)
    for route in ROUTES:
        app.add_url_rule(route.rule, route.name, view_of(route, emulator), methods=[route.method])
        emulator.paths.setdefault(route.path, set()).add(route.method)
    app.register_error_handler(WireError, WireError.answer)
    for kind in (RefusedError, UnknownKeyError):
        app.register_error_handler(kind, _answer_refused)


def wrap(app: WSGIApplication, emulator: Emulator, guard: Guarding) -> WSGIApplication:
    """Wrap the application in what stands in front of its routes: journal, guard, faults, limits.

    `guard` puts the guard of all doors in its place, between the journal and what follows.
    """
    return Journaling(guard(Traffic(events.EventRoute(app, emulator), emulator, PREFIX)), emulator)


def answer_unwritable(error: UnwritableError) -> Response:
    """Answer a request whose change cannot be written, and of which nothing is kept (WIRE-13)."""
    # The cause first, in few words: HTTP libraries cut after 100 characters.
    text = f"This cannot be stored, and nothing of it was kept. The emulator {error}."
    return WireError(507, "state_unwritable", text).answer()


def is_for_many(path: str) -> bool:
    """Return whether a request for this path may carry or ask for hundreds of elements."""
    return path.rstrip("/").endswith(_FOR_MANY)


def _answer_refused(error: RefusedError | UnknownKeyError) -> Response:
    status = 401 if isinstance(error, UnknownKeyError) else error.status
    return WireError(status, error.code, str(error)).answer()


def answer_http_error(error: HTTPException) -> Response:
    """Answer a request outside `/_mock` that no route serves."""
    return answer_error(error, ROUTES, request.method, request.path)


def answer_refusal(status: int, code: str, text: str, environ: dict[str, Any]) -> Response:
    """Answer a request that is not let in, and note the reason for the journal."""
    note(environ, code, text)
    return text_answer(text, status)
