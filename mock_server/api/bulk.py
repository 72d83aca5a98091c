"""Many at once: POST /contacts with its import status (CON-07), and POST /orders (BLK)."""

from typing import Any

from flask import Response, request
from marshmallow import ValidationError, fields

from mock_server.api.calls import (
    Call,
    array_of,
    batch_of,
    faults_told,
    load_sent,
    note_single,
    remarks_of,
    tell,
)
from mock_server.api.contact_schemas import BulkContactsSchema, ContactSchema
from mock_server.api.http import WireError, note_failures
from mock_server.api.responses import as_list, json_answer
from mock_server.documents.fields import Anything, Open, many, number, shape, text
from mock_server.documents.sent import Orders
from mock_server.emulator.resources.bulk import FAILED_ORDERS, ImportItem, ImportJob
from mock_server.routes import Routes, json, plain_text
from mock_server.rules.contact.bulk import MAX_CONTACTS, ImportOptions
from mock_server.rules.order.add_orders import MAX_ORDERS
from mock_server.rules.order.batches import ORDERS, note_beside

MAX_MEMBERSHIPS = 30_000
"""Places in groups that one request may change, since others wait for it (our decision)."""

ROUTES = Routes("/api/v1")

_CONTACT = ContactSchema()
_BULK = BulkContactsSchema()

# WIRE-10: failed contacts, and e-mail addresses, are a list or its one element.
_Imported = shape("Imported", id=number(), asyncSessionId=text(), failedContacts=Anything())
_Emails = shape("Emails", results=Anything())
_ImportStatus = shape(
    "ImportStatus",
    status=text(),
    timestamp=text(),
    description=fields.String(),
    mapping=fields.List(fields.Nested(Open)),
)
_AddedOrders = shape(
    "AddedOrders", failedOrders=many(shape("FailedOrder", order=Anything(), error=text()))
)


class BulkContacts(BulkContactsSchema):
    """Contacts, and what is to be done with all of them (CON-07)."""

    contacts = fields.List(fields.Nested(ContactSchema), required=True)


@ROUTES.add(
    "POST /contacts",
    json("The import session.", _Imported),
    details=f"Up to {MAX_CONTACTS:,} of them.",
    body=BulkContacts(),
)
def add_contacts(call: Call) -> Response:
    """Add or update many contacts: those that are wrong come back with their errors."""
    account = call.account
    body = call.body()
    contacts = array_of(body, "contacts", MAX_CONTACTS)
    job = _job(contacts, load_sent(_BULK, body))  # a contact that is wrong fails alone
    result = account.resources.imports.run(job)
    trace = remarks_of(contacts, id_counts=job.options.dedupe_on == "id")
    note_single(body, "contacts", trace)
    trace.take(result.trace)
    tell(account, trace)
    errors = [each["error"] for each in result.failed]
    note_failures(request.environ, "failed_contacts", errors)
    failed = as_list(result.failed, account)
    return json_answer({"id": 0, "asyncSessionId": result.session_id, "failedContacts": failed})


@ROUTES.add(
    "GET /importstatus/<session_id>",
    {200: json("The status.", _ImportStatus), 404: plain_text("The import does not exist.")},
)
def status(call: Call, session_id: str) -> Response:
    """Progress of an import."""
    return json_answer(call.account.resources.imports.status(session_id))


@ROUTES.add(
    "GET /contacts/email",
    json("The addresses.", _Emails),
    query=shape("EmailArguments", ids=fields.String(required=True))(),
)
def emails(call: Call) -> Response:
    """E-mail addresses of contacts."""
    account = call.account
    ids = [each.strip() for each in request.args.get("ids", "").split(",")]
    if not all(each.isascii() and each.isdigit() for each in ids):
        text = "ids must be contact ids, separated by commas, such as ids=1,2."
        raise WireError(400, "query_invalid", text)
    found = account.resources.contacts.emails([int(each[:18]) for each in ids])
    return json_answer({"results": as_list(found, account)})


@ROUTES.add(
    "POST /orders",
    json("The orders that were not saved.", _AddedOrders),
    details=f"Up to {MAX_ORDERS:,} of them.",
    body=Orders(),
)
def add_orders(call: Call) -> Response:
    """Add orders: each is saved or comes back with its error."""
    account = call.account
    imports = account.resources.orders
    body, orders = batch_of(account, ORDERS, MAX_ORDERS, imports.fix_body)  # BLK-01
    added = imports.add(orders, body)
    note_single(body, "orders", added.trace)
    note_beside(body, ORDERS, added.trace)
    note_failures(request.environ, FAILED_ORDERS, added.failures)
    tell(account, added.trace)
    return json_answer({"failedOrders": added.failed})  # BLK-03


def _job(contacts: list[Any], asked: dict[str, Any]) -> ImportJob:
    names = [*asked.get("groupNames", ()), *asked.get("groupNamesExclude", ())]
    if len(contacts) * len(names) > MAX_MEMBERSHIPS:
        raise WireError(
            400,
            "too_many",
            f"{len(contacts):,} contacts in {len(names):,} groups are more than one request may"
            f" change ({MAX_MEMBERSHIPS:,} places in groups). Send them in parts; nothing of this"
            " request was stored.",
        )
    if asked["dedupeOn"] == "fieldId" and "fieldId" not in asked:
        text = "fieldId is missing, and dedupeOn is fieldId. Send the id of an additional field."
        raise WireError(400, "body_invalid", text)
    options = ImportOptions(
        asked["dedupeOn"],
        asked.get("fieldId"),
        tuple(asked.get("contactFields", ())) or None,
        tuple(asked.get("customFieldsIDs", ())) or None,
        asked.get("restoreDeleted", False),
    )
    return ImportJob(
        [_item(each) for each in contacts],
        options,
        asked.get("groupNames", ()),
        asked.get("groupNamesExclude", ()),
        asked.get("eventKeyForNewContacts"),
    )


def _item(raw: Any) -> ImportItem:
    try:
        return ImportItem(raw, _CONTACT.load(raw))
    except ValidationError as error:
        return ImportItem(raw, error=faults_told(error))
