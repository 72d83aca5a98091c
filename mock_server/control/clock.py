"""The clock of an account: read, frozen, moved, and set back to real time."""

from __future__ import annotations

from mock_server.control.answers import Clock
from mock_server.control.http import Call
from mock_server.emulator import change_clock, clock_document
from mock_server.emulator.clock_times import ClockSchema
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")

_NOW = {200: json("The clock as it is now.", Clock)}


@ROUTES.add("GET /clock", summary="Read the clock", details="See [clock](clock.md).", answers=_NOW)
def clock(call: Call) -> Document:
    """Read the account's clock."""
    return clock_document(call.account.clock)


@ROUTES.add(
    "PUT /clock",
    summary="Freeze or move the clock",
    details='`{"now"}` freezes it, `{"advance"}` moves it.',
    answers=_NOW,
    body=ClockSchema(),
)
def set_clock(call: Call) -> Document:
    """Freeze or move the account's clock."""
    account = call.account
    changes = call.body()
    with account.paused():
        change_clock(account.clock, changes)
    return clock_document(account.clock)


@ROUTES.add("DELETE /clock", summary="Return the clock to real time", answers=_NOW)
def resume_clock(call: Call) -> Document:
    """Return the account's clock to real time."""
    account = call.account
    with account.paused():
        account.clock.resume()
    return clock_document(account.clock)
