"""GET /_mock/gateway: which hosts the gateway serves, and what programs have to trust."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.control.http import answer
from mock_server.emulator import Emulator, NotFoundError


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_gateway", __name__, url_prefix="/_mock")

    @routes.get("/gateway")
    def gateway() -> Response:
        if emulator.gateway is None:
            raise NotFoundError(
                "This server has no gateway: start it with --gateway.", "gateway_off"
            )
        return answer(emulator.gateway())

    return routes
