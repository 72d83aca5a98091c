"""Add orders: POST /orders (BLK)."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.api.access import account_of
from mock_server.api.bodies import array_of, json_object
from mock_server.api.http import json_answer
from mock_server.emulator import Emulator
from mock_server.emulator.vocabulary import MAX_ORDERS


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("orders", __name__, url_prefix="/api/v1")

    @routes.post("/orders")
    def add() -> Response:
        account = account_of(emulator)
        orders = array_of(json_object(account), "orders", MAX_ORDERS)  # BLK-01
        return json_answer({"failedOrders": account.resources.orders.add(orders)})  # BLK-03

    return routes
