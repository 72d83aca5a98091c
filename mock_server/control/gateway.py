"""The gateway: which hosts it serves, and what programs have to trust."""

from __future__ import annotations

from mock_server.control.answers import Gateway
from mock_server.control.http import Call
from mock_server.emulator import NotFoundError
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


@ROUTES.add(
    "GET /gateway",
    summary="Describe the gateway",
    details="The hosts of the [gateway](gateway.md), its address and the certificate of its"
    " authority.",
    answers={200: json("The gateway.", Gateway)},
)
def gateway(call: Call) -> Document:
    """Describe the gateway."""
    if call.emulator.gateway is None:
        raise NotFoundError("This server has no gateway. Start it with --gateway.", "gateway_off")
    return call.emulator.gateway()
