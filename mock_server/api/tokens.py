"""POST /auth/token: bearer tokens for the event methods (WIRE-03)."""

from __future__ import annotations

from flask import Response

from mock_server.api.calls import Call
from mock_server.api.http import json_answer
from mock_server.routes import Routes, json

ROUTES = Routes("/api/v1")


@ROUTES.add(
    "POST /auth/token",
    summary="Get a bearer token",
    details="For the methods of events; it does not expire.",
    answers={200: json("The token.", {"type": "string"})},
)
def give(call: Call) -> Response:
    """Give a bearer token."""
    return json_answer(call.account.resources.tokens.give())
