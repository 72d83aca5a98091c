"""The shapes of answers of the emulated service."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from mock_server.documents.fields import Anything, Open, many, number, text
from mock_server.routes import JSON, Answer


def array(schema: type[Schema]) -> dict[str, Any]:
    """Return the JSON schema of an array of these."""
    return {"type": "array", "items": schema}


def bare(description: str, *headers: str) -> Answer:
    """Return the declaration of a text under the content type of JSON (WIRE-04)."""
    return Answer(description, {JSON: None}, headers)


def paged(description: str, schema: type[Schema]) -> Answer:
    """Return the declaration of a part of a list, with the whole number in a header."""
    return Answer(description, {JSON: array(schema)}, ("TotalCount",))


class Version(Schema):
    """WIRE-09."""

    version = text()
    protocolVersion = text()


class AccountInfo(Schema):
    """WIRE-09."""

    orgId = number()
    userEmail = text()
    organisationName = text()


class Balance(Schema):
    """The balance of the account, which never changes."""

    currentBalance = fields.Float(required=True)
    creditLimit = fields.Float(required=True)
    currency = text()
    bonusEmails = number()
    bonusSmses = number()


class AddressBooks(Schema):
    """The address book, with the additional fields that contacts have brought."""

    addressBook = fields.Nested(Open, required=True)


class Saved(Schema):
    """The contact that was added or updated."""

    id = number()


class Subscribed(Schema):
    """The contact that was subscribed; `emailStatus` when it has an e-mail address."""

    id = number()
    emailStatus = fields.String()
    new = fields.Boolean(required=True)


class WireContact(Open):
    """A contact as the service shows it."""

    id = number()


class Imported(Schema):
    """The session to ask for, and the contacts that failed, each with its `error`."""

    id = number()
    asyncSessionId = text()
    failedContacts = Anything()  # WIRE-10: a list, or its one element


class Category(Schema):
    """A subscription category of the account."""

    id = number()
    key = text()
    groupId = number()
    contactsCount = number()
    createdDate = text()
    updatedDate = text()
    name = text()


class ImportStatus(Schema):
    """How far an import is; `mapping` once it is done."""

    status = text()
    timestamp = text()
    description = fields.String()
    mapping = fields.List(fields.Nested(Open))


class Emails(Schema):
    """E-mail addresses of contacts."""

    results = Anything()


class Group(Open):
    """A static segment."""

    id = number()
    name = text()


class FailedOrder(Schema):
    """An order as it was sent, and why it was not saved."""

    order = Anything()
    error = text()


class AddedOrders(Schema):
    """The orders that were not saved (BLK-03)."""

    failedOrders = many(FailedOrder)


class PastEventResult(Schema):
    """The result of one past event (PST-03)."""

    status = text()
    message = fields.String()


class AddedPastEvents(Schema):
    """The results of past events, in their order (PST-03)."""

    results = many(PastEventResult)
    successCount = number()
    errorCount = number()
