"""One contact, or a search for some: /contact, GET /contacts, subscriptions (CON)."""

from typing import Any

from flask import Response
from marshmallow import fields

from mock_server.api.calls import (
    Call,
    WireContact,
    array,
    bare,
    explain_answer,
    paged,
    remarks_of,
    tell,
)
from mock_server.api.contact_schemas import (
    ContactSchema,
    DeleteSchema,
    EmailsSchema,
    SearchSchema,
    SubscribeSchema,
    SubscriptionsSchema,
    contact_of_subscription,
)
from mock_server.api.http import WireError
from mock_server.api.responses import as_list, bare_text_answer, empty_answer, json_answer
from mock_server.documents.fields import flag, number, shape, text
from mock_server.emulator import Account
from mock_server.emulator.resources import contact_book
from mock_server.routes import JSON, Answer, Routes, json, plain_text
from mock_server.rules.trace import Trace
from mock_server.rules.values import show

ROUTES = Routes("/api/v1")

# The service's names of the conditions, and the state's.
_CONDITIONS = {
    "externalCustomerId": "externalCustomerId",
    "email": "email",
    "sms": "phone",
    "firstname": "firstName",
    "lastname": "lastName",
}

# `emailStatus` is there when the contact has an e-mail address.
_Subscribed = shape("Subscribed", id=number(), emailStatus=fields.String(), new=flag())
_Category = shape(
    "Category",
    id=number(),
    key=text(),
    groupId=number(),
    contactsCount=number(),
    createdDate=text(),
    updatedDate=text(),
    name=text(),
)
_REMARKS = ("X-Mock-Warnings", "X-Mock-Notes", "X-Mock-Trace")
_UNKNOWN = plain_text("The contact does not exist; the text says where to look.")
_REPEATED = plain_text("Repeated with the same body within a minute, and the account refuses that.")
_DELETED = {200: bare("The contact is deleted."), 404: _UNKNOWN}
_DONE = Answer("Done; the body is empty.")
_EMAILS = EmailsSchema()


@ROUTES.add(
    "POST /contact",
    {
        200: Answer("The contact's id.", {JSON: shape("Saved", id=number())}, _REMARKS),
        409: _REPEATED,
    },
    body=ContactSchema(),
)
def save(call: Call) -> Response:
    """Add or update a contact."""
    body = call.body()
    saved = call.account.resources.contacts.save(call.read(body))
    _tell(call.account, body, saved)
    return json_answer({"id": saved.contact_id})


@ROUTES.add(
    "GET /contact/<int:contact_id>", {200: json("The contact.", WireContact), 404: _UNKNOWN}
)
def read(call: Call, contact_id: int) -> Response:
    """Read a contact."""
    return json_answer(call.account.resources.contacts.get(contact_id))


@ROUTES.add(
    "PUT /contact/<int:contact_id>",
    {200: bare("The contact is updated.", *_REMARKS), 404: _UNKNOWN, 409: _REPEATED},
    body=ContactSchema(),
)
def update(call: Call, contact_id: int) -> Response:
    """Update a contact."""
    body = call.body()
    saved = call.account.resources.contacts.update(contact_id, call.read(body))
    _tell(call.account, body, saved)
    return bare_text_answer(f"Contact with id='{contact_id}' has been updated")


@ROUTES.add("DELETE /contact/<int:contact_id>", _DELETED, query=DeleteSchema(only=("erase",)))
def delete(call: Call, contact_id: int) -> Response:
    """Delete a contact. `erase=true`: for good."""
    call.account.resources.contacts.delete(contact_id, erase=_erases(call))
    return bare_text_answer(f"Contact with id='{contact_id}' has been deleted")


@ROUTES.add("DELETE /contact", _DELETED, query=DeleteSchema())
def delete_by_external_id(call: Call) -> Response:
    """Delete the contact with an external ID."""
    contacts = call.account.resources.contacts
    external_id = call.query().get("externalCustomerId")
    if external_id is None:
        text = "externalCustomerId is missing. Send it in the query, or the id in the path."
        raise WireError(400, "query_invalid", text)
    contact_id = contacts.delete_by_external_id(external_id, erase=_erases(call))
    return bare_text_answer(f"Contact with id='{contact_id}' has been deleted")


