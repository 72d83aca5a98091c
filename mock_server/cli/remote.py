"""Talking to the control API of a server that is running."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from mock_server.settings import ENVIRONMENT_PREFIX


class _NoRedirects(HTTPRedirectHandler):
    """The control token must not follow a redirect to somebody else's host."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse: the answer is then an error like others."""


# A server on this machine is never behind a proxy.
_OPENER = build_opener(ProxyHandler({}), _NoRedirects())


class RemoteError(Exception):
    """The server did not answer, or answered with an error; the message says which."""


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """What a server answered to an event; `event_id` is None where it is not our server."""

    status: int
    text: str
    event_id: int | None


def post_event(url: str, body: bytes, api_key: str) -> EventAnswer:
    """Send an event to Generate event at `url`. Raises `RemoteError` when nothing answers."""
    check_url(url)
    credentials = b64encode(f"yespo-mock:{api_key}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {credentials}"}
    request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310  (the user's)
    try:
        try:
            answer = _OPENER.open(request, timeout=30)
        except HTTPError as error:
            answer = error
        with answer:
            event_id = answer.headers.get("X-Mock-Event-Id")
            text = answer.read().decode("utf-8", "replace")
            return EventAnswer(answer.status, text, int(event_id) if event_id else None)
    except (URLError, OSError, HTTPException, ValueError) as error:
        raise RemoteError(f"{url} does not answer: {_reason(error)}") from None


def call(
    url: str,
    method: str,
    path: str,
    body: Any = None,
    timeout: float = 30.0,
    account: str | None = None,
) -> Any:
    """Call the control API at `url`; the JSON it answers. Raises `RemoteError`.

    A server with a control token gets the one in YESPO_MOCK_CONTROL_TOKEN. `account` is an
    account's name or, with an account per key, its API key.
    """
    check_url(url)
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data else {}
    if account is not None:
        headers["X-Mock-Account"] = account
    token = os.environ.get(f"{ENVIRONMENT_PREFIX}CONTROL_TOKEN")
    if token:
        headers["X-Mock-Token"] = token
    request = Request(  # noqa: S310  (the user's own server)
        f"{url.rstrip('/')}{path}",
        data=data,
        method=method,
        headers=headers,
    )
    try:
        with _OPENER.open(request, timeout=timeout) as answer:
            return json.load(answer)
    except HTTPError as error:
        with error:
            text = error.read().decode("utf-8", "replace")
            there = error.headers.get("Location")
        if 300 <= error.code < 400:
            text = f"a redirect to {there}, which is not followed; name the address it leads to"
        with suppress(ValueError, KeyError, TypeError):  # not our own server, then
            text = json.loads(text)["message"]
        raise RemoteError(f"{url} answered {error.code}: {text}") from None
    except (URLError, OSError, HTTPException, ValueError) as error:
        raise RemoteError(f"{url} does not answer as yespo-mock: {_reason(error)}") from None


def check_url(url: str) -> None:
    """Refuse what is no address of a web server. Raises `RemoteError`."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise RemoteError(f"{url} is no URL such as http://127.0.0.1:9380.")


def _reason(error: Exception) -> object:
    if isinstance(error, HTTPException):
        return "what answers there does not speak HTTP"
    return getattr(error, "reason", error)
