"""The service about itself and the account (WIRE-09): version, balance, fields, bearer tokens."""

from flask import Response
from marshmallow import fields

from mock_server._version import __version__
from mock_server.api.calls import Call
from mock_server.api.responses import as_list, json_answer
from mock_server.documents.fields import Open, number, one, shape, text
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

_Version = shape("Version", version=text(), protocolVersion=text())
_AccountInfo = shape("AccountInfo", orgId=number(), userEmail=text(), organisationName=text())
_Balance = shape(
    "Balance",
    currentBalance=fields.Float(required=True),
    creditLimit=fields.Float(required=True),
    currency=text(),
    bonusEmails=number(),
    bonusSmses=number(),
)


@ROUTES.add("POST /v1/auth/token", json("The token.", {"type": "string"}))
def give_token(call: Call) -> Response:
    """Get a bearer token: for the methods of events; it does not expire."""
    return json_answer(call.account.resources.tokens.give())


@ROUTES.add("GET /v1/version /v2/version", json("The version.", _Version))
def version(call: Call) -> Response:
    """Version: that of the emulator."""
    _ = call.account
    return json_answer({"version": __version__, "protocolVersion": "1.0"})


@ROUTES.add("GET /v1/account/info", json("The owner.", _AccountInfo))
def account_info(call: Call) -> Response:
    """Account info: as the [settings](control.md#settings) have it."""
    settings = call.account.settings
    return json_answer(
        {
            "orgId": settings.org_id,
            "userEmail": settings.user_email,
            "organisationName": settings.organisation_name,
        }
    )


@ROUTES.add("GET /v1/balance", json("The balance.", _Balance))
def balance(call: Call) -> Response:
    """Balance: it never changes."""
    _ = call.account
    return json_answer(_BALANCE)


@ROUTES.add(
    "GET /v1/addressbooks", json("The fields.", shape("AddressBooks", addressBook=one(Open)))
)
def address_books(call: Call) -> Response:
    """Address book: the additional fields that contacts have brought."""
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
