"""Messages: what a template shows of an event."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server import jsonio
from mock_server.control.http import account_of, answer, body
from mock_server.emulator import Emulator
from mock_server.emulator.event_bodies import read_event
from mock_server.emulator.messages import read_preview


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_messages", __name__, url_prefix="/_mock")

    @routes.post("/messages/preview")
    def preview() -> Response:
        account = account_of(emulator)
        asked = read_preview(body())
        event = asked.get("eventId")
        if event is None:
            event = read_event(jsonio.dumps(asked["event"]), "v2")
        found = account.preview(asked["template"], event, asked.get("json"))
        return answer(found.to_document())

    return routes
