"""What stands between a request and its method: injected faults, rate limits, repeated requests."""

from __future__ import annotations

from threading import Event
from typing import Any

from flask import Flask, Response, request

from mock_server import jsonio
from mock_server.api.http import (
    ACCOUNT,
    FAULT,
    REASON,
    UNANSWERED,
    WireError,
    account_in_header,
    json_answer,
    read_body,
    text_answer,
)
from mock_server.emulator import Account, Emulator, Fault, UnknownKeyError, is_guarded
from mock_server.model import DEFAULT_ACCOUNT
from mock_server.server import CONNECTION_KEY

_HIT, _TAKEN, _OWNER = (f"yespo_mock.{name}" for name in ("hit", "taken", "owner"))


def hang(app: Flask, emulator: Emulator) -> None:
    """Let faults, limits and the guard see each request under `/api`."""

    @app.errorhandler(UnknownKeyError)
    def answer_unknown_key(error: UnknownKeyError) -> Response:
        return WireError(401, error.code, str(error)).answer()

    @app.before_request
    def check() -> Response | None:
        if not request.environ["PATH_INFO"].startswith("/api"):
            return None
        try:
            account = account_in_header(emulator)
        except UnknownKeyError:
            account = None
        # Whoever has no account is served, and refused, by the default one.
        server = account or emulator.account(DEFAULT_ACCOUNT)
        hit = _hit(server) if server.faults.armed else None
        if hit is not None and hit.when == "before":
            answer = _before(hit)
            if answer is not None:
                return answer
        return None if account is None else _within_limits(account)

    @app.after_request
    def spoil(answer: Response) -> Response:
        environ = request.environ
        taken = environ.get(_TAKEN)
        if taken is not None and answer.status_code >= 400:
            environ[_OWNER].limits.release(taken)
        fault: Fault | None = environ.get(_HIT)
        return answer if fault is None else _spoiled(fault, answer)


def _hit(account: Account) -> Fault | None:
    environ = request.environ
    fault = account.faults.hit(environ["REQUEST_METHOD"], environ["PATH_INFO"], _event_type_keys)
    if fault is not None:
        environ[_HIT] = fault
        environ[FAULT] = fault.fault_id
        environ[ACCOUNT] = account.name
    return fault


def _event_type_keys() -> set[str]:
    """The event type keys in the body, of one event or of several."""
    try:
        body = jsonio.loads(request.get_data())
    except jsonio.MalformedJson:
        return set()
    events: Any = body.get("events", [body]) if isinstance(body, dict) else body
    if not isinstance(events, list):
        return set()
    keys = (each.get("eventTypeKey") for each in events if isinstance(each, dict))
    return {key for key in keys if isinstance(key, str)}


def _before(fault: Fault) -> Response | None:
    """The answer of a fault that keeps the request from being served; None when it does not."""
    if fault.replaces:
        read_body()
        request.environ[REASON] = "fault"
        return _own_answer(fault, Response(b"", 200, content_type="text/plain; charset=utf-8"))
    if fault.waits_first:
        connection = request.environ.get(CONNECTION_KEY)
        if connection is None or connection.can_wait:
            if fault.cancelled.wait(fault.delay_ms / 1000):
                request.environ[REASON] = "fault_taken_back"
                return text_answer("The fault that held this request up was taken back.", 503)
        else:  # the fault came between the arrival of the request and its being served
            connection.delay(fault.delay_ms / 1000)
    return None


def _within_limits(account: Account) -> Response | None:
    settings = account.settings
    if not (settings.rate_limits or settings.duplicate_guard):
        return None
    environ = request.environ
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].rstrip("/")
    if settings.rate_limits:  # WIRE-07
        excess = account.limits.excess(method, path)
        if excess is not None:
            environ[ACCOUNT] = account.name
            answer = WireError(429, "rate_limit_exceeded", excess).answer()
            answer.headers["Retry-After"] = "1"
            return answer
    if settings.duplicate_guard and is_guarded(method, path):  # CON-10
        taken = account.limits.take(method, path, request.get_data())
        if taken is None:
            environ[ACCOUNT] = account.name
            return WireError(409, "duplicated_request", "Duplicated request").answer()
        environ[_TAKEN] = taken
        environ[_OWNER] = account
    return None


def _own_answer(fault: Fault, answer: Response) -> Response:
    """The answer with the fault's status, and its body if it has one."""
    if fault.status is None:
        return answer
    replaced = Response(b"", fault.status)
    if isinstance(fault.body, str):
        replaced = text_answer(fault.body, fault.status)
    elif fault.has_body:
        replaced = json_answer(fault.body, fault.status)
    else:
        del replaced.headers["Content-Type"]
    for name, value in answer.headers:
        if name.startswith("X-Mock-"):
            replaced.headers[name] = value
    return replaced


def _spoiled(fault: Fault, answer: Response) -> Response:
    """The answer as the fault leaves it; the connection is told what else goes wrong."""
    if fault.when == "after":
        answer = _own_answer(fault, answer)
    for name, value in fault.headers.items():
        answer.headers[name] = value
    answer.headers["X-Mock-Fault"] = str(fault.fault_id)
    connection = request.environ.get(CONNECTION_KEY)
    if connection is None:  # no connection to break: called in process
        connection = NoConnection()
    if fault.delay_ms and not fault.waits_first:
        connection.delay(fault.delay_ms / 1000)
    if fault.action == "reset":
        connection.reset()
    elif fault.action == "timeout":
        connection.hang()
    elif fault.action == "truncate":
        connection.truncate_after(len(answer.get_data()) // 2)
    request.environ[UNANSWERED] = fault.action in ("reset", "timeout")
    return answer


class NoConnection:
    """In the place of a connection, when the application is called without a server.

    Whoever calls it so and wants to act on a reset, a timeout or a truncated answer puts an object
    with these methods into the environment, under `mock_server.server.CONNECTION_KEY`.
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
