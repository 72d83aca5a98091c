"""Add orders: POST /orders (BLK)."""

from __future__ import annotations

from flask import Response, request

from mock_server.api.answers import AddedOrders
from mock_server.api.bodies import array_of, note_single, tell
from mock_server.api.calls import INVALID, Call
from mock_server.api.http import json_answer, note_failures
from mock_server.documents.sent import Orders
from mock_server.emulator.resources.order_imports import FAILED_ORDERS
from mock_server.routes import Routes, json
from mock_server.rules.order.add_orders import MAX_ORDERS

ROUTES = Routes("/api/v1")


@ROUTES.add(
    "POST /orders",
    summary="Add orders",
    details=f"Up to {MAX_ORDERS:,} of them.",
    answers={200: json("The orders that were not saved.", AddedOrders), 400: INVALID},
    body=Orders(),
)
def add(call: Call) -> Response:
    """Add orders, each of which is saved or comes back with its error."""
    account = call.account
    body = call.body()
    orders = array_of(body, "orders", MAX_ORDERS)  # BLK-01
    added = account.resources.orders.add(orders)
    note_single(body, "orders", added.trace)
    note_failures(request.environ, FAILED_ORDERS, added.failures)
    tell(account, added.trace)
    return json_answer({"failedOrders": added.failed})  # BLK-03