@ROUTES.add(
    "POST /contact/subscribe",
    {200: Answer("The subscribed contact.", {JSON: _Subscribed}, _REMARKS), 409: _REPEATED},
    body=SubscribeSchema(),
)
def subscribe(call: Call) -> Response:
    """Subscribe a contact: as a subscription form does."""
    account = call.account
    body = call.body()
    asked = call.read(body)
    if "contact" not in asked:
        text = 'contact is missing. Send {"contact": {"channels": […]}}.'
        raise WireError(400, "body_invalid", text)
    saved = account.resources.contacts.subscribe(
        asked["contact"],
        asked.get("groups", ()),
        asked.get("subscriptions", ()),
        asked.get("formType"),
    )
    _tell(account, contact_of_subscription(body), saved)
    status = {} if saved.email_status is None else {"emailStatus": saved.email_status}
    return json_answer({"id": saved.contact_id, **status, "new": saved.is_new})


@ROUTES.add("GET /contacts", paged("The contacts that match.", WireContact), query=SearchSchema())
def search(call: Call) -> Response:
    """Search for contacts."""
    contacts = call.account.resources.contacts
    asked = call.query()
    conditions = {ours: asked[name] for name, ours in _CONDITIONS.items() if name in asked}
    total, found = contacts.search(
        conditions, asked["startindex"], asked["maxrows"], by_id=asked.get("sortBy") is not None
    )
    answer = json_answer(found)
    answer.headers["TotalCount"] = str(total)
    return answer


@ROUTES.add("GET /subscriptions", json("The categories.", array(_Category)))
def categories(call: Call) -> Response:
    """Subscription categories."""
    return json_answer(call.account.resources.subscriptions.categories())


@ROUTES.add(
    "GET /contact/<int:contact_id>/subscriptions",
    {200: bare("A list, or its one element (WIRE-10)."), 404: _UNKNOWN},
)
def subscriptions(call: Call, contact_id: int) -> Response:
    """Subscription categories of a contact."""
    found = call.account.resources.subscriptions.of_contact(contact_id)
    return json_answer(as_list(found, call.account))


@ROUTES.add(
    "PUT /contact/<int:contact_id>/subscriptions",
    {200: bare("The body is empty."), 404: _UNKNOWN},
    body=SubscriptionsSchema(),
)
def change_subscriptions(call: Call, contact_id: int) -> Response:
    """Replace the subscription categories of a contact."""
    call.account.resources.subscriptions.replace(contact_id, call.read()["subscriptions"])
    return bare_text_answer("")


@ROUTES.add("POST /emails/unsubscribed/add", _DONE, body=_EMAILS)
def add_unsubscribed(call: Call) -> Response:
    """Add to the unsubscribed addresses."""
    call.account.resources.unsubscribed.add(call.read()["emails"])
    return empty_answer()


@ROUTES.add("POST /emails/unsubscribed/delete", _DONE, body=_EMAILS)
def remove_unsubscribed(call: Call) -> Response:
    """Remove from the unsubscribed addresses."""
    call.account.resources.unsubscribed.remove(call.read()["emails"])
    return empty_answer()


def _tell(account: Account, sent: Any, saved: contact_book.Saved) -> None:
    trace = remarks_of([sent])
    trace.take(saved.trace)
    tell(account, trace)
    explain_answer(account, "X-Mock-Trace", "; ".join(step.message for step in saved.trace.steps))


def _erases(call: Call) -> bool:
    """CON-16: whether a contact is to be erased; a value that is not `true` is noted."""
    value = call.query().get("erase")
    trace = Trace()
    if value is not None and value.lower() not in ("true", "false"):
        trace.say("CON-16/erase_value", "erase", value=show(value))
    tell(call.account, trace)
    return value is not None and value.lower() == "true"
