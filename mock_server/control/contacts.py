"""Contacts: listing, one with its orders and events, and adding one in the short form."""

from __future__ import annotations

from marshmallow import fields

from mock_server.control.answers import ListedContact, WholeContact, listed
from mock_server.control.http import Call, PageArguments
from mock_server.documents.contacts import Contact
from mock_server.emulator.schemas import ShortContactSchema
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


class ContactArguments(PageArguments):
    """The filters of the contact list."""

    q = fields.String()


@ROUTES.add(
    "GET /contacts",
    summary="List contacts, newest first",
    details="Each with how many others share its addresses.",
    answers={200: json("The contacts that match.", listed("contacts", ListedContact))},
    query=ContactArguments(),
)
def contacts(call: Call) -> Document:
    """List the contacts that match."""
    account = call.account
    page = account.contacts(**call.query)
    shown = [{**each, "sharedAddresses": account.shared_addresses(each)} for each in page.items]
    return {"total": page.total, "contacts": shown}


@ROUTES.add(
    "GET /contacts/<int:contact_id>",
    summary="Read one contact",
    details="With its newest orders and events.",
    answers={200: json("The contact.", WholeContact)},
)
def contact(call: Call, contact_id: int) -> Document:
    """Read one contact with its newest orders and events."""
    return call.account.contact(contact_id)


@ROUTES.add(
    "POST /contacts",
    summary="Add or update a contact",
    details="In the short form for tests, any subset of the fields.",
    answers={200: json("The contact as it is now.", Contact)},
    body=ShortContactSchema(),
)
def add_contact(call: Call) -> Document:
    """Add a contact, or update the one it means."""
    return call.account.add_contact(call.body())
