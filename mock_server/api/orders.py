"""Add orders: POST /orders (BLK)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mock_server.api.access import account_of
from mock_server.api.bodies import array_of, json_object
from mock_server.api.http import json_answer, note_failures
from mock_server.emulator import Emulator
from mock_server.emulator.vocabulary import MAX_ORDERS


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("orders", __name__, url_prefix="/api/v1")

    @routes.post("/orders")
    def add() -> Response:
        account = account_of(emulator)
        orders = array_of(json_object(account), "orders", MAX_ORDERS)  # BLK-01
        failed = account.resources.orders.add(orders)
        note_failures(request.environ, "failed_orders", [each["error"] for each in failed])
        return json_answer({"failedOrders": failed})  # BLK-03

    return routes
