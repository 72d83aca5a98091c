"""One contact, or a search for some: /contact, GET /contacts, subscriptions (CON)."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.api.access import account_of
from mock_server.api.bodies import explain, json_object, load, query, warn_of_contacts
from mock_server.api.contact_schemas import (
    ContactSchema,
    DeleteSchema,
    SearchSchema,
    SubscribeSchema,
    SubscriptionsSchema,
    contact_of_subscription,
)
from mock_server.api.http import WireError, as_list, bare_text_answer, json_answer
from mock_server.emulator import Account, Emulator

_CONTACT = ContactSchema()
_SUBSCRIBE = SubscribeSchema()
_SEARCH = SearchSchema()
_DELETE = DeleteSchema()
_SUBSCRIPTIONS = SubscriptionsSchema()
# The service's names of the conditions, and the state's.
_CONDITIONS = {
    "externalCustomerId": "externalCustomerId",
    "email": "email",
    "sms": "phone",
    "firstname": "firstName",
    "lastname": "lastName",
}


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("contacts", __name__, url_prefix="/api/v1")

    @routes.post("/contact")
    def save() -> Response:
        account = account_of(emulator)
        body = json_object(account)
        saved = account.resources.contacts.save(load(_CONTACT, body))
        _explain(account, saved.notes)
        warn_of_contacts(account, [body])
        return json_answer({"id": saved.contact_id})

    @routes.get("/contact/<int:contact_id>")
    def read(contact_id: int) -> Response:
        return json_answer(account_of(emulator).resources.contacts.get(contact_id))

    @routes.put("/contact/<int:contact_id>")
    def update(contact_id: int) -> Response:
        account = account_of(emulator)
        body = json_object(account)
        saved = account.resources.contacts.update(contact_id, load(_CONTACT, body))
        _explain(account, saved.notes)
        warn_of_contacts(account, [body])
        return bare_text_answer(f"Contact with id='{contact_id}' has been updated")

    @routes.delete("/contact/<int:contact_id>")
    def delete(contact_id: int) -> Response:
        contacts = account_of(emulator).resources.contacts
        contacts.delete(contact_id, erase=query(_DELETE).get("erase", False))
        return bare_text_answer(f"Contact with id='{contact_id}' has been deleted")

    @routes.delete("/contact")
    def delete_by_external_id() -> Response:
        contacts = account_of(emulator).resources.contacts
        asked = query(_DELETE)
        external_id = asked.get("externalCustomerId")
        if external_id is None:
            text = "externalCustomerId is missing. Send it in the query, or the id in the path."
            raise WireError(400, "query_invalid", text)
        contact_id = contacts.delete_by_external_id(external_id, erase=asked.get("erase", False))
        return bare_text_answer(f"Contact with id='{contact_id}' has been deleted")

    @routes.post("/contact/subscribe")
    def subscribe() -> Response:
        account = account_of(emulator)
        body = json_object(account)
        asked = load(_SUBSCRIBE, body)
        if "contact" not in asked:
            text = 'contact is missing. Send {"contact": {"channels": […]}}.'
            raise WireError(400, "body_invalid", text)
        saved = account.resources.contacts.subscribe(
            asked["contact"],
            asked.get("groups", ()),
            asked.get("subscriptions", ()),
            asked.get("formType"),
        )
        _explain(account, saved.notes)
        warn_of_contacts(account, [contact_of_subscription(body)])
        status = {} if saved.email_status is None else {"emailStatus": saved.email_status}
        return json_answer({"id": saved.contact_id, **status, "new": saved.is_new})

    @routes.get("/contacts")
    def search() -> Response:
        contacts = account_of(emulator).resources.contacts
        asked = query(_SEARCH)
        conditions = {ours: asked[name] for name, ours in _CONDITIONS.items() if name in asked}
        total, found = contacts.search(
            conditions, asked["startindex"], asked["maxrows"], by_id=asked.get("sortBy") is not None
        )
        answer = json_answer(found)
        answer.headers["TotalCount"] = str(total)
        return answer

    @routes.get("/subscriptions")
    def categories() -> Response:
        return json_answer(account_of(emulator).resources.subscriptions.categories())

    @routes.get("/contact/<int:contact_id>/subscriptions")
    def subscriptions(contact_id: int) -> Response:
        account = account_of(emulator)
        found = account.resources.subscriptions.of_contact(contact_id)
        return json_answer(as_list(found, account))

    @routes.put("/contact/<int:contact_id>/subscriptions")
    def change_subscriptions(contact_id: int) -> Response:
        account = account_of(emulator)
        asked = load(_SUBSCRIPTIONS, json_object(account))
        account.resources.subscriptions.replace(contact_id, asked["subscriptions"])
        return bare_text_answer("")

    return routes


def _explain(account: Account, notes: tuple[str, ...]) -> None:
    explain(account, "X-Mock-Notes", "; ".join(notes))
