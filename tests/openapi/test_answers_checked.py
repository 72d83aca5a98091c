"""The check of every answer sees what it is there to see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from answers_checked import fault_of

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain; charset=utf-8"}
CLOCK = ("GET", "/_mock/clock")
CONTACT = ("POST", "/api/v1/contact")


def of(rule: tuple[str, str], status: int, headers: dict[str, str], body: Any) -> str | None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return fault_of(rule, f"{status} X", headers, data, rule[1])


NOW = {"now": "2026-01-01T00:00:00.000Z", "frozen": False, "offsetSeconds": 0.0}


@pytest.mark.parametrize(
    ("rule", "status", "headers", "body"),
    [
        (CLOCK, 200, JSON, NOW),
        (CLOCK, 404, JSON, {"error": "not_found", "message": "There is none. Add one."}),
        (CLOCK, 507, JSON, {"error": "x", "message": "It is full. Make room."}),
        (CONTACT, 200, JSON, {"id": 1}),
        (CONTACT, 400, TEXT, b"phone must be text."),
        (
            CONTACT,
            401,
            JSON,
            {"status": 401, "error": "Unauthorized", "message": "No. Send it."},
        ),
        (CONTACT, 413, TEXT, b"Too large."),
        (("GET", "/api/v1/unheard-of"), 404, TEXT, b"There is nothing."),
    ],
)
def test_what_is_declared_is_let_through(rule, status, headers, body):
    assert of(rule, status, headers, body) is None


@pytest.mark.parametrize(
    ("rule", "status", "headers", "body", "said"),
    [
        (CLOCK, 201, JSON, NOW, "the status is not declared; there is 200"),
        (CLOCK, 200, TEXT, b"noon", "content of text/plain is not declared"),
        (CLOCK, 400, TEXT, b"No.", "an error of ours is JSON"),
        (CLOCK, 400, JSON, {"error": "x", "message": "is bad."}, "no sentence: 'is bad.'"),
        (CLOCK, 400, JSON, {"error": "x", "message": "Is bad"}, "no sentence: 'Is bad'"),
        (CLOCK, 400, JSON, {"error": "x", "message": "It is bad."}, "no way out: 'It is bad.'"),
        (CONTACT, 410, TEXT, b"Gone.", "the status is not declared"),
        (("POST", "/api/v2/event"), 200, {}, b"hello", "a body of 5 bytes is not declared"),
    ],
)
def test_what_is_not_declared_is_told(rule, status, headers, body, said):
    assert said in (of(rule, status, headers, body) or "")


def test_a_body_that_is_not_as_declared_is_told():
    pytest.importorskip("jsonschema_rs", reason="it comes with schemathesis")
    assert "now" in (of(CLOCK, 200, JSON, {"frozen": False, "offsetSeconds": 0}) or "")
    assert "id" in (of(CONTACT, 200, JSON, {"id": "1"}) or "")
