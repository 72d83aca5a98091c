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
    first_run,
    fixes,
    jump,
    messages,
    orders,
    preview,
    requests,
    rfm,
    rules,
    sign_in,
    simulate,
    try_it,
)
from mock_server.inspector.addresses import OF_ACCOUNTS, ROOT
from mock_server.inspector.pages import entry, frame, prepare
from mock_server.inspector.sign_in import Gate, is_page, lead_to_sign_in
from mock_server.inspector.try_it import Send

__all__ = ["ROOT", "is_page", "lead_to_sign_in", "register", "takes_file"]

_GROUPS = (
    events,
    fixes,
    first_run,
    jump,
    orders,
    contacts,
    messages,
    preview,
    requests,
    charts,
    rfm,
    rules,
    event_types,
    simulate,
    account_pages,
)


def takes_file(path: str) -> bool:
    """Return whether a form with a state or a seed is sent there."""
    return path.startswith(f"{OF_ACCOUNTS}/") and path.endswith(("/import", "/seed"))


def register(app: Flask, emulator: Emulator, send: Send, gate: Gate | None) -> None:
    """Register this door with the application; `/` leads to it.

    `send` is how Try it sends an event, `gate` knows the control token, if there is one.
    """
    prepare(app)
    pages, outside = frame(emulator), entry(emulator)
    for group in _GROUPS:
        group.add(pages, emulator)
    try_it.add(pages, emulator, send)
    sign_in.add(outside, gate)
    for blueprint in (pages, outside):
        sign_in.know_who_is_in(blueprint, gate)
        app.register_blueprint(blueprint)

    @app.get("/")
    def welcome() -> Response:
        there = {"Location": f"{ROOT}/"}
        return Response("The inspector is there.\n", 302, there, content_type="text/plain")
