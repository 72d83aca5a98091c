"""Every request to `/api` is journaled, also one that no route serves (WIRE-08)."""

from __future__ import annotations

from time import perf_counter

from flask import Flask, Response, request

from mock_server.api.http import ACCOUNT, BODY, EVENT_ID, FAULT, REASON, UNANSWERED
from mock_server.emulator import Emulator, JournalEntry
from mock_server.model import DEFAULT_ACCOUNT

_STARTED = "yespo_mock.started"


def hang(app: Flask, emulator: Emulator) -> None:
    """Write down each request once its answer is ready."""

    @app.before_request
    def start() -> None:
        request.environ[_STARTED] = perf_counter()

    @app.after_request
    def write_down(answer: Response) -> Response:
        environ = request.environ
        path = environ["PATH_INFO"]
        if not path.startswith("/api"):
            return answer
        name = environ.get(ACCOUNT)
        account = emulator.account(name or DEFAULT_ACCOUNT)
        query = environ.get("QUERY_STRING")
        account.journal.add(
            JournalEntry(
                account.clock.iso(),
                environ["REQUEST_METHOD"],
                f"{path}?{query}" if query else path,
                None if environ.get(UNANSWERED) else answer.status_code,
                (perf_counter() - environ.get(_STARTED, perf_counter())) * 1000,
                name,
                environ.get(EVENT_ID),
                environ.get(REASON),
                environ.get(FAULT),
                environ.get(BODY),
            )
        )
        return answer
