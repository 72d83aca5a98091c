"""The shapes of computed answers: segments, the RFM grid and revenue."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from mock_server.documents.contacts import Contact
from mock_server.documents.fields import Anything, many, number, numbers, text, texts


class Explanation(Schema):
    """Which events put a contact into a segment, and why."""

    contactId = number()
    why = text()
    events = numbers()


class Segment(Schema):
    """The contacts of a segment."""

    total = number()
    now = text()
    contacts = many(Contact)
    explanation = many(Explanation)
    notes = texts()


class LeftOut(Schema):
    """Orders that do not count, and why; the first ten are named."""

    why = text()
    orders = number()
    externalOrderIds = texts()


class RfmCell(Schema):
    """The contacts with that number of sales, the last of them that long ago."""

    since = text()
    count = number()
    contactIds = numbers()
    status = fields.String(required=True, validate=validate.OneOf(("none", "at risk", "loyal")))
    colour = fields.String(required=True, validate=validate.OneOf(("grey", "red", "green")))


class RfmRow(Schema):
    """The contacts with that number of sales."""

    sales = text()
    cells = many(RfmCell)


class Rfm(Schema):
    """The RFM grid (ORD-19)."""

    now = text()
    contacts = number()
    sales = number()
    since = texts()
    rows = many(RfmRow)
    withoutSale = number()
    leftOut = many(LeftOut)


class RevenueTotal(Schema):
    """The revenue in one currency; null: orders that name none."""

    currency = text(null=True)
    orders = number()
    revenue = text()
    exact = fields.Boolean(required=True)


class CountedOrder(Schema):
    """An order that counts, and why."""

    externalOrderId = text()
    date = text(null=True)
    status = text(null=True)
    currency = text(null=True)
    totalCost = Anything()
    why = text()


class Revenue(Schema):
    """Revenue by currency (ORD-19)."""

    from_ = fields.String(required=True, allow_none=True, data_key="from")
    to = text(null=True)
    totals = many(RevenueTotal)
    ordersTotal = fields.Dict(fields.String(), fields.String(), required=True)
    total = number()
    orders = many(CountedOrder)
    leftOut = many(LeftOut)
