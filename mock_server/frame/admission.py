"""What path and headers say before an answer (WIRE-16); refusals by the server (WIRE-14)."""

from contextlib import suppress
from typing import Any

from mock_server import api
from mock_server.api.http import account_in_header
from mock_server.emulator import Emulator, JournalEntry, Note, UnknownKeyError
from mock_server.frame.guards import Guard
from mock_server.frame.paths import normalised
from mock_server.model import DEFAULT_ACCOUNT
from mock_server.server import Attempt, Limits, Wording, plain_wording
from mock_server.wsgi import PAGES, PROBES, RAW_PATH, is_ours

_SHORT = PROBES | api.EVENT_PATHS
_KEPT_PATH, _KEPT_HOST = 2000, 255
_FILES = ("/_mock/state", "/_mock/seed")
_OF_ACCOUNTS, _FILE_FORMS = f"{PAGES}/a/", ("/import", "/seed")


def runs_long(raw: bytes, emulator: Emulator) -> bool:
    """Return whether a request for this path may take long, and so gets a thread.

    All but probes may, and events that meet no fault that waits and fill no templates.
    """
    return emulator.holds_up or normalised(raw) not in _SHORT


def takes(raw: bytes, limits: Limits) -> int:
    """How many bytes of a body a path takes as sent: much for a state or a seed, else little."""
    path = normalised(raw)
    if path in _FILES or (path.startswith(_OF_ACCOUNTS) and path.endswith(_FILE_FORMS)):
        return limits.max_file
    return limits.max_call if is_ours(path) else limits.max_body


def turns_away(guard: Guard, environ: dict[str, Any]) -> bool:
    """Return whether the guard refuses a request, whatever its body."""
    environ["PATH_INFO"] = normalised(environ[RAW_PATH])
    return guard.refusal(environ) is not None


class Attempts:
    """Writes down each attempt as a refused request of its key's account, and words its answer."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    def __call__(self, attempt: Attempt) -> Wording:
        """Take one attempt; called in the server's thread."""
        status = int(attempt.status)  # an HTTPStatus names itself in text before Python 3.11
        if status:
            self._emulator.metrics.count_request(None, "", status, 0.0)
        path = _path(attempt.target)
        if is_ours(path):
            from mock_server import control  # imported by what it answers first

            answer = control.answer_refusal(status or 400, attempt.reason, attempt.text)
            return answer.content_type or "", answer.get_data()
        name = self._account_name(attempt)
        entry = JournalEntry(
            self._emulator.account(name or DEFAULT_ACCOUNT).clock.iso(),
            attempt.method,
            path[:_KEPT_PATH],
            status or None,
            0.0,
            name,
            reason=attempt.reason,
            host=attempt.host[:_KEPT_HOST] or None,
            notes=(Note(attempt.reason, attempt.text, is_failure=True),),
            via=attempt.via,
        )
        self._emulator.journal_attempt(name, entry)
        return plain_wording(attempt)

    def _account_name(self, attempt: Attempt) -> str | None:
        with suppress(UnknownKeyError):
            environ = {"HTTP_AUTHORIZATION": attempt.authorization}
            whose = account_in_header(environ, self._emulator) if attempt.authorization else None
            return None if whose is None else whose.name
        return None


def _path(target: str) -> str:
    raw, mark, query = target.partition("?")
    if not raw or (not raw.startswith("/") and "://" not in raw):
        return target  # host and port of a tunnel
    return normalised(raw.encode("latin-1")) + mark + query
