"""An account's orders, contacts, event types and settings."""

from dataclasses import asdict

from marshmallow import fields

from mock_server.control import answers
from mock_server.control.answers import in_whole, listed
from mock_server.control.http import Call, PageArguments
from mock_server.documents.accounts import Settings
from mock_server.documents.contacts import Contact
from mock_server.documents.fields import shape
from mock_server.documents.orders import Order
from mock_server.emulator import NotFoundError
from mock_server.emulator.schemas import EventTypeSchema, SettingsSchema, ShortContactSchema
from mock_server.model import ORDER_STATUSES, Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")

_SETTINGS = json("The settings as they are now.", Settings)
_ORDER_FILTERS = shape(
    "OrderArguments",
    PageArguments,
    status=fields.String(metadata={"enum": list(ORDER_STATUSES)}),
    contact=fields.String(),
    q=fields.String(),
)


@ROUTES.add(
    "GET /orders", json("The orders that match.", listed("orders", Order)), query=_ORDER_FILTERS()
)
def orders(call: Call) -> Document:
    """List orders, newest first."""
    page = call.account.orders(**call.query)
    return {"total": page.total, "orders": page.items}


@ROUTES.add("GET /orders/<text:external_order_id>", json("The order.", Order))
def order(call: Call, external_order_id: str) -> Document:
    """Read one order: with its history."""
    return call.account.order(external_order_id)


@ROUTES.add(
    "GET /contacts",
    json("The contacts that match.", listed("contacts", answers.ListedContact)),
    query=shape("ContactArguments", PageArguments, q=fields.String())(),
)
def contacts(call: Call) -> Document:
    """List contacts, newest first: each with how many others share its addresses."""
    account = call.account
    page = account.contacts(**call.query)
    shown = [{**each, "sharedAddresses": account.shared_addresses(each)} for each in page.items]
    return {"total": page.total, "contacts": shown}


@ROUTES.add("GET /contacts/<text:contact_id>", json("The contact.", answers.WholeContact))
def contact(call: Call, contact_id: str) -> Document:
    """Read one contact: by its id or any identifier, with its newest orders and events."""
    account = call.account
    found = account.contact_id_of(contact_id)
    if found >= 0:
        return account.contact(found)
    raise NotFoundError(
        f"There is no contact {contact_id}. GET /_mock/contacts lists all contacts."
    )


@ROUTES.add("POST /contacts", json("The contact as it is now.", Contact), body=ShortContactSchema())
def add_contact(call: Call) -> Document:
    """Add or update a contact: in the short form for tests, any subset of the fields."""
    return call.account.add_contact(call.body())


@ROUTES.add(
    "GET /event-types", json("The event types.", listed("eventTypes", answers.CountedEventType))
)
def event_types(call: Call) -> Document:
    """List the event types: each with its switches and how many events it has."""
    return in_whole("eventTypes", call.account.event_types())


@ROUTES.add(
    "PUT /event-types/<text:key>",
    json("The event type as it is now.", answers.CountedEventType),
    body=EventTypeSchema(),
)
def change_event_type(call: Call, key: str) -> Document:
    """Set the switches of an event type: any subset of them; one that is new is created."""
    return call.account.change_event_type(key, call.body())


@ROUTES.add("GET /settings", _SETTINGS)
def settings(call: Call) -> Document:
    """Read the settings: the account's [settings](#settings)."""
    return asdict(call.account.settings)


@ROUTES.add("PATCH /settings", _SETTINGS, body=SettingsSchema())
def change_settings(call: Call) -> Document:
    """Change settings: any subset of them."""
    return asdict(call.account.change_settings(call.body()))
