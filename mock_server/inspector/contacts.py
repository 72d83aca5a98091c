"""Contacts: whom events can belong to; one added by hand, one deleted."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from mock_server import jsonio
from mock_server.emulator import Emulator, EventQuery
from mock_server.inspector.pages import PAGE_SIZE, account_of, confirmed, offset, to

_FIELDS = ("email", "phone", "externalCustomerId", "contactKey", "firstName", "lastName")


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/contacts")
    def contacts() -> str:
        account = account_of(emulator)
        asked = {"q": request.args["q"].strip()} if request.args.get("q") else {}
        found = account.contacts(**asked, limit=PAGE_SIZE, offset=offset())
        numbers = {
            each["id"]: (
                account.orders(contact=str(each["id"]), limit=1).total,
                account.events(EventQuery(contact=each["id"], limit=1)).total,
            )
            for each in found.items
        }
        return render_template(
            "inspector/contacts.html",
            page="contacts",
            found=found,
            asked=asked,
            numbers=numbers,
            fields=_FIELDS,
            offset=offset(),
            size=PAGE_SIZE,
        )

    @pages.get("/contacts/<int:contact_id>")
    def contact(contact_id: int) -> str:
        found = account_of(emulator).contact(contact_id)
        shown = {name: each for name, each in found.items() if name not in ("orders", "events")}
        return render_template(
            "inspector/contact.html", page="contacts", contact=found, raw=jsonio.pretty(shown)
        )

    @pages.post("/contacts")
    def add_contact() -> Response:
        short = {name: request.form[name] for name in _FIELDS if request.form.get(name, "").strip()}
        return to(f"/contacts/{account_of(emulator).add_contact(short)['id']}")

    @pages.post("/contacts/<int:contact_id>/delete")
    def delete_contact(contact_id: int) -> Response:
        confirmed("deleted", "Yes, delete it")
        erase = request.form.get("erase") == "yes"
        account_of(emulator).resources.contacts.delete(contact_id, erase=erase)
        return to("/contacts")
