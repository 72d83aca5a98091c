"""The service about itself and the account (WIRE-09), the balance and the additional fields."""

from __future__ import annotations

from flask import Response

from mock_server._version import __version__
from mock_server.api import answers
from mock_server.api.calls import Call
from mock_server.api.http import as_list, json_answer
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/api")

# The emulator sends nothing that costs money, so the balance never changes.
_BALANCE = {
    "currentBalance": 1000.0,
    "creditLimit": 0.0,
    "currency": "UAH",
    "bonusEmails": 10_000,
    "bonusSmses": 0,
}
_ADDRESS_BOOK_ID = 1


@ROUTES.add(
    "GET /v1/version",
    "GET /v2/version",
    summary="Version",
    details="That of the emulator.",
    answers={200: json("The version.", answers.Version)},
)
def version(call: Call) -> Response:
    """Say which version this is."""
    _ = call.account
    return json_answer({"version": __version__, "protocolVersion": "1.0"})


@ROUTES.add(
    "GET /v1/account/info",
    summary="Account info",
    details="As the [settings](control.md#settings) have it.",
    answers={200: json("The owner.", answers.AccountInfo)},
)
def account_info(call: Call) -> Response:
    """Describe the account."""
    settings = call.account.settings
    return json_answer(
        {
            "orgId": settings.org_id,
            "userEmail": settings.user_email,
            "organisationName": settings.organisation_name,
        }
    )


@ROUTES.add(
    "GET /v1/balance",
    summary="Balance",
    details="It never changes.",
    answers={200: json("The balance.", answers.Balance)},
)
def balance(call: Call) -> Response:
    """Give the balance."""
    _ = call.account
    return json_answer(_BALANCE)


@ROUTES.add(
    "GET /v1/addressbooks",
    summary="Address book",
    details="The additional fields that contacts have brought.",
    answers={200: json("The fields.", answers.AddressBooks)},
)
def address_books(call: Call) -> Response:
    """Give the address book."""
    account = call.account
    ids = account.resources.contacts.additional_fields()
    group = {
        "name": "Additional fields",
        "profileKey": "ADDITIONAL",
        "fields": as_list([_field(each) for each in ids], account),
    }
    groups = as_list([group], account)
    book = {"addressBookId": _ADDRESS_BOOK_ID, "name": "Contacts", "fieldGroups": groups}
    return json_answer({"addressBook": book})


def _field(field_id: int) -> Document:
    """Describe an additional field, of which only the id that contacts have brought is known."""
    description = {"type": "TEXTFIELD", "required": False, "readonly": False}
    return {
        "id": field_id,
        "name": f"Field {field_id}",
        "fieldKey": f"FIELD_{field_id}",
        "description": description,
    }
