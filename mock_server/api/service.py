"""GET /api/v*/version and /api/v1/account/info: what the service says of itself (WIRE-09)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mock_server._version import __version__
from mock_server.api.http import ACCOUNT, api_key, json_answer
from mock_server.emulator import Emulator


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("service", __name__)

    @routes.get("/api/v1/version")
    @routes.get("/api/v2/version")
    def version() -> Response:
        emulator.account_for_key(api_key())
        return json_answer({"version": __version__, "protocolVersion": "1.0"})

    @routes.get("/api/v1/account/info")
    def account_info() -> Response:
        account = emulator.account_for_key(api_key())
        request.environ[ACCOUNT] = account.name
        settings = account.settings
        return json_answer(
            {"userEmail": settings.user_email, "organisationName": settings.organisation_name}
        )

    return routes
