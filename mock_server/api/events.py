"""POST /api/v1/event, /api/v2/event and /api/v3/event: Generate event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request

from mock_server import jsonio
from mock_server.api.calls import Call, account_of_event
from mock_server.api.http import JSON_SENT, TEXT_SENT, WireError, check_content_type, read_body
from mock_server.documents.events import Outcome as OutcomeDocument
from mock_server.documents.sent import GenerateEvent, GenerateEventV3
from mock_server.emulator import Emulator, Outcome, outcome_document
from mock_server.emulator.event_bodies import read_event
from mock_server.model import WIRE_VERSIONS, ApiVersion
from mock_server.routes import JSON, TEXT, Answer, Routes
from mock_server.wsgi import EVENT_ID, FAILURE, REASON, ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Raw = tuple[str, list[tuple[str, str]], Sequence[bytes]]

ROUTES = Routes("/api")

_HEADERS = ("X-Mock-Event-Id", "X-Mock-Verdict", "X-Mock-Reasons", "X-Mock-Warnings")
_VERSIONS: dict[str, ApiVersion] = {f"/api/{each}/event": each for each in WIRE_VERSIONS}
_STATUS_LINES = {each.value: f"{each.value} {each.phrase.upper()}" for each in HTTPStatus}


class EventRoute:
    """Wraps Flask: answers POST /api/v?/event by a plain function, without a Flask request.

    Errors are left to Flask, whose handlers word them all: its route raises them again.
    """

    def __init__(self, app: WSGIApplication, emulator: Emulator) -> None:
        self._app = app
        self._emulator = emulator

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer an event; everything else goes on to Flask."""
        version = _VERSIONS.get(environ["PATH_INFO"])
        if version is None or environ["REQUEST_METHOD"] != "POST":
            return self._app(environ, start_response)
        try:
            status, headers, body = answer_event(environ, self._emulator, version)
        except Exception as error:
            environ[FAILURE] = error
            return self._app(environ, start_response)
        environ[ROUTE] = environ["PATH_INFO"]
        start_response(status, headers)
        return body


def _raise_failure(call: Call) -> Response:  # noqa: ARG001  (as every route is called)
    """Raise what went wrong, for the handlers to word it."""
    failure: Exception = request.environ[FAILURE]
    raise failure


for _version in WIRE_VERSIONS:
    ROUTES.add(
        f"POST /{_version}/event",
        {
            200: Answer("Accepted; the body is empty, and the headers explain.", {}, _HEADERS),
            400: Answer("Rejected.", {TEXT: None}, _HEADERS),
            413: Answer("Larger than 20 KB.", {TEXT: None}, _HEADERS),
            422: Answer("Ignored, and strict.", {JSON: OutcomeDocument}, _HEADERS),
        },
        summary="Generate event",
        body=GenerateEventV3() if _version == "v3" else GenerateEvent(),
    )(_raise_failure)


def answer_event(environ: WSGIEnvironment, emulator: Emulator, version: ApiVersion) -> Raw:
    """Generate an event: status line, headers and body, from the WSGI environ of its request.

    WIRE-01 and WIRE-04: what the real service would answer, and headers that explain it. Raises
    `WireError`, `UnknownKeyError` or `StateError`; nothing was stored then.
    """
    account = account_of_event(environ, emulator)
    settings = account.settings
    strict = _is_strict(environ, settings.strict)
    notes = check_content_type(environ)
    outcome = account.generate_event(read_event(read_body(environ), version, notes))
    environ[EVENT_ID] = outcome.event_id
    if outcome.reasons:
        environ[REASON] = outcome.reasons[0]
    status, body, content_type = 200, b"", None
    if outcome.verdict == "rejected":
        status, body, content_type = outcome.status, outcome.answer.encode(), TEXT_SENT
    elif outcome.verdict == "ignored" and strict:
        status, body, content_type = 422, jsonio.dumps(outcome_document(outcome)), JSON_SENT
    headers = [("Content-Length", str(len(body)))]
    if content_type is not None:
        headers.insert(0, ("Content-Type", content_type))
    if settings.explain_headers:
        headers += _explanation(outcome)
    return _STATUS_LINES[status], headers, (body,) if body else ()


def _explanation(outcome: Outcome) -> list[tuple[str, str]]:
    told = (
        str(outcome.event_id),
        outcome.verdict,
        ", ".join(outcome.reasons),
        ", ".join(outcome.warnings),
    )
    return [(name, text) for name, text in zip(_HEADERS, told, strict=True) if text]


def _is_strict(environ: WSGIEnvironment, default: bool) -> bool:
    """Return whether an ignored event is answered with 422; the header beats the setting."""
    wanted: str | None = environ.get("HTTP_X_MOCK_STRICT")
    if wanted is None:
        return default
    if wanted.lower() not in ("true", "false"):
        raise WireError(400, "header_invalid", "X-Mock-Strict is neither true nor false.")
    return wanted.lower() == "true"
