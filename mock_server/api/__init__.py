"""The door for the shop: the HTTP of the emulated service, whose quirks only this room knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mock_server.api.front import EVENT_PATHS, Front
from mock_server.api.journaling import Journaling
from mock_server.emulator import Emulator

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    Guarding = Callable[[WSGIApplication], WSGIApplication]

PREFIX = "/api"


def wrap(app: WSGIApplication, emulator: Emulator, guard: Guarding) -> WSGIApplication:
    """Put journal, `guard`, faults and limits in front of the application's routes."""
    return Journaling(guard(Front(app, emulator, PREFIX)), emulator)


def served_paths() -> dict[str, set[str]]:
    """Return the paths of the service with their methods; asked for where a fault is armed."""
    from mock_server.api.door import ROUTES
    from mock_server.api.unsupported import NOT_EMULATED

    found = {path: set(methods) for path, methods in NOT_EMULATED.items()}
    for route in ROUTES:
        found.setdefault(route.path, set()).add(route.method)
    return found
