"""An emulator behind a port: what `serve`, `exec` and `MockServer` open and close."""

from __future__ import annotations

import logging
from collections.abc import Callable

from mock_server.app import create_app, runs_long
from mock_server.emulator import Emulator
from mock_server.server import HttpServer
from mock_server.settings import ServerSettings

_LOG = logging.getLogger("yespo_mock")


class HostedEmulator:
    """An emulator that is being served; a context manager that stops and saves on leaving.

    Raises `PortTakenError` or `OSError` when it cannot listen, `StateError` when the state file
    cannot be used, `InvalidError` for a broken seed; nothing is left open then.
    """

    def __init__(
        self, settings: ServerSettings, *, warn: Callable[[str], None] = _LOG.warning
    ) -> None:
        self.emulator = Emulator(
            settings.state,
            seeds=settings.seeds,
            settings=settings.account,
            fsync=settings.fsync,
            max_events=settings.max_events,
            warn=warn,
        )
        try:
            self._server = HttpServer(
                create_app(self.emulator),
                host=settings.host,
                port=settings.port,
                runs_long=runs_long,
            ).start()
        except BaseException:
            self.emulator.close()
            raise
        self.emulator.store.describe_owner(self.url)

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:9380`."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """What a client of the emulated service takes as its base: ends in `/api`."""
        return f"{self.url}/api"

    def close(self) -> None:
        """Finish the requests under way, stop listening, save the state."""
        self._server.stop()
        self.emulator.close()

    def __enter__(self) -> HostedEmulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
