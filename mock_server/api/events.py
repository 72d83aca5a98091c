"""POST /api/v1/event and /api/v2/event: Generate event."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mock_server.api.access import account_of_event
from mock_server.api.http import (
    EVENT_ID,
    REASON,
    WireError,
    check_content_type,
    empty_answer,
    json_answer,
    read_body,
    text_answer,
)
from mock_server.emulator import Emulator, outcome_document
from mock_server.emulator.event_bodies import read_event
from mock_server.model import ApiVersion, Outcome


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("events", __name__)

    @routes.post("/api/v1/event")
    def generate_event_v1() -> Response:
        return _generate(emulator, "v1")

    @routes.post("/api/v2/event")
    def generate_event_v2() -> Response:
        return _generate(emulator, "v2")

    return routes


def _generate(emulator: Emulator, version: ApiVersion) -> Response:
    account = account_of_event(emulator)
    strict = _is_strict(account.settings.strict)
    notes = check_content_type()
    event = read_event(read_body(), version, notes)
    return _answer(account.generate_event(event), strict, account.settings.explain_headers)


def _answer(outcome: Outcome, strict: bool, explained: bool) -> Response:
    """WIRE-01 and WIRE-04: what the real service would answer, and headers that explain it."""
    if outcome.verdict == "rejected":
        answer = text_answer(outcome.answer, outcome.status)
    elif outcome.verdict == "ignored" and strict:
        answer = json_answer(outcome_document(outcome), 422)
    else:
        answer = empty_answer()
    request.environ[EVENT_ID] = outcome.event_id
    if outcome.reasons:
        request.environ[REASON] = outcome.reasons[0]
    if explained:
        headers = answer.headers
        headers["X-Mock-Event-Id"] = str(outcome.event_id)
        headers["X-Mock-Verdict"] = outcome.verdict
        if outcome.reasons:
            headers["X-Mock-Reasons"] = ", ".join(outcome.reasons)
        if outcome.warnings:
            headers["X-Mock-Warnings"] = ", ".join(outcome.warnings)
    return answer


def _is_strict(default: bool) -> bool:
    """Whether an ignored event is answered with 422: the header decides over the setting."""
    wanted = request.headers.get("X-Mock-Strict")
    if wanted is None:
        return default
    if wanted.lower() not in ("true", "false"):
        raise WireError(400, "header_invalid", "X-Mock-Strict is neither true nor false.")
    return wanted.lower() == "true"
