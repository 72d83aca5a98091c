"""Orders and their history."""

from marshmallow import fields

from mock_server.documents.fields import Amount, Anything, Open, number, one, one_of, shape, text
from mock_server.model import CHANGES, ORDER_STATUSES


def _as_sent() -> Anything:
    return Anything(required=False)


class HistoryEntry(Open):
    """One change of an order: by which event, and the values that differ, before and after."""

    externalOrderId = text()
    eventId = number(null=True)
    at = text()
    eventTypeKey = text()
    change = one_of(*CHANGES)
    before = one(Open, null=True)
    after = one(Open)


KeptHistoryEntry = shape(
    "KeptHistoryEntry", HistoryEntry, historyId=number(), base=fields.Nested(Open)
)
"""A line of the history as the state file holds it."""


class Order(Open):
    """An order: the vendor's fields as sent, ours beside, and its history where it is asked for."""

    externalOrderId = text()
    orderId = number()
    contactId = number(null=True)
    status = one_of(*ORDER_STATUSES)
    totalCost = Amount(required=True)
    date = text()
    currency = fields.String(allow_none=True)
    items = fields.List(fields.Nested(Open), allow_none=True)
    externalCustomerId = _as_sent()
    email = _as_sent()
    phone = _as_sent()
    firstName = _as_sent()
    lastName = _as_sent()
    shipping = _as_sent()
    discount = _as_sent()
    taxes = _as_sent()
    restoreUrl = _as_sent()
    statusDescription = _as_sent()
    storeId = _as_sent()
    source = _as_sent()
    deliveryMethod = _as_sent()
    paymentMethod = _as_sent()
    deliveryAddress = _as_sent()
    additionalInfo = one(Open)
    createdAt = text()
    updatedAt = text()
    history = fields.List(fields.Nested(HistoryEntry))
