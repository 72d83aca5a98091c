"""Schemathesis calls every route of both parts with a fixed budget of made-up requests."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from werkzeug.test import Client

from mock_server.emulator import Emulator
from mock_server.frame.app import Doors

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis needs Python 3.11")
checks = schemathesis.checks

_EMULATOR = Emulator(max_events=500)
_APP = Doors(_EMULATOR)
_SCHEMA = schemathesis.openapi.from_wsgi("/_mock/openapi.json", _APP)
_SCHEMA.config.phases.coverage.enabled = False  # hundreds of requests to each route
_BUDGET = settings(
    max_examples=settings.default.max_examples // 10,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
_HEADERS = {"Authorization": "Basic YW55OmtleQ=="}


@pytest.fixture(autouse=True)
def reset():
    """Each route is called on an account that holds an order."""
    Client(_APP).put("/_mock/state", json={})
    account = _EMULATOR.account()
    account.reset()
    order = {
        "externalOrderId": "1",
        "status": "DELIVERED",
        "date": "2026-01-31T12:00:00",
        "totalCost": "10.00",
        "phone": "380501234567",
    }
    account.seed({"contacts": [{"phone": "380501234567"}], "orders": [order]})


@_SCHEMA.exclude(path=["/_mock/events/wait", "/_mock/outbox/wait"]).parametrize()
@_BUDGET
def test_answers_are_as_documented(case):
    answer = case.call(headers=_HEADERS)
    declared = [
        checks.not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
    ]
    if not _is_bare(case, answer):
        declared.append(checks.response_schema_conformance)
    case.validate_response(answer, checks=declared)


def _is_bare(case, answer) -> bool:
    """Whether the document declares a text under the content type of JSON (WIRE-04)."""
    declared = case.operation.definition.raw["responses"].get(str(answer.status_code), {})
    return declared.get("content", {}).get("application/json", {}).get("schema") == {}
