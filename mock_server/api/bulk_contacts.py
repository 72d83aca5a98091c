"""Many contacts at once: POST /contacts, its import status, and e-mail addresses (CON-07)."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from marshmallow import Schema, ValidationError, fields

from mock_server.api.answers import Emails, Imported, ImportStatus
from mock_server.api.bodies import array_of, faults_told, load_sent, note_single, remarks_of, tell
from mock_server.api.calls import INVALID, Call
from mock_server.api.contact_schemas import BulkContactsSchema, ContactSchema
from mock_server.api.http import WireError, as_list, json_answer, note_failures
from mock_server.emulator.resources.contact_imports import ImportItem, ImportJob
from mock_server.routes import Routes, json, plain_text
from mock_server.rules.contact.bulk import MAX_CONTACTS, ImportOptions

MAX_MEMBERSHIPS = 30_000
"""Places in groups that one request may change, since others wait for it (our decision)."""

ROUTES = Routes("/api/v1")

_CONTACT = ContactSchema()
_BULK = BulkContactsSchema()


class BulkContacts(BulkContactsSchema):
    """Contacts, and what is to be done with all of them (CON-07)."""

    contacts = fields.List(fields.Nested(ContactSchema), required=True)


class EmailArguments(Schema):
    """Contact ids, separated by commas."""

    ids = fields.String(required=True)


@ROUTES.add(
    "POST /contacts",
    summary="Add or update many contacts",
    details=f"Up to {MAX_CONTACTS:,} of them.",
    answers={200: json("The import session.", Imported), 400: INVALID},
    body=BulkContacts(),
)
def add(call: Call) -> Response:
    """Import contacts; those that are wrong come back with their errors."""
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
    return json_answer(
        {
            "id": 0,
            "asyncSessionId": result.session_id,
            "failedContacts": as_list(result.failed, account),
        }
    )


@ROUTES.add(
    "GET /importstatus/<session_id>",
    summary="Progress of an import",
    answers={
        200: json("The status.", ImportStatus),
        404: plain_text("There is no such import."),
    },
)
def status(call: Call, session_id: str) -> Response:
    """Report the progress of an import."""
    return json_answer(call.account.resources.imports.status(session_id))


@ROUTES.add(
    "GET /contacts/email",
    summary="E-mail addresses of contacts",
    answers={200: json("The addresses.", Emails), 400: INVALID},
    query=EmailArguments(),
)
def emails(call: Call) -> Response:
    """Return the e-mail addresses of contacts."""
    account = call.account
    ids = [each.strip() for each in request.args.get("ids", "").split(",")]
    if not all(each.isascii() and each.isdigit() for each in ids):
        text = "ids must be contact ids, separated by commas, such as ids=1,2."
        raise WireError(400, "query_invalid", text)
    found = account.resources.contacts.emails([int(each[:18]) for each in ids])
    return json_answer({"results": as_list(found, account)})


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
    listed, custom = asked.get("contactFields"), asked.get("customFieldsIDs")
    options = ImportOptions(
        asked["dedupeOn"],
        asked.get("fieldId"),
        tuple(listed) if listed else None,
        tuple(custom) if custom else None,
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
