"""The layer in front of the routes: injected faults, rate limits, repeated requests."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from io import BytesIO
from threading import Event
from typing import TYPE_CHECKING, Any

from flask import Response
from werkzeug.wsgi import get_input_stream

from mock_server import jsonio
from mock_server.api.http import (
    KEPT_BODY,
    account_in_header,
    empty_answer,
    json_answer,
    note,
    note_warnings,
    served,
    text_answer,
)
from mock_server.emulator import Account, Emulator, Fault, UnknownKeyError, is_guarded
from mock_server.model import DEFAULT_ACCOUNT
from mock_server.rules.trace import Trace
from mock_server.wsgi import ACCOUNT, BODY, CONNECTION_KEY, FAULT, REASON, UNANSWERED

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication


class Traffic:
    """Wraps a WSGI application: lets faults and limits of the account see each request.

    A request without an API key is subject to the default account's faults.
    """

    def __init__(self, app: WSGIApplication, emulator: Emulator, prefix: str) -> None:
        self._app = app
        self._emulator = emulator
        self._prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request; one that nothing concerns goes straight through."""
        if not environ["PATH_INFO"].startswith(self._prefix):
            return self._app(environ, start_response)
        try:
            account = account_in_header(environ, self._emulator)
        except UnknownKeyError:
            account = None
        server = account or self._emulator.account(DEFAULT_ACCOUNT)
        settings = server.settings
        path = environ["PATH_INFO"].rstrip("/")
        watched = server.faults.armed or settings.rate_limits
        if not (watched or is_guarded(environ["REQUEST_METHOD"], path)):
            return self._app(environ, start_response)
        answer = self._answer(environ, server, is_known=account is not None)
        return answer(environ, start_response)

    def _answer(self, environ: dict[str, Any], account: Account, *, is_known: bool) -> Response:
        body = get_input_stream(environ).read()
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ[BODY] = body[:KEPT_BODY]
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].rstrip("/")
        fault = account.faults.hit(method, path, partial(_event_type_keys, body))
        if fault is not None:
            environ[FAULT] = fault.fault_id
            environ[ACCOUNT] = account.name
            if fault.when == "before" and fault.replaces:
                environ[REASON] = "fault"
                return _spoiled(fault, _own_answer(fault, empty_answer()), environ, account)
            if fault.waits_first and not _wait(fault, environ):
                environ[REASON] = "fault_taken_back"
                return text_answer("The fault that held this request up was taken back.", 503)
        answer = self._limited(environ, account, method, path, body) if is_known else None
        if answer is None:
            answer = served(self._app, environ)
        if fault is not None:
            if fault.when == "after":
                answer = _own_answer(fault, answer)
            answer = _spoiled(fault, answer, environ, account)
        return answer

    def _limited(
        self, environ: dict[str, Any], account: Account, method: str, path: str, body: bytes
    ) -> Response | None:
        """WIRE-07 and CON-10: the refusal, or the answer to a request that must not be repeated."""
        settings = account.settings
        if settings.rate_limits:
            excess = account.limits.excess(method, path)
            if excess is not None:
                environ[ACCOUNT] = account.name
                note(environ, "rate_limit_exceeded", excess)
                answer = text_answer(excess, 429)
                answer.headers["Retry-After"] = "1"
                return answer
        if not is_guarded(method, path):
            return None
        taken = account.limits.take(method, path, body)
        if taken is None and settings.duplicate_guard:
            environ[ACCOUNT] = account.name
            note(environ, "duplicated_request", "Duplicated request")
            return text_answer("Duplicated request", 409)
        answer = served(self._app, environ)
        if taken is None:
            _note_duplicate(environ, answer, account)
        elif answer.status_code >= 400:
            account.limits.release(taken)
        return answer


def _note_duplicate(environ: dict[str, Any], answer: Response, account: Account) -> None:
    """CON-10: say what the service would have answered."""
    trace = Trace()
    trace.say("CON-10/would_be")
    for code, text, _ in trace.remarks():
        note_warnings(environ, code, [text])
        if account.settings.explain_headers:
            notes = answer.headers.get("X-Mock-Notes")
            answer.headers["X-Mock-Notes"] = f"{notes}, {code}" if notes else code


def _event_type_keys(data: bytes) -> set[str]:
    """The event type keys in a body, of one event or of several."""
    try:
        body = jsonio.loads(data)
    except jsonio.MalformedJson:
        return set()
    events: Any = body.get("events", [body]) if isinstance(body, dict) else body
    if not isinstance(events, list):
        return set()
    keys = (each.get("eventTypeKey") for each in events if isinstance(each, dict))
    return {key for key in keys if isinstance(key, str)}


def _wait(fault: Fault, environ: dict[str, Any]) -> bool:
    """Wait before the request is served; whether it is to be served at all."""
    seconds = fault.delay_ms / 1000
    connection = environ.get(CONNECTION_KEY)
    if connection is None or connection.can_wait:
        return not fault.cancelled.wait(seconds)
    connection.delay(seconds)  # the fault came while the request was on its way to be served
    return True


def _own_answer(fault: Fault, answer: Response) -> Response:
    """The fault's status and body, if it has any, with what explains the answer otherwise."""
    if fault.status is None:
        return answer
    if isinstance(fault.body, str):
        replaced = text_answer(fault.body, fault.status)
    elif fault.has_body:
        replaced = json_answer(fault.body, fault.status)
    else:
        replaced = empty_answer()
        replaced.status_code = fault.status
    for name, value in answer.headers:
        if name.startswith("X-Mock-"):
            replaced.headers[name] = value
    return replaced


def _spoiled(fault: Fault, answer: Response, environ: dict[str, Any], account: Account) -> Response:
    """The answer as the fault leaves it; the connection is told what else goes wrong."""
    for name, value in fault.headers.items():
        answer.headers[name] = value
    if account.settings.explain_headers:
        answer.headers["X-Mock-Fault"] = str(fault.fault_id)
    connection = environ.get(CONNECTION_KEY) or NoConnection()
    if fault.delay_ms and not fault.waits_first:
        connection.delay(fault.delay_ms / 1000)
    if fault.action == "reset":
        connection.reset()
    elif fault.action == "timeout":
        connection.hang()
    elif fault.action == "truncate":
        connection.truncate_after(len(answer.get_data()) // 2)
    environ[UNANSWERED] = fault.action in ("reset", "timeout")
    return answer


class NoConnection:
    """Stands in for a connection when the application is called without a server.

    To act on a reset, a timeout or a truncated answer, a caller without a server puts an object
    with these methods, and the attribute `can_wait`, into the WSGI environ under `CONNECTION_KEY`.
    """

    can_wait = True

    def delay(self, seconds: float) -> None:
        """Wait here and now."""
        Event().wait(seconds)

    def reset(self) -> None:
        """Nothing to reset."""

    def hang(self) -> None:
        """Nothing to keep open."""

    def truncate_after(self, size: int) -> None:
        """Nothing to cut off."""
