"""The rule catalogue, and the JSON Schemas that are made from it."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.control.http import answer
from mock_server.emulator import catalogue
from mock_server.emulator.event_schemas import event_schema


def blueprint() -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_rules", __name__, url_prefix="/_mock")

    @routes.get("/rules")
    def rules() -> Response:
        found = [rule.to_document() for rule in catalogue.RULES.values()]
        return answer({"total": len(found), "rules": found})

    @routes.get("/rules/<rule_id>")
    def rule(rule_id: str) -> Response:
        return answer(catalogue.rule(rule_id).to_document())

    @routes.get("/schemas/<event_type_key>")
    def schema(event_type_key: str) -> Response:
        return answer(event_schema(event_type_key))

    return routes
