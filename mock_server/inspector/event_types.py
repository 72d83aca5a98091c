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
        changes = {
            "segmentation": "segmentation" in request.form,
            "validateParams": "validateParams" in request.form,
            "params": [{"name": each, "required": True} for each in dict.fromkeys(names)],
        }
        account_of(emulator).change_event_type(request.form.get("eventTypeKey", ""), changes)
        return to("/event-types")
