"""An emulator behind a port: what `serve`, `exec` and `MockServer` open and close."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial

from mock_server.emulator import Emulator
from mock_server.frame.app import create_app, runs_long
from mock_server.frame.guards import Guard, exposure_warning
from mock_server.server import HttpServer, collect_less
from mock_server.settings import ServerSettings

_LOG = logging.getLogger("yespo_mock")


class HostedEmulator:
    """An emulator that is being served; a context manager that stops and saves on leaving.

    Raises `PortTakenError` or `OSError` when it cannot listen, `StateError` when the state file
    cannot be used, `InvalidError` for a broken seed; nothing is left open then. `own_process` says
    that the process does nothing else, and may be set up for it.
    """

    def __init__(
        self,
        settings: ServerSettings,
        *,
        warn: Callable[[str], None] = _LOG.warning,
        own_process: bool = False,
    ) -> None:
        self.emulator = Emulator(
            settings.state,
            seeds=settings.seeds,
            settings=settings.account,
            fsync=settings.fsync,
            max_events=settings.max_events,
            max_requests=settings.max_requests,
            accounts=settings.accounts,
            api_keys=settings.api_keys,
            warn=warn,
        )
        exposed = exposure_warning(
            settings.host,
            has_token=settings.control_token is not None,
            limits_keys=bool(settings.api_keys),
        )
        if exposed is not None:
            warn(exposed)
        guard = Guard(settings.host, settings.allow_hosts, settings.control_token)
        try:
            self._server = HttpServer(
                create_app(self.emulator, guard, settings.cors_origins),
                host=settings.host,
                port=settings.port,
                runs_long=partial(runs_long, emulator=self.emulator),
                on_refused=self._count_refused,
            ).start()
        except BaseException:
            self.emulator.close()
            raise
        self.emulator.store.describe_owner(self.url)
        if own_process:
            collect_less()

    def _count_refused(self, status: int, _text: str) -> None:
        """Count what the server refuses by itself, before there is a request."""
        self.emulator.metrics.count_request(None, "", status, 0.0)

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:9380`."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """What a client of the emulated service takes as its base: ends in `/api`."""
        return f"{self.url}/api"

    def stop_listening(self) -> None:
        """Finish the requests under way, and refuse connections until `listen`."""
        self.emulator.release()
        self._server.stop()

    def listen(self) -> None:
        """Listen again, where it did. Raises `OSError` when the port is taken."""
        self._server.start()

    def close(self) -> None:
        """Finish the requests under way, stop listening, save the state."""
        self.emulator.release()
        self._server.stop()
        self.emulator.close()

    def __enter__(self) -> HostedEmulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
