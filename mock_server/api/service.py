"""What the service says of itself and of the account (WIRE-09), of money and additional fields."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server._version import __version__
from mock_server.api.access import account_of
from mock_server.api.http import as_list, json_answer
from mock_server.emulator import Emulator
from mock_server.model import Document

# The emulator sends nothing that costs, so the balance stands still.
_BALANCE = {
    "currentBalance": 1000.0,
    "creditLimit": 0.0,
    "currency": "UAH",
    "bonusEmails": 10_000,
    "bonusSmses": 0,
}
_ADDRESS_BOOK_ID = 1


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("service", __name__)

    @routes.get("/api/v1/version")
    @routes.get("/api/v2/version")
    def version() -> Response:
        account_of(emulator)
        return json_answer({"version": __version__, "protocolVersion": "1.0"})

    @routes.get("/api/v1/account/info")
    def account_info() -> Response:
        settings = account_of(emulator).settings
        return json_answer(
            {
                "orgId": settings.org_id,
                "userEmail": settings.user_email,
                "organisationName": settings.organisation_name,
            }
        )

    @routes.get("/api/v1/balance")
    def balance() -> Response:
        account_of(emulator)
        return json_answer(_BALANCE)

    @routes.get("/api/v1/addressbooks")
    def address_books() -> Response:
        account = account_of(emulator)
        ids = account.resources.contacts.additional_fields()
        group = {
            "name": "Additional fields",
            "profileKey": "ADDITIONAL",
            "fields": as_list([_field(each) for each in ids], account),
        }
        groups = as_list([group], account)
        book = {"addressBookId": _ADDRESS_BOOK_ID, "name": "Contacts", "fieldGroups": groups}
        return json_answer({"addressBook": book})

    return routes


def _field(field_id: int) -> Document:
    """An additional field that some contact has brought: that is all there is to know of it."""
    description = {"type": "TEXTFIELD", "required": False, "readonly": False}
    return {
        "id": field_id,
        "name": f"Field {field_id}",
        "fieldKey": f"FIELD_{field_id}",
        "description": description,
    }
