"""A local emulator of the Yespo (eSputnik) Generate event API.

from mock_server import MockServer

with MockServer() as mock:
    ...  # run the code under test against mock.api_url with mock.api_key
    mock.assert_nothing_ignored()

What is public in Python is here: `MockServer`, the records it gives, for annotations, and the
errors it raises.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mock_server._version import __version__

if TYPE_CHECKING:
    from mock_server.emulator import InvalidError, NotFoundError
    from mock_server.testing.records import (
        Contact,
        Effect,
        Event,
        HistoryEntry,
        Order,
        Outcome,
        Step,
    )
    from mock_server.testing.server import MockServer

__all__ = [
    "Contact",
    "Effect",
    "Event",
    "HistoryEntry",
    "InvalidError",
    "MockServer",
    "NotFoundError",
    "Order",
    "Outcome",
    "Step",
    "__version__",
]

_ERRORS = ("InvalidError", "NotFoundError")

if not TYPE_CHECKING:  # so that type checkers still tell a name that is not there

    def __getattr__(name: str) -> Any:
        # On first use: the command line and the pytest plugin, which import this too, must start
        # fast.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        if name in _ERRORS:
            return getattr(import_module("mock_server.emulator"), name)
        part = "server" if name == "MockServer" else "records"
        return getattr(import_module(f"mock_server.testing.{part}"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
