"""An emulator that runs elsewhere, in a container or under `exec`, as test code sees it."""

from __future__ import annotations

import os
from contextlib import suppress
from http.client import HTTPException
from typing import Any, NoReturn
from urllib.parse import urlsplit

from mock_server.exchange import connection_to, exchange
from mock_server.model import DEFAULT_ACCOUNT
from mock_server.testing.arranging import Arranging

__tracebackhide__ = True  # for pytest: a failure is in the line of the test

_SECONDS = 90.0  # longer than a call may wait for events


class NotConnectedError(ConnectionError):
    """What answers at the address is not yespo-mock, or nothing does."""


class ConnectedServer(Arranging):
    """The methods and assertions of `MockServer`, about a server at a URL.

    A context manager, as `MockServer` is; leaving it leaves the server alone. `mode` says whether
    all API keys share one account (`shared`) or have one each (`per-key`); `api_key` opens the
    account that is looked at.
    """

    def __init__(self, url: str, token: str | None = None, account: str | None = None) -> None:
        super().__init__()
        self.url = url.rstrip("/").removesuffix("/api")
        self._token = token
        self._name = DEFAULT_ACCOUNT
        try:
            connection_to(self.url)
        except ValueError as error:
            raise NotConnectedError(str(error)) from None
        if "uptimeSeconds" not in self._ask("GET", "/health"):
            raise NotConnectedError(f"What answers at {self.url} is not yespo-mock.")
        self.mode: str = self._ask("GET", "/accounts")["mode"]
        self.api_key = account or os.environ.get("YESPO_API_KEY") or "yespo-mock"
        if self.mode == "per-key":
            self._name = self.api_key
        elif account is not None:
            self._name = account

    @property
    def api_url(self) -> str:
        """The base URL for a client of the emulated service: ends in `/api`."""
        return f"{self.url}/api"

    @property
    def is_running(self) -> bool:
        """Say whether it runs: it did when it was connected to."""
        return True

    def start(self) -> ConnectedServer:
        """Do nothing, and return this: it runs already."""
        return self

    def close(self) -> None:
        """Do nothing: others may use it."""

    def _call(self, method: str, target: str, body: bytes | None) -> tuple[int, bytes]:
        headers = {"X-Mock-Account": self._name.encode().decode("latin-1")}
        if self._token:
            headers["X-Mock-Token"] = self._token
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = connection_to(self.url)
        path = urlsplit(self.url).path + target
        try:
            answer = exchange(connection, method, path, headers, body, seconds=_SECONDS)
        except (OSError, HTTPException) as error:
            reason = str(error) or type(error).__name__
            raise NotConnectedError(f"{self.url} does not answer: {reason}.") from None
        finally:
            with suppress(OSError):
                connection.close()
        return answer.status, answer.body

    @property
    def db(self) -> NoReturn:
        """Not from afar: raises `NotImplementedError`, as `down` and `intercept` do."""
        raise _not_from_afar("db")

    def down(self) -> NoReturn:
        """Not from afar."""
        raise _not_from_afar("down()")

    def intercept(self) -> NoReturn:
        """Not from afar."""
        raise _not_from_afar("intercept()")

    def __enter__(self) -> ConnectedServer:
        return self

    def __exit__(self, *_: Any) -> None:
        return None

    def __repr__(self) -> str:
        return f"<ConnectedServer {self.url}>"


def connect(
    url: str | None = None, token: str | None = None, account: str | None = None
) -> ConnectedServer:
    """Return the methods and assertions of `MockServer` for a server that runs elsewhere.

    Args:
        url: its address; without it, that in YESPO_MOCK_URL, which `yespo-mock exec` sets.
        token: its control token; without it, that in YESPO_MOCK_CONTROL_TOKEN.
        account: an account's name or, with an account for each API key, the key.

    What only a server in this process can do (`db`, `down`, `intercept`) raises
    `NotImplementedError`. Raises `NotConnectedError` when yespo-mock does not answer there.

    """
    url = url or os.environ.get("YESPO_MOCK_URL")
    if not url:
        raise NotConnectedError("Give the URL of the emulator, or set YESPO_MOCK_URL.")
    return ConnectedServer(url, token or os.environ.get("YESPO_MOCK_CONTROL_TOKEN"), account)


def _not_from_afar(what: str) -> NotImplementedError:
    return NotImplementedError(
        f"{what} is for a MockServer in this process; this one is connected to another server."
    )
