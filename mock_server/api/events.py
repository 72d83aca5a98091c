"""POST /api/v1/event and /api/v2/event: Generate event."""

from __future__ import annotations

from flask import Blueprint, Response, request

from mock_server import jsonio
from mock_server.api.http import (
    ACCOUNT,
    EVENT_ID,
    REASON,
    WireError,
    api_key,
    check_content_type,
    empty_answer,
    json_answer,
    read_body,
    text_answer,
)
from mock_server.emulator import Emulator, outcome_document
from mock_server.model import ApiVersion, EventRequest, Outcome

_KEPT_TEXT = 2000
# Past this a body is refused by its size alone (ENV-11) and only its beginning is kept: a record is
# not a place for megabytes.
_PARSED_BODY = 64 * 1024


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
    account = emulator.account_for_key(api_key())
    request.environ[ACCOUNT] = account.name
    strict = _is_strict(account.settings.strict)
    notes = check_content_type()
    body = read_body()
    event = EventRequest(None, version, len(body), notes=notes)
    try:
        if len(body) <= _PARSED_BODY:
            event.body = jsonio.loads(body)
        else:
            event.text = _beginning(body)
    except jsonio.MalformedJson as error:
        event.malformed = str(error) if body else "it is empty"
        event.text = _beginning(body)
    return _answer(account.generate_event(event), strict, account.settings.explain_headers)


def _beginning(body: bytes) -> str:
    return body[:_KEPT_TEXT].decode("utf-8", "replace")


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
