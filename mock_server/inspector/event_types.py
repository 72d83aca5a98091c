"""Event types: counts, the two switches of the vendor's screen, and required parameters."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from mock_server.emulator import Emulator
from mock_server.inspector.pages import account_of, to


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/event-types")
    def event_types() -> str:
        found = account_of(emulator).event_types()
        return render_template("inspector/event_types.html", page="event-types", types=found)

    @pages.post("/event-types")
    def change_event_type() -> Response:
        names = request.form.get("params", "").replace(",", " ").split()
        account, key = account_of(emulator), request.form.get("eventTypeKey", "")
        known = next((each for each in account.event_types() if each["eventTypeKey"] == key), {})
        optional = [
            each
            for each in known.get("params") or ()
            if not each["required"] and each["name"] not in names
        ]
        changes = {
            "segmentation": "segmentation" in request.form,
            "validateParams": "validateParams" in request.form,
            "params": [
                *({"name": each, "required": True} for each in dict.fromkeys(names)),
                *optional,
            ],
        }
        account.change_event_type(key, changes)
        return to("/event-types")

    @pages.post("/event-types/new")
    def add_event_type() -> Response:
        key = request.form.get("eventTypeKey", "").strip()
        switches = {"segmentation": "segmentation" in request.form}
        account_of(emulator).change_event_type(key, switches, is_new=True)
        return to("/event-types")
