"""Many contacts at once: POST /contacts, its import status, and e-mail addresses (CON-07)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from marshmallow import ValidationError

from mock_server.api.access import account_of
from mock_server.api.bodies import array_of, json_object, load, told, warn_of_contacts
from mock_server.api.contact_schemas import BulkContactsSchema, ContactSchema
from mock_server.api.http import WireError, as_list, json_answer, note_failures
from mock_server.emulator import Emulator
from mock_server.emulator.resources.contact_imports import ImportItem, ImportJob
from mock_server.emulator.vocabulary import MAX_CONTACTS, ImportOptions

MAX_MEMBERSHIPS = 30_000
"""Places in groups that one request may change: others have to wait for it (our decision)."""

_CONTACT = ContactSchema()
_BULK = BulkContactsSchema()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("bulk_contacts", __name__, url_prefix="/api/v1")

    @routes.post("/contacts")
    def add() -> Response:
        account = account_of(emulator)
        body = json_object(account)
        contacts = array_of(body, "contacts", MAX_CONTACTS)
        job = _job(contacts, load(_BULK, body))
        result = account.resources.imports.run(job)
        warn_of_contacts(account, contacts)
        errors = [each["error"] for each in result.failed]
        note_failures(request.environ, "failed_contacts", errors)
        return json_answer(
            {
                "id": 0,
                "asyncSessionId": result.session_id,
                "failedContacts": as_list(result.failed, account),
            }
        )

    @routes.get("/importstatus/<session_id>")
    def status(session_id: str) -> Response:
        return json_answer(account_of(emulator).resources.imports.status(session_id))

    @routes.get("/contacts/email")
    def emails() -> Response:
        account = account_of(emulator)
        ids = [each.strip() for each in request.args.get("ids", "").split(",")]
        if not all(each.isascii() and each.isdigit() for each in ids):
            text = "ids must be contact ids, separated by commas, such as ids=1,2."
            raise WireError(400, "query_invalid", text)
        found = account.resources.contacts.emails([int(each[:18]) for each in ids])
        return json_answer({"results": as_list(found, account)})

    return routes


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
        return ImportItem(raw, error=told(error))
