"""The server that is verified, over HTTP exactly as a scenario writes it."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from mock_server import jsonio
from mock_server.exchange import ReadAnswer, connection_to, exchange

_TIMEOUT = 30.0


class TargetError(Exception):
    """The server does not answer, or cannot be used; the message says why."""


class Target:
    """A server at a URL, over one connection; `TargetError` if it is no URL or nothing answers."""

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url.rstrip("/").removesuffix("/api")
        try:
            self._connection = connection_to(self.url)
        except ValueError as error:
            raise TargetError(str(error)) from None
        self._base = urlsplit(self.url).path
        credentials = base64.b64encode(f"yespo-mock:{api_key}".encode()).decode()
        self._authorization = f"Basic {credentials}"
        self.has_control = self._finds_control()

    def send(
        self, method: str, path: str, headers: Mapping[str, str | None], body: bytes | None
    ) -> ReadAnswer:
        """Send a request. A header of None is left out; others stand beside the usual ones."""
        usual: dict[str, str | None] = {"Authorization": self._authorization}
        token = os.environ.get("YESPO_MOCK_CONTROL_TOKEN")
        if token and path.startswith("/_mock"):
            usual["X-Mock-Token"] = token
        if body is not None:
            usual["Content-Type"] = "application/json"
        given = {name.lower() for name in headers}
        wanted = {name: usual[name] for name in usual if name.lower() not in given}
        wanted.update(headers)
        sent = {name: value for name, value in wanted.items() if value is not None}
        reused = self._connection.sock is not None
        try:
            return self._exchange(method, path, sent, body)
        except (OSError, HTTPException, ValueError) as error:
            self._connection.close()
            # Only a kept connection that was closed meanwhile is worth another attempt.
            if reused and isinstance(error, ConnectionError):
                with suppress(OSError, HTTPException):
                    return self._exchange(method, path, sent, body)
            reason = str(error) or type(error).__name__
            raise TargetError(f"{self.url} does not answer: {reason}.") from None

    def control(self, method: str, path: str, body: Any = None) -> ReadAnswer:
        """Call the control API."""
        sent = None if body is None else jsonio.dumps(body)
        return self.send(method, f"/_mock{path}", {}, sent)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Call the control API, and return the answer. Raises `TargetError` unless it succeeds."""
        answer = self.control(method, path, body)
        if answer.status != 200:
            raise TargetError(f"{method} {self.url}/_mock{path}: {answer.status} {answer.text}")
        return answer.json()

    def _exchange(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> ReadAnswer:
        return exchange(
            self._connection, method, self._base + path, headers, body, seconds=_TIMEOUT
        )

    def _finds_control(self) -> bool:
        answer = self.control("GET", "/health")
        try:
            told = answer.json()
        except jsonio.MalformedJson:
            return False
        return answer.status == 200 and isinstance(told, dict) and told.get("status") == "ok"

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
