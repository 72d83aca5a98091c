"""POST /auth/token: bearer tokens for the event methods (WIRE-03)."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.api.access import account_of
from mock_server.api.http import json_answer
from mock_server.emulator import Emulator


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("tokens", __name__, url_prefix="/api/v1")

    @routes.post("/auth/token")
    def give() -> Response:
        return json_answer(account_of(emulator).resources.tokens.give())

    return routes
