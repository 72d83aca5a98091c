"""The clock of an account: told, frozen, moved, and set back to real time."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.control.http import account_of, answer, body
from mock_server.emulator import Emulator, change_clock, clock_document


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_clock", __name__, url_prefix="/_mock")

    @routes.get("/clock")
    def clock() -> Response:
        return answer(clock_document(account_of(emulator).clock))

    @routes.put("/clock")
    def set_clock() -> Response:
        account = account_of(emulator)
        changes = body()
        with account.paused():
            change_clock(account.clock, changes)
        return answer(clock_document(account.clock))

    @routes.delete("/clock")
    def resume_clock() -> Response:
        account = account_of(emulator)
        with account.paused():
            account.clock.resume()
        return answer(clock_document(account.clock))

    return routes
