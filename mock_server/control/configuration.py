"""What an account is set to: its event types and its settings."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response

from mock_server.control.http import account_of, answer, body
from mock_server.emulator import Emulator


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_configuration", __name__, url_prefix="/_mock")

    @routes.get("/event-types")
    def event_types() -> Response:
        found = account_of(emulator).event_types()
        return answer({"total": len(found), "eventTypes": found})

    @routes.put("/event-types/<text:key>")
    def change_event_type(key: str) -> Response:
        return answer(account_of(emulator).change_event_type(key, body()))

    @routes.get("/settings")
    def settings() -> Response:
        return answer(asdict(account_of(emulator).settings))

    @routes.patch("/settings")
    def change_settings() -> Response:
        return answer(asdict(account_of(emulator).change_settings(body())))

    return routes
