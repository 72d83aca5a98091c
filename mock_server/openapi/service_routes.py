"""The routes of contacts, segments, orders and the account under `/api`."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from mock_server.api.contact_schemas import (
    BulkContactsSchema,
    ContactSchema,
    DeleteSchema,
    EmailsSchema,
    MembersSchema,
    SearchSchema,
    SegmentContactsSchema,
    SegmentSchema,
    SubscribeSchema,
    SubscriptionsSchema,
)
from mock_server.documents.fields import Open
from mock_server.openapi import service_answers as shapes
from mock_server.openapi.event_routes import INVALID
from mock_server.openapi.operation import JSON, TEXT, Answer, Operation, json, text

_UNKNOWN = text("There is no such thing; the text says where to look.")
_REPEATED = text("Repeated with the same body within a minute, and the account refuses that.")


class BulkContacts(BulkContactsSchema):
    """Contacts, and what is to be done with all of them (CON-07)."""

    contacts = fields.List(fields.Nested(ContactSchema), required=True)


class Orders(Open):
    """Orders, which the service saves (BLK-01)."""

    orders = fields.List(fields.Nested(Open), required=True)


class EmailArguments(Schema):
    """Contact ids, separated by commas."""

    ids = fields.String(required=True)


def _many(schema: type[Schema]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def _listed(description: str, schema: type[Schema]) -> Answer:
    return Answer(description, {JSON: _many(schema)}, ("TotalCount",))


def _done(description: str, *notes: str) -> Answer:
    return Answer(description, {TEXT: None}, notes)


_SAVED = Answer("Its id.", {JSON: shapes.Saved()}, ("X-Mock-Notes",))
_VERSION = Operation("Version", {200: json("The version.", shapes.Version())})
_UNSUBSCRIBED = {200: Answer("Done; the body is empty."), 400: INVALID}
_DELETED = {200: _done("It is deleted."), 400: INVALID, 404: _UNKNOWN}
_ID_ONLY = DeleteSchema(only=("erase",))

ROUTES: dict[str, Operation] = {
    "POST /api/v1/contact": Operation(
        "Add or update a contact",
        {200: _SAVED, 400: INVALID, 409: _REPEATED},
        body=ContactSchema(),
    ),
    "GET /api/v1/contact/{contact_id}": Operation(
        "One contact", {200: json("It, whole.", shapes.WireContact()), 404: _UNKNOWN}
    ),
    "PUT /api/v1/contact/{contact_id}": Operation(
        "Update a contact",
        {
            200: _done("It is updated.", "X-Mock-Notes"),
            400: INVALID,
            404: _UNKNOWN,
            409: _REPEATED,
        },
        body=ContactSchema(),
    ),
    "DELETE /api/v1/contact/{contact_id}": Operation("Delete a contact", _DELETED, _ID_ONLY),
    "DELETE /api/v1/contact": Operation(
        "Delete the contact with an external ID", _DELETED, DeleteSchema()
    ),
    "POST /api/v1/contact/subscribe": Operation(
        "Subscribe a contact",
        {
            200: Answer("What became of it.", {JSON: shapes.Subscribed()}, ("X-Mock-Notes",)),
            400: INVALID,
            409: _REPEATED,
        },
        body=SubscribeSchema(),
    ),
    "GET /api/v1/contacts": Operation(
        "Search for contacts",
        {200: _listed("Those that were found.", shapes.WireContact), 400: INVALID},
        SearchSchema(),
    ),
    "POST /api/v1/contacts": Operation(
        "Add or update many contacts",
        {200: json("The import session.", shapes.Imported()), 400: INVALID},
        body=BulkContacts(),
    ),
    "GET /api/v1/importstatus/{session_id}": Operation(
        "How far an import is", {200: json("Its status.", shapes.ImportStatus()), 404: _UNKNOWN}
    ),
    "GET /api/v1/contacts/email": Operation(
        "E-mail addresses of contacts",
        {200: json("The addresses.", shapes.Emails()), 400: INVALID},
        EmailArguments(),
    ),
    "GET /api/v1/groups": Operation(
        "Segments",
        {200: json("Those that were found.", _many(shapes.Group)), 400: INVALID},
        SegmentSchema(),
    ),
    "GET /api/v1/group/{group_id}/contacts": Operation(
        "The contacts of a segment",
        {200: _listed("Its contacts.", shapes.WireContact), 400: INVALID, 404: _UNKNOWN},
        SegmentContactsSchema(),
    ),
    "POST /api/v1/group/{group_id}/contacts/attach": Operation(
        "Attach contacts to a segment",
        {200: _done("How many were attached."), 400: INVALID, 404: _UNKNOWN},
        body=MembersSchema(),
    ),
    "POST /api/v1/group/{group_id}/contacts/detach": Operation(
        "Detach contacts from a segment; all of them when none is named",
        {200: _done("How many were detached."), 400: INVALID, 404: _UNKNOWN},
        body=MembersSchema(),
    ),
    "GET /api/v1/subscriptions": Operation(
        "Subscription categories", {200: json("All of them.", _many(shapes.Category))}
    ),
    "GET /api/v1/contact/{contact_id}/subscriptions": Operation(
        "The categories a contact has",
        {200: Answer("A list, or its one element (WIRE-10).", {JSON: None}), 404: _UNKNOWN},
    ),
    "PUT /api/v1/contact/{contact_id}/subscriptions": Operation(
        "Give a contact these categories and no others",
        {200: _done("The body is empty."), 400: INVALID, 404: _UNKNOWN},
        body=SubscriptionsSchema(),
    ),
    "POST /api/v1/orders": Operation(
        "Add orders",
        {200: json("Those that were not saved.", shapes.AddedOrders()), 400: INVALID},
        body=Orders(),
    ),
    "POST /api/v1/emails/unsubscribed/add": Operation(
        "Add to the unsubscribed addresses", _UNSUBSCRIBED, body=EmailsSchema()
    ),
    "POST /api/v1/emails/unsubscribed/delete": Operation(
        "Take off the unsubscribed addresses", _UNSUBSCRIBED, body=EmailsSchema()
    ),
    "GET /api/v1/version": _VERSION,
    "GET /api/v2/version": _VERSION,
    "GET /api/v1/account/info": Operation(
        "Account info", {200: json("Whose it is.", shapes.AccountInfo())}
    ),
    "GET /api/v1/balance": Operation("Balance", {200: json("The balance.", shapes.Balance())}),
    "GET /api/v1/addressbooks": Operation(
        "The address book", {200: json("Its fields.", shapes.AddressBooks())}
    ),
}
