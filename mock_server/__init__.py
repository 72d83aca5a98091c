"""A local emulator of the Yespo (eSputnik) Generate event API.

from mock_server import MockServer

with MockServer() as mock:
    ...  # run the code under test against mock.api_url with mock.api_key
    mock.assert_nothing_ignored()

What is public in Python is here: `MockServer`, the records it gives and the arguments it takes, for
annotations, and the errors it raises.
"""

from __future__ import annotations

from importlib import import_module

from mock_server._version import __version__

# That of `typing` takes longer to import than all of this, and Ctrl-C would show it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mock_server.emulator.errors import EmulatorError, InvalidError, NotFoundError
    from mock_server.server.listening import ListenError, PortTakenError
    from mock_server.state.errors import StateError, UnwritableError
    from mock_server.testing.arguments import EventFilters, Settings, ShortContact
    from mock_server.testing.connected import ConnectedServer, NotConnectedError
    from mock_server.testing.intercept import InterceptError
    from mock_server.testing.reading import NotThereError
    from mock_server.testing.records import (
        Contact,
        Effect,
        Event,
        HistoryEntry,
        Message,
        Order,
        Outcome,
        Request,
        Step,
    )
    from mock_server.testing.server import MockServer

__all__ = [
    "ConnectedServer",
    "Contact",
    "Effect",
    "EmulatorError",
    "Event",
    "EventFilters",
    "HistoryEntry",
    "InterceptError",
    "InvalidError",
    "ListenError",
    "Message",
    "MockServer",
    "NotConnectedError",
    "NotFoundError",
    "NotThereError",
    "Order",
    "Outcome",
    "PortTakenError",
    "Request",
    "Settings",
    "ShortContact",
    "StateError",
    "Step",
    "UnwritableError",
    "__version__",
]

# Where what is not a record stands.
_MODULES = {
    "MockServer": "testing.server",
    **dict.fromkeys(("EmulatorError", "InvalidError", "NotFoundError"), "emulator.errors"),
    **dict.fromkeys(("ListenError", "PortTakenError"), "server.listening"),
    **dict.fromkeys(("StateError", "UnwritableError"), "state.errors"),
    **dict.fromkeys(("EventFilters", "Settings", "ShortContact"), "testing.arguments"),
    **dict.fromkeys(("ConnectedServer", "NotConnectedError"), "testing.connected"),
    "InterceptError": "testing.intercept",
    "NotThereError": "testing.reading",
}

if not TYPE_CHECKING:  # so that type checkers still tell a name that is not there

    def __getattr__(name: str) -> Any:
        # On first use: the command line and the pytest plugin, which import this too, must start
        # fast.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = _MODULES.get(name, "testing.records")
        return getattr(import_module(f"mock_server.{module}"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
