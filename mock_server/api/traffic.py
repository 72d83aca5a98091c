"""What may come between a request and its route: injected faults, rate limits, repetitions."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from threading import Event
from typing import TYPE_CHECKING, Any

from flask import Response
from werkzeug.wsgi import get_input_stream

from mock_server import jsonio
from mock_server.api.http import KEPT_BODY, note_warnings
from mock_server.api.responses import answer_refusal, empty_answer, json_answer, served, text_answer
from mock_server.emulator import Account, Fault, is_guarded
from mock_server.rules.trace import Trace
from mock_server.wsgi import ACCOUNT, BODY, CONNECTION_KEY, FAULT, REASON, UNANSWERED

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


def watched_answer(
    app: WSGIApplication, environ: WSGIEnvironment, account: Account, *, is_known: bool
) -> Response:
    """Answer a request that a fault or a limit of its account (if `is_known`) may concern."""
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
    found = _limited(app, environ, account, method, path, body) if is_known else None
    if found is None:
        found = served(app, environ)
    if fault is not None:
        if fault.when == "after":
            found = _own_answer(fault, found)
        found = _spoiled(fault, found, environ, account)
    return found


def _limited(
    app: WSGIApplication,
    environ: WSGIEnvironment,
    account: Account,
    method: str,
    path: str,
    body: bytes,
) -> Response | None:
    """WIRE-07 and CON-10: the refusal, or the answer to a request that must not be repeated."""
    settings = account.settings
    if settings.rate_limits:
        excess = account.limits.excess(method, path)
        if excess is not None:
            environ[ACCOUNT] = account.name
            refusal = answer_refusal(429, "rate_limit_exceeded", excess, environ)
            refusal.headers["Retry-After"] = "1"
            return refusal
    if not is_guarded(method, path):
        return None
    taken = account.limits.take(method, path, body)
    if taken is None and settings.duplicate_guard:
        environ[ACCOUNT] = account.name
        return answer_refusal(409, "duplicated_request", "Duplicated request", environ)
    found = served(app, environ)
    if taken is None:
        _note_duplicate(environ, found, account)
    elif found.status_code >= 400:
        account.limits.release(taken)
    return found


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
    seconds = fault.delay_ms / 1000
    connection = environ.get(CONNECTION_KEY)
    if connection is None or connection.can_wait:
        return not fault.cancelled.wait(seconds)
    connection.delay(seconds)  # the fault came while the request was on its way to be served
    return True


def _own_answer(fault: Fault, answer: Response) -> Response:
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
    """The connection of a call without a server: nothing to cut off (see `CONNECTION_KEY`)."""

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
