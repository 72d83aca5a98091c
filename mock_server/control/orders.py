"""Orders, and one with its history."""

from __future__ import annotations

from flask import Blueprint, Response
from marshmallow import fields, validate

from mock_server.control.http import PageArguments, account_of, answer, arguments
from mock_server.emulator import Emulator
from mock_server.model import ORDER_STATUSES


class OrderArguments(PageArguments):
    """The filters of the order list."""

    status = fields.String(validate=validate.OneOf(ORDER_STATUSES))
    contact = fields.String()
    q = fields.String()


_LIST = OrderArguments()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_orders", __name__, url_prefix="/_mock")

    @routes.get("/orders")
    def orders() -> Response:
        page = account_of(emulator).orders(**arguments(_LIST))
        return answer({"total": page.total, "orders": page.items})

    @routes.get("/orders/<text:external_order_id>")
    def order(external_order_id: str) -> Response:
        return answer(account_of(emulator).order(external_order_id))

    return routes
