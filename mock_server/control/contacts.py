"""Contacts: listing, one with its orders and events, and adding one in the short form."""

from __future__ import annotations

from flask import Blueprint, Response
from marshmallow import fields

from mock_server.control.http import PageArguments, account_of, answer, arguments, body
from mock_server.emulator import Emulator


class ContactArguments(PageArguments):
    """The filters of the contact list."""

    q = fields.String()


_LIST = ContactArguments()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_contacts", __name__, url_prefix="/_mock")

    @routes.get("/contacts")
    def contacts() -> Response:
        page = account_of(emulator).contacts(**arguments(_LIST))
        return answer({"total": page.total, "contacts": page.items})

    @routes.get("/contacts/<int:contact_id>")
    def contact(contact_id: int) -> Response:
        return answer(account_of(emulator).contact(contact_id))

    @routes.post("/contacts")
    def add_contact() -> Response:
        return answer(account_of(emulator).add_contact(body()))

    return routes
