"""The accounts there are, and how much each holds."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.control.http import answer
from mock_server.emulator import Emulator


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_accounts", __name__, url_prefix="/_mock")

    @routes.get("/accounts")
    def accounts() -> Response:
        found = emulator.account_documents()
        return answer({"total": len(found), "mode": emulator.names.mode, "accounts": found})

    return routes
