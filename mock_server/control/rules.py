"""The rule catalogue, and the JSON Schemas that are made from it."""

from __future__ import annotations

from mock_server.control.answers import Rule, listed
from mock_server.control.http import Call
from mock_server.documents.fields import Open
from mock_server.emulator import catalogue
from mock_server.emulator.event_schemas import event_schema
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


@ROUTES.add(
    "GET /rules",
    summary="List the rules",
    details="The [rule catalogue](rules.md).",
    answers={200: json("The rules.", listed("rules", Rule))},
)
def rules(_: Call) -> Document:
    """List the rules."""
    found = [rule.to_document() for rule in catalogue.RULES.values()]
    return {"total": len(found), "rules": found}


@ROUTES.add("GET /rules/<rule_id>", summary="Read one rule", answers={200: json("The rule.", Rule)})
def rule(_: Call, rule_id: str) -> Document:
    """Read one rule."""
    return catalogue.rule(rule_id).to_document()


@ROUTES.add(
    "GET /schemas/<event_type_key>",
    summary="Read the JSON Schema of an event",
    details="Of the body of an order or site event, for editors and CI.",
    answers={200: json("The JSON Schema.", Open)},
)
def schema(_: Call, event_type_key: str) -> Document:
    """Read the JSON Schema of the body of an event."""
    return event_schema(event_type_key)
