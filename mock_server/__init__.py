"""A local emulator of the Yespo (eSputnik) Generate event API.

from mock_server import MockServer

with MockServer() as mock:
    ...  # run the code under test against mock.api_url with mock.api_key
    mock.assert_nothing_ignored()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_server._version import __version__

if TYPE_CHECKING:
    from mock_server.testing.server import MockServer

__all__ = ["MockServer", "__version__"]


def __getattr__(name: str) -> Any:
    # On first use: the command line and the pytest plugin, which import this too, must start fast.
    if name == "MockServer":
        from mock_server.testing.server import MockServer

        return MockServer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
