"""The routes of the emulated API, which its first request imports."""

from itertools import chain

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
from mock_server.api.unsupported import answer_error
from mock_server.emulator import Emulator
from mock_server.routes import Route

_PARTS = (events, past_events, contacts, bulk, groups, sending, stored_messages, shop, service)
ROUTES: tuple[Route, ...] = tuple(chain.from_iterable(each.ROUTES for each in _PARTS))
"""The routes of this door, in the order of its documentation."""


def register(app: Flask, emulator: Emulator) -> None:
    """Register this door with the application."""
    for route in ROUTES:
        app.add_url_rule(route.rule, route.name, view_of(route, emulator), methods=[route.method])


def answer_http_error(error: HTTPException) -> Response:
    """Answer a request outside `/_mock` that no route serves."""
    return answer_error(error, ROUTES, request.method, request.path)
