"""One contact, or a search for some: /contact, GET /contacts, subscriptions (CON)."""

from __future__ import annotations

from typing import Any

from flask import Response

from mock_server.api.answers import Category, Saved, Subscribed, WireContact, array, bare, paged
from mock_server.api.bodies import explain_answer, remarks_of, tell
from mock_server.api.calls import INVALID, Call
from mock_server.api.contact_schemas import (
    ContactSchema,
    DeleteSchema,
    SearchSchema,
    SubscribeSchema,
    SubscriptionsSchema,
    contact_of_subscription,
)
from mock_server.api.http import WireError, as_list, bare_text_answer, json_answer
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


_REMARKS = ("X-Mock-Warnings", "X-Mock-Notes", "X-Mock-Trace")
_UNKNOWN = plain_text("There is no such contact; the text says where to look.")
_REPEATED = plain_text("Repeated with the same body within a minute, and the account refuses that.")
_SAVED = Answer("The contact's id.", {JSON: Saved}, _REMARKS)
_DELETED = {200: bare("The contact is deleted."), 400: INVALID, 404: _UNKNOWN}


@ROUTES.add(
    "POST /contact",
    summary="Add or update a contact",
    answers={200: _SAVED, 400: INVALID, 409: _REPEATED},
    body=ContactSchema(),
)
def save(call: Call) -> Response:
    """Add a contact, or update the one it means."""
    account = call.account
    body = call.body()
    saved = account.resources.contacts.save(call.read(body))
    _tell(account, body, saved)
    return json_answer({"id": saved.contact_id})


@ROUTES.add(
    "GET /contact/<int:contact_id>",
    summary="Read a contact",
    answers={200: json("The contact.", WireContact), 404: _UNKNOWN},
)
def read(call: Call, contact_id: int) -> Response:
    """Read a contact."""
    return json_answer(call.account.resources.contacts.get(contact_id))


@ROUTES.add(
    "PUT /contact/<int:contact_id>",
    summary="Update a contact",
    answers={
        200: bare("The contact is updated.", *_REMARKS),
        400: INVALID,
        404: _UNKNOWN,
        409: _REPEATED,
    },
    body=ContactSchema(),
)
def update(call: Call, contact_id: int) -> Response:
    """Update a contact."""
    account = call.account
    body = call.body()
    saved = account.resources.contacts.update(contact_id, call.read(body))
    _tell(account, body, saved)
    return bare_text_answer(f"Contact with id='{contact_id}' has been updated")


@ROUTES.add(
    "DELETE /contact/<int:contact_id>",
    summary="Delete a contact",
    details="`erase=true`: for good.",
    answers=_DELETED,
    query=DeleteSchema(only=("erase",)),
)
def delete(call: Call, contact_id: int) -> Response:
    """Delete a contact."""
    contacts = call.account.resources.contacts
    contacts.delete(contact_id, erase=_erases(call))
    return bare_text_answer(f"Contact with id='{contact_id}' has been deleted")


@ROUTES.add(
    "DELETE /contact",
    summary="Delete the contact with an external ID",
    answers=_DELETED,
    query=DeleteSchema(),
)
def delete_by_external_id(call: Call) -> Response:
    """Delete the contact with an external ID."""
    contacts = call.account.resources.contacts
    asked = call.query()
    external_id = asked.get("externalCustomerId")
    if external_id is None:
        text = "externalCustomerId is missing. Send it in the query, or the id in the path."
        raise WireError(400, "query_invalid", text)
    contact_id = contacts.delete_by_external_id(external_id, erase=_erases(call))
    return bare_text_answer(f"Contact with id='{contact_id}' has been deleted")


@ROUTES.add(
    "POST /contact/subscribe",
    summary="Subscribe a contact",
    details="As a subscription form does.",
    answers={
        200: Answer("The subscribed contact.", {JSON: Subscribed}, _REMARKS),
        400: INVALID,
        409: _REPEATED,
    },
    body=SubscribeSchema(),
)
def subscribe(call: Call) -> Response:
    """Subscribe a contact."""
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


@ROUTES.add(
    "GET /contacts",
    summary="Search for contacts",
    answers={200: paged("The contacts that match.", WireContact), 400: INVALID},
    query=SearchSchema(),
)
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


@ROUTES.add(
    "GET /subscriptions",
    summary="Subscription categories",
    answers={200: json("The categories.", array(Category))},
)
def categories(call: Call) -> Response:
    """List the subscription categories."""
    return json_answer(call.account.resources.subscriptions.categories())


@ROUTES.add(
    "GET /contact/<int:contact_id>/subscriptions",
    summary="Subscription categories of a contact",
    answers={200: Answer("A list, or its one element (WIRE-10).", {JSON: None}), 404: _UNKNOWN},
)
def subscriptions(call: Call, contact_id: int) -> Response:
    """List the subscription categories of a contact."""
    account = call.account
    found = account.resources.subscriptions.of_contact(contact_id)
    return json_answer(as_list(found, account))


@ROUTES.add(
    "PUT /contact/<int:contact_id>/subscriptions",
    summary="Replace the subscription categories of a contact",
    answers={200: bare("The body is empty."), 400: INVALID, 404: _UNKNOWN},
    body=SubscriptionsSchema(),
)
def change_subscriptions(call: Call, contact_id: int) -> Response:
    """Give a contact these subscription categories and no others."""
    account = call.account
    asked = call.read(call.body())
    account.resources.subscriptions.replace(contact_id, asked["subscriptions"])
    return bare_text_answer("")


def _tell(account: Account, sent: Any, saved: contact_book.Saved) -> None:
    """Tell what was seen of a contact: as it was sent, and as it was found and changed."""
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
