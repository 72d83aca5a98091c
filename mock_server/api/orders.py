"""Add orders: POST /orders (BLK)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mock_server.api.access import account_of
from mock_server.api.bodies import array_of, json_object
from mock_server.api.http import json_answer, note_failures, note_warnings
from mock_server.emulator import Emulator
from mock_server.emulator.vocabulary import MAX_ORDERS


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("orders", __name__, url_prefix="/api/v1")

    @routes.post("/orders")
    def add() -> Response:
        account = account_of(emulator)
        orders = array_of(json_object(account), "orders", MAX_ORDERS)  # BLK-01
        added = account.resources.orders.add(orders)
        errors = [each["error"] for each in added.failed]
        note_failures(request.environ, "failed_orders", errors)
        answer = json_answer({"failedOrders": added.failed})  # BLK-03
        if added.unknown_fields:  # BLK-07
            note_warnings(request.environ, "order_field_unknown", added.unknown_fields)
            if account.settings.explain_headers:
                answer.headers["X-Mock-Warnings"] = "order_field_unknown"
        return answer

    return routes
