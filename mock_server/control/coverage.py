"""Rule coverage: which rules the traffic has exercised."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.control.http import account_of, answer
from mock_server.emulator import Emulator
from mock_server.emulator.reports.coverage import rule_coverage


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_coverage", __name__, url_prefix="/_mock")

    @routes.get("/coverage")
    def coverage() -> Response:
        return answer(rule_coverage(account_of(emulator).exercised_rules()))

    return routes
