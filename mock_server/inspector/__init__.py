"""The door for people: what the emulator holds and why, in a browser, under `/_mock/ui/`."""

from __future__ import annotations

from flask import Flask, Response

from mock_server.emulator import Emulator
from mock_server.inspector import (
    account_pages,
    charts,
    contacts,
    event_types,
    events,
    orders,
    rfm,
    rules,
    sign_in,
    try_it,
)
from mock_server.inspector.pages import ROOT, frame
from mock_server.inspector.sign_in import Gate, is_page, lead_to_sign_in
from mock_server.inspector.try_it import Send

__all__ = ["ROOT", "hang", "is_page", "lead_to_sign_in"]


def hang(app: Flask, emulator: Emulator, send: Send, gate: Gate | None) -> None:
    """Hang this door into the application; `/` leads to it.

    `send` is how Try it sends an event, `gate` knows the control token (None: there is none).
    """
    pages = frame(emulator)
    for group in (events, orders, contacts, event_types, charts, rfm, rules, account_pages):
        group.add(pages, emulator)
    try_it.add(pages, emulator, send)
    sign_in.add(pages, gate)
    app.register_blueprint(pages)

    @app.get("/")
    def welcome() -> Response:
        there = {"Location": f"{ROOT}/"}
        return Response("The inspector is there.\n", 302, there, content_type="text/plain")
