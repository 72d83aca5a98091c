"""Every request outside `/_mock` is journaled, also one that no route serves (WIRE-08)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING, Any

from mock_server.api.http import account_in_header
from mock_server.emulator import Emulator, JournalEntry, UnknownKeyError
from mock_server.emulator.event_bodies import KEPT_TEXT
from mock_server.model import DEFAULT_ACCOUNT
from mock_server.wsgi import (
    ACCOUNT,
    BODY,
    EVENT_ID,
    FAULT,
    NOTES,
    REASON,
    TARGET_HOST,
    UNANSWERED,
    VIA,
    is_ours,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication


class Journaling:
    """Writes each request down once it is answered; outside Flask, whose hooks cost more."""

    def __init__(self, app: WSGIApplication, emulator: Emulator) -> None:
        self._app = app
        self._emulator = emulator

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Serve a request; its account, event, body and reason are what the door left in it."""
        if is_ours(environ["PATH_INFO"]):
            return self._app(environ, start_response)
        started = perf_counter()
        seen: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen.append((status, headers))
            return start_response(status, headers, exc_info)

        parts = self._app(environ, start)
        status, headers = seen[-1] if seen else ("500", [])
        seconds = perf_counter() - started
        answer = b""
        if status[0] in "45":  # small; what is well has no body worth keeping
            parts, close = [b"".join(parts)], getattr(parts, "close", None)
            if close is not None:
                close()
            answer = parts[0][:KEPT_TEXT]
        self._write_down(environ, int(status[:3]), seconds, headers, answer)
        return parts

    def _write_down(
        self,
        environ: dict[str, Any],
        status: int,
        seconds: float,
        headers: list[tuple[str, str]],
        answer: bytes,
    ) -> None:
        name = environ.get(ACCOUNT)
        if name is None and status >= 400:  # no route has asked whose it is
            with suppress(UnknownKeyError):
                whose = account_in_header(environ, self._emulator)
                name = whose and whose.name
        account = self._emulator.account(name or DEFAULT_ACCOUNT)
        path, query = environ["PATH_INFO"], environ.get("QUERY_STRING")
        if not path.isascii():
            path = path.encode("latin-1").decode("utf-8", "replace")
        self._emulator.journal(
            name,
            JournalEntry(
                account.clock.iso(),
                environ["REQUEST_METHOD"],
                f"{path}?{query}" if query else path,
                None if environ.get(UNANSWERED) else status,
                seconds * 1000,
                name,
                environ.get(EVENT_ID),
                environ.get(REASON),
                environ.get(FAULT),
                environ.get(BODY),
                environ.get(TARGET_HOST) or environ.get("HTTP_HOST"),
                environ.get(NOTES, ()),
                environ.get(VIA, "plain"),
                headers,
                answer,
            ),
        )
