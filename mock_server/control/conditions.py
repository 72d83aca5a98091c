"""What a test makes happen: faults, and the clock of an account."""

from mock_server.control.answers import DONE, OK, Clock, Fault, in_whole, listed
from mock_server.control.http import Call
from mock_server.emulator import change_clock, clock_document
from mock_server.emulator.clock import ClockSchema
from mock_server.emulator.traffic.faults import FaultSchema
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")

_NOW = json("The clock as it is now.", Clock)


@ROUTES.add("GET /faults", json("The faults.", listed("faults", Fault)))
def faults(call: Call) -> Document:
    """List the faults.

    Each with how many requests it met, hit and will still hit: [faults](faults.md).
    """
    return in_whole("faults", call.account.faults.documents())


@ROUTES.add("POST /faults", {201: json("The fault as it was taken.", Fault)}, body=FaultSchema())
def add_fault(call: Call) -> Document:
    """Inject a fault."""
    faults = call.account.faults
    return faults.fault(faults.add(call.body()))


@ROUTES.add("DELETE /faults", DONE)
def remove_faults(call: Call) -> Document:
    """Remove all faults."""
    call.account.faults.clear()
    return OK


@ROUTES.add("DELETE /faults/<int:fault_id>", DONE)
def remove_fault(call: Call, fault_id: int) -> Document:
    """Remove a fault."""
    call.account.faults.remove(fault_id)
    return OK


@ROUTES.add("GET /clock", _NOW)
def clock(call: Call) -> Document:
    """Read the clock. See [clock](clock.md)."""
    return clock_document(call.account.clock)


@ROUTES.add("PUT /clock", _NOW, body=ClockSchema())
def set_clock(call: Call) -> Document:
    """Freeze or move the clock: `{"now"}` freezes it, `{"advance"}` moves it."""
    account = call.account
    changes = call.body()
    with account.paused():
        change_clock(account.clock, changes)
    return clock_document(account.clock)


@ROUTES.add("DELETE /clock", _NOW)
def resume_clock(call: Call) -> Document:
    """Return the clock to real time."""
    account = call.account
    with account.paused():
        account.clock.resume()
    return clock_document(account.clock)
