"""Orders, and one with its history."""

from __future__ import annotations

from marshmallow import fields

from mock_server.control.answers import listed
from mock_server.control.http import Call, PageArguments
from mock_server.documents.orders import Order
from mock_server.model import ORDER_STATUSES, Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


class OrderArguments(PageArguments):
    """The filters of the order list."""

    status = fields.String(metadata={"enum": list(ORDER_STATUSES)})
    contact = fields.String()
    q = fields.String()


@ROUTES.add(
    "GET /orders",
    summary="List orders, newest first",
    answers={200: json("The orders that match.", listed("orders", Order))},
    query=OrderArguments(),
)
def orders(call: Call) -> Document:
    """List the orders that match."""
    page = call.account.orders(**call.query)
    return {"total": page.total, "orders": page.items}


@ROUTES.add(
    "GET /orders/<text:external_order_id>",
    summary="Read one order",
    details="With its history.",
    answers={200: json("The order.", Order)},
)
def order(call: Call, external_order_id: str) -> Document:
    """Read one order with its history."""
    return call.account.order(external_order_id)
