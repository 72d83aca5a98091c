"""The accounts there are, and how much each holds."""

from __future__ import annotations

from marshmallow import fields

from mock_server.control.answers import AccountCounts, listed
from mock_server.control.http import Call
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


@ROUTES.add(
    "GET /accounts",
    summary="List the accounts",
    details="Each with how much it holds: [accounts](accounts.md).",
    answers={
        200: json(
            "The accounts.",
            listed("accounts", AccountCounts, mode=fields.String(required=True)),
        )
    },
)
def accounts(call: Call) -> Document:
    """List the accounts."""
    found = call.emulator.account_documents()
    return {"total": len(found), "mode": call.emulator.names.mode, "accounts": found}
