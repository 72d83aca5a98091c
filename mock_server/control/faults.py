"""Faults: listed, injected and removed."""

from __future__ import annotations

from mock_server.control.answers import DONE, OK, Fault, listed
from mock_server.control.http import Call
from mock_server.emulator.traffic.faults import FaultSchema
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


@ROUTES.add(
    "GET /faults",
    summary="List the faults",
    details="Each with how many requests it met, hit and will still hit: [faults](faults.md).",
    answers={200: json("The faults.", listed("faults", Fault))},
)
def faults(call: Call) -> Document:
    """List the faults."""
    found = call.account.faults.documents()
    return {"total": len(found), "faults": found}


@ROUTES.add(
    "POST /faults",
    summary="Inject a fault",
    answers={201: json("The fault as it was taken.", Fault)},
    body=FaultSchema(),
)
def add_fault(call: Call) -> Document:
    """Inject a fault."""
    faults = call.account.faults
    return faults.fault(faults.add(call.body()))


@ROUTES.add("DELETE /faults", summary="Remove all faults", answers=DONE)
def remove_faults(call: Call) -> Document:
    """Remove all faults."""
    call.account.faults.clear()
    return OK


@ROUTES.add("DELETE /faults/<int:fault_id>", summary="Remove a fault", answers=DONE)
def remove_fault(call: Call, fault_id: int) -> Document:
    """Remove a fault."""
    call.account.faults.remove(fault_id)
    return OK
