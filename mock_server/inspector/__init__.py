"""The door for people: what the emulator holds and why, in a browser, under `/_mock/ui/`."""

from importlib import import_module

from flask import Flask, Response

from mock_server.emulator import Emulator
from mock_server.inspector.addresses import ROOT
from mock_server.inspector.pages import Gate, Here, Send, open_pages
from mock_server.inspector.sign_in import lead_to_sign_in

# The modules with pages: to import one adds its routes.
for _each in (
    "account_pages charts contacts event_types events fixes jump messages orders preview"
    " requests rules simulate try_it"
).split():
    import_module(f"{__name__}.{_each}")


def register(app: Flask, emulator: Emulator, send: Send, gate: Gate | None) -> None:
    """Register this door; `send` sends events, `gate` knows the control token, if any."""
    open_pages(app, Here(emulator, send, gate))

    @app.get("/")
    def welcome() -> Response:
        there = {"Location": f"{ROOT}/"}
        return Response("The inspector is there.\n", 302, there, content_type="text/plain")
