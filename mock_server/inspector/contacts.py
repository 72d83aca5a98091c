"""Contacts: whom events can belong to; one added by hand, one deleted."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from mock_server import jsonio
from mock_server.emulator import Emulator
from mock_server.inspector.pages import PAGE_SIZE, account_of, offset, to

_FIELDS = ("email", "phone", "externalCustomerId", "contactKey", "firstName", "lastName")
# Text to search for, and the row and the column of a cell of the RFM grid.
_FILTERS = ("q", "sales", "since")


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/contacts")
    def contacts() -> str:
        account = account_of(emulator)
        asked = {name: request.args[name].strip() for name in _FILTERS if request.args.get(name)}
        q, cell = asked.get("q"), (asked.get("sales"), asked.get("since"))
        only = None if cell == (None, None) else account.analytics.rfm_contacts(*cell)
        found = account.contacts(q, limit=PAGE_SIZE, offset=offset(), only=only)
        return render_template(
            "inspector/contacts.html",
            page="contacts",
            found=found,
            asked=asked,
            numbers=account.analytics.contacts(each["id"] for each in found.items),
            gone=0 if only is None or q else len(only) - found.total,
            fields=_FIELDS,
            offset=offset(),
            size=PAGE_SIZE,
        )

    @pages.get("/contacts/<int:contact_id>")
    def contact(contact_id: int) -> str:
        account = account_of(emulator)
        found = account.contact(contact_id)
        shown = {name: each for name, each in found.items() if name not in ("orders", "events")}
        return render_template(
            "inspector/contact.html",
            page="contacts",
            contact=found,
            numbers=account.analytics.contacts([contact_id])[contact_id],
            raw=jsonio.pretty(shown),
        )

    @pages.post("/contacts")
    def add_contact() -> Response:
        short = {name: request.form[name] for name in _FIELDS if request.form.get(name, "").strip()}
        return to(f"/contacts/{account_of(emulator).add_contact(short)['id']}")

    @pages.post("/contacts/<int:contact_id>/delete")
    def delete_contact(contact_id: int) -> Response:
        erase = request.form.get("erase") == "yes"
        account_of(emulator).resources.contacts.delete(contact_id, erase=erase)
        return to("/contacts")
