"""POST /api/v1/event, /api/v2/event and /api/v3/event: Generate event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

    Explanation = Sequence[tuple[str, str]]


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("events", __name__)

    @routes.post("/api/v1/event")
    def generate_event_v1() -> Response:
        return _generate(emulator, "v1")

    @routes.post("/api/v2/event")
    def generate_event_v2() -> Response:
        return _generate(emulator, "v2")

    @routes.post("/api/v3/event")
    def generate_event_v3() -> Response:
        return _generate(emulator, "v3")

    return routes


def _generate(emulator: Emulator, version: ApiVersion) -> Response:
    environ = request.environ
    account = account_of_event(environ, emulator)
    settings = account.settings
    strict = _is_strict(environ, settings.strict)
    notes = check_content_type(environ)
    outcome = account.generate_event(read_event(read_body(environ), version, notes))
    environ[EVENT_ID] = outcome.event_id
    if outcome.reasons:
        environ[REASON] = outcome.reasons[0]
    return _answer(outcome, strict, _explanation(outcome) if settings.explain_headers else ())


def _answer(outcome: Outcome, strict: bool, explanation: Explanation) -> Response:
    """WIRE-01 and WIRE-04: what the real service would answer, and headers that explain it."""
    if outcome.verdict == "rejected":
        answer = text_answer(outcome.answer, outcome.status)
    elif outcome.verdict == "ignored" and strict:
        answer = json_answer(outcome_document(outcome), 422)
    else:
        return empty_answer(*explanation)
    answer.headers.extend(explanation)
    return answer


def _explanation(outcome: Outcome) -> Explanation:
    headers = [
        ("X-Mock-Event-Id", str(outcome.event_id)),
        ("X-Mock-Verdict", outcome.verdict),
    ]
    if outcome.reasons:
        headers.append(("X-Mock-Reasons", ", ".join(outcome.reasons)))
    if outcome.warnings:
        headers.append(("X-Mock-Warnings", ", ".join(outcome.warnings)))
    return headers


def _is_strict(environ: WSGIEnvironment, default: bool) -> bool:
    """Whether an ignored event is answered with 422: the header decides over the setting."""
    wanted: str | None = environ.get("HTTP_X_MOCK_STRICT")
    if wanted is None:
        return default
    if wanted.lower() not in ("true", "false"):
        raise WireError(400, "header_invalid", "X-Mock-Strict is neither true nor false.")
    return wanted.lower() == "true"
