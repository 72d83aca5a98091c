"""What the documents hold, as test code sees them: made from `mock_server.documents`.

Written by `python -m mock_server.documents.typed`; not to be changed by hand.
"""

from __future__ import annotations

from typing import Any

from mock_server.model import Document
from mock_server.testing.record import Record


class StepFields(Record):
    """The fields of `documents`' Step."""

    __slots__ = ()

    finding: str | None
    rule: str
    result: str
    message: str
    param: str | None


class HistoryEntryFields(Record):
    """The fields of `documents`' HistoryEntry."""

    __slots__ = ()

    externalOrderId: str
    eventId: int | None
    at: str
    eventTypeKey: str
    change: str
    before: Document | None
    after: Document


class OrderFields(Record):
    """The fields of `documents`' Order."""

    __slots__ = ()

    externalOrderId: str
    orderId: int
    contactId: int | None
    status: str
    totalCost: Any
    date: str
    currency: Any
    items: list[Document] | None
    externalCustomerId: Any
    email: Any
    phone: Any
    firstName: Any
    lastName: Any
    shipping: Any
    discount: Any
    taxes: Any
    restoreUrl: Any
    statusDescription: Any
    storeId: Any
    source: Any
    deliveryMethod: Any
    paymentMethod: Any
    deliveryAddress: Any
    additionalInfo: Document
    createdAt: str
    updatedAt: str


class ContactFields(Record):
    """The fields of `documents`' Contact."""

    __slots__ = ()

    id: int
    channels: list[Document]
    externalCustomerId: str | None
    contactKey: str | None
    firstName: str | None
    lastName: str | None
    fields: list[Document]
    address: Document | None
    subscriptions: list[str]
    source: str
    createdAt: str
    updatedAt: str | None
    deleted: bool | None
    deletedAt: str | None


class EffectFields(Record):
    """The fields of `documents`' Effect."""

    __slots__ = ()

    order: str
    change: str


class OutcomeFields(Record):
    """The fields of `documents`' Outcome."""

    __slots__ = ()

    eventId: int | None
    eventTypeKey: str | None
    keyValue: str | None
    eventKey: str | None
    contactId: int | None
    externalOrderId: str | None
    verdict: str
    reasons: list[str]
    warnings: list[str]
    hint: str | None
    causedBy: int | None
    answer: Document | None


class EventFields(Record):
    """The fields of `documents`' Event beyond those of Outcome."""

    __slots__ = ()

    account: str
    apiVersion: str
    receivedAt: str
    occurred: str | None
    params: Any
    body: Any


class RequestFields(Record):
    """The fields of `documents`' Request."""

    __slots__ = ()

    requestId: int
    at: str
    method: str
    path: str
    status: int | None
    durationMs: float
    account: str | None
    eventId: int | None
    reason: str | None
    fault: int | None
    body: str | None
    host: str | None
    via: str
    refused: bool
    notes: list[Document]
