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
    try_it,
)
from mock_server.inspector.pages import ROOT, frame

__all__ = ["ROOT", "hang"]


def hang(app: Flask, emulator: Emulator) -> None:
    """Hang this door into the application; `/` leads to it."""
    pages = frame(emulator)
    for group in (events, orders, contacts, event_types, charts, rfm, try_it, rules, account_pages):
        group.add(pages, emulator)
    app.register_blueprint(pages)

    @app.get("/")
    def welcome() -> Response:
        there = {"Location": f"{ROOT}/"}
        return Response("The inspector is there.\n", 302, there, content_type="text/plain")
