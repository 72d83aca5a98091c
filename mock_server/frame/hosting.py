"""An emulator behind a port: what `serve`, `exec` and `MockServer` open and close."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_server.emulator import Emulator, read_state
from mock_server.frame.admission import Attempts, runs_long, takes, turns_away
from mock_server.frame.app import Doors
from mock_server.frame.guards import Guard, exposure_warning, not_served
from mock_server.model import Document
from mock_server.server import HttpServer, Rules, Tunnels, serve_alone
from mock_server.settings import VENDOR_HOSTS, ServerSettings
from mock_server.wsgi import RAW_PATH

if TYPE_CHECKING:
    from mock_server.gateway import Authority

_LOG = logging.getLogger("yespo_mock")


class HostedEmulator:
    """An emulator that is being served; a context manager that stops and saves on leaving.

    Raises `AuthorityError`, `PortTakenError`, `OSError`, `StateError` or `InvalidError` (a seed),
    with nothing left open. `own_process`: the process does nothing else.
    """

    def __init__(
        self,
        settings: ServerSettings,
        *,
        warn: Callable[[str], None] = _LOG.warning,
        own_process: bool = False,
    ) -> None:
        self.emulator = Emulator(
            None if settings.read_only else settings.state,
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
        served = (*VENDOR_HOSTS, *settings.gateway_hosts) if settings.gateway else ()
        guard = Guard(
            settings.host,
            settings.allow_hosts,
            settings.control_token,
            served,
            read_only=settings.read_only,
        )
        self.authority: Authority | None = None
        self._allowed = settings.gateway_allow
        self._announced: Path | None = None
        try:
            if settings.read_only and settings.state is not None:
                self.emulator.import_state(read_state(settings.state))
                self.emulator.read_only = True
            if settings.gateway or settings.tls:
                # Imported late: who uses neither does not pay for certificates.
                from mock_server.gateway import Authority, announce

                hosts = served or VENDOR_HOSTS
                self.authority = Authority(hosts, settings.gateway_ca, warn)
            self.emulator.gateway = self._gateway_document if settings.gateway else None
            context = None if self.authority is None else self.authority.context
            tunnels = None
            if settings.gateway and context:
                tunnels = Tunnels(served, context, partial(not_served, served=served))
            self._app = Doors(self.emulator, guard, settings.cors_origins)
            self._server = HttpServer(
                self._app,
                host=settings.host,
                port=settings.port,
                rules=Rules(
                    partial(runs_long, emulator=self.emulator), takes, partial(turns_away, guard)
                ),
                on_refused=Attempts(self.emulator),
                tunnels=tunnels,
                tls=context if settings.tls else None,
                unix=settings.unix,
            ).start()
        except BaseException:
            self._let_go_of_authority()
            self.emulator.close()
            raise
        self.emulator.store.describe_owner(self.url)
        if settings.gateway:
            self._announced = announce(self.url)
        if own_process:
            serve_alone()

    def _gateway_document(self) -> Document:
        authority = self.authority
        return {
            "hosts": [] if authority is None else list(authority.hosts),
            "allowed": list(self._allowed),
            "proxy": self._server.url,
            "certificate": "" if authority is None else authority.certificate,
            "folder": "" if authority is None else str(authority.folder),
        }

    def _let_go_of_authority(self) -> None:
        if self.authority is not None:
            self.authority.close()
        if self._announced is not None:
            self._announced.unlink(missing_ok=True)

    @property
    def url(self) -> str:
        """The address it listens at, such as `http://127.0.0.1:9380`."""
        return self._server.url

    @property
    def api_url(self) -> str:
        """The base URL for a client of the emulated service: ends in `/api`."""
        return f"{self.url}/api"

    def ask(self, method: str, target: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Send it a request without a connection; return the status and the body of its answer."""
        path, _, query = target.partition("?")
        sent = body or b""
        statuses: list[str] = []

        def start(status: str, _headers: Any, _error: Any = None, /) -> Callable[[bytes], object]:
            statuses.append(status)
            return bytes

        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            RAW_PATH: path.encode(),
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(sent)),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(sent),
            "wsgi.input_terminated": True,
        }
        parts = self._app(environ, start)
        answer = b"".join(parts)
        close = getattr(parts, "close", None)
        if close is not None:
            close()
        return int(statuses[-1][:3]), answer

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
        self._let_go_of_authority()
        self.emulator.close()

    def __enter__(self) -> HostedEmulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
