"""Rule coverage: which rules the traffic has exercised."""

from __future__ import annotations

from mock_server.control.answers import Coverage
from mock_server.control.http import Call
from mock_server.emulator.reports.coverage import rule_coverage
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


@ROUTES.add(
    "GET /coverage",
    summary="Read the rule coverage",
    details="Which rules the events have exercised, and which never.",
    answers={200: json("The rules by whether they were exercised.", Coverage)},
)
def coverage(call: Call) -> Document:
    """Read the rule coverage."""
    return rule_coverage(call.account.exercised_rules())
