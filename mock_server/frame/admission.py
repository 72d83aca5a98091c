"""Admission: what path and headers say of a request, before it is answered (WIRE-16)."""

from __future__ import annotations

from typing import Any

from mock_server import api
from mock_server.emulator import Emulator
from mock_server.frame.guards import Guard
from mock_server.frame.paths import normalised
from mock_server.server import Limits
from mock_server.wsgi import PAGES, RAW_PATH, is_ours

_FILES = ("/_mock/state", "/_mock/seed")
_OF_ACCOUNTS, _FILE_FORMS = f"{PAGES}/a/", ("/import", "/seed")


def runs_long(raw: bytes, emulator: Emulator) -> bool:
    """Return whether a request for this path, as it was sent, may take long.

    The emulated API does when it is for many things at once, when a fault makes it wait, or when
    templates are filled with what it brings; the other doors always may.
    """
    path = normalised(raw)
    return emulator.holds_up or not path.startswith(api.PREFIX) or api.is_for_many(path)


def takes(raw: bytes, limits: Limits) -> int:
    """Return how many bytes of a body a path takes, as it was sent.

    A state or a seed may be a large file; all else that is sent to us is small.
    """
    path = normalised(raw)
    if path in _FILES or (path.startswith(_OF_ACCOUNTS) and path.endswith(_FILE_FORMS)):
        return limits.max_file
    return limits.max_call if is_ours(path) else limits.max_body


def turns_away(guard: Guard, environ: dict[str, Any]) -> bool:
    """Return whether the guard refuses a request, whatever its body."""
    environ["PATH_INFO"] = normalised(environ[RAW_PATH])
    return guard.refusal(environ) is not None
