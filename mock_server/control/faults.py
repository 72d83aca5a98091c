"""Faults: what shall go wrong, listed, added and taken back."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.control.http import account_of, answer, body
from mock_server.emulator import Emulator


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_faults", __name__, url_prefix="/_mock")

    @routes.get("/faults")
    def faults() -> Response:
        found = account_of(emulator).faults.documents()
        return answer({"total": len(found), "faults": found})

    @routes.post("/faults")
    def add_fault() -> Response:
        faults = account_of(emulator).faults
        return answer(faults.fault(faults.add(body())), 201)

    @routes.delete("/faults")
    def remove_faults() -> Response:
        account_of(emulator).faults.clear()
        return answer({"status": "ok"})

    @routes.delete("/faults/<int:fault_id>")
    def remove_fault(fault_id: int) -> Response:
        account_of(emulator).faults.remove(fault_id)
        return answer({"status": "ok"})

    return routes
