"""What answers every event without Flask, and lets everything else through (WIRE-01, WIRE-07)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from mock_server import jsonio
from mock_server.api.http import (
    JSON_SENT,
    TEXT_SENT,
    WireError,
    account_in_header,
    account_of_event,
    check_content_type,
    read_body,
)
from mock_server.emulator import (
    Account,
    Emulator,
    Outcome,
    UnknownKeyError,
    is_guarded,
    outcome_document,
)
from mock_server.emulator.event_bodies import read_event
from mock_server.model import DEFAULT_ACCOUNT, WIRE_VERSIONS, ApiVersion
from mock_server.wsgi import ACCOUNT, EVENT_ID, FAILURE, REASON, ROUTE, only_in_thread

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Raw = tuple[str, list[tuple[str, str]], Sequence[bytes]]

EXPLAINING = ("X-Mock-Event-Id", "X-Mock-Verdict", "X-Mock-Reasons", "X-Mock-Warnings")
"""The headers that explain the answer to an event."""

_VERSIONS: dict[str, ApiVersion] = {f"/api/{each}/event": each for each in WIRE_VERSIONS}
EVENT_PATHS = frozenset(_VERSIONS)
"""The paths that take events."""
_STATUS_LINES = {each.value: f"{each.value} {each.phrase.upper()}" for each in HTTPStatus}


class Front:
    """Wraps Flask: faults and limits see each request, and a plain function answers events."""

    def __init__(self, app: WSGIApplication, emulator: Emulator, prefix: str) -> None:
        self._app = app
        self._emulator = emulator
        self._prefix = prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request; one that no fault and no limit concerns goes straight through."""
        path: str = environ["PATH_INFO"]
        if not path.startswith(self._prefix):
            return self._app(environ, start_response)
        try:
            account = account_in_header(environ, self._emulator)
        except UnknownKeyError:
            account = None
        server = account or self._emulator.account(DEFAULT_ACCOUNT)
        watched = server.faults.armed or server.settings.rate_limits
        if not (watched or is_guarded(environ["REQUEST_METHOD"], path.rstrip("/"))):
            return self._routed(environ, start_response, account)
        only_in_thread(environ)
        from mock_server.api.traffic import watched_answer  # rare, and it makes answers of Flask's

        answer = watched_answer(self._routed, environ, server, is_known=account is not None)
        return answer(environ, start_response)

    def _routed(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        account: Account | None = None,
    ) -> Iterable[bytes]:
        version = _VERSIONS.get(environ["PATH_INFO"])
        if version is None or environ["REQUEST_METHOD"] != "POST":
            only_in_thread(environ)
            return self._app(environ, start_response)
        try:
            account = account or account_of_event(environ, self._emulator)
            status, headers, body = answer_event(environ, account, version)
        except Exception as error:
            only_in_thread(environ)
            environ[FAILURE] = error
            return self._app(environ, start_response)
        environ[ROUTE] = environ["PATH_INFO"]
        start_response(status, headers)
        return body


def answer_event(environ: WSGIEnvironment, account: Account, version: ApiVersion) -> Raw:
    """Generate an event: status line, headers and body, from the WSGI environ of its request.

    WIRE-01 and WIRE-04: what the real service would answer, and headers that explain it. Raises
    `WireError` or `StateError`; nothing was stored then.
    """
    environ[ACCOUNT] = account.name
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
    return [(name, text) for name, text in zip(EXPLAINING, told, strict=True) if text]


def _is_strict(environ: WSGIEnvironment, default: bool) -> bool:
    """Return whether an ignored event is answered with 422; the header beats the setting."""
    wanted: str | None = environ.get("HTTP_X_MOCK_STRICT")
    if wanted is None:
        return default
    if wanted.lower() not in ("true", "false"):
        raise WireError(400, "header_invalid", "X-Mock-Strict is neither true nor false.")
    return wanted.lower() == "true"
