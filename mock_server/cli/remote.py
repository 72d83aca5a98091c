"""Talking to the control API of a server that is running, or to something else that answers."""

import os
from base64 import b64encode
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from mock_server import jsonio
from mock_server.cli.layout import Failure
from mock_server.exchange import ReadAnswer, connection_to, exchange
from mock_server.printable import printable
from mock_server.settings import ENVIRONMENT_PREFIX

PATIENCE = 30.0
"""Seconds that an answer may take."""
_SHOWN = 300
_HEALTH = ("status", "version", "uptimeSeconds", "events", "orders", "contacts")


class RemoteError(Failure):
    """The server did not answer, or answered with an error; the message says which."""


class NotOursError(RemoteError):
    """The error for a server that is not yespo-mock."""


@dataclass(frozen=True, slots=True)
class EventAnswer:
    """A server's answer to an event; `event_id` is None if the server is not ours."""

    status: int
    text: str
    event_id: int | None


def not_ours(url: str, why: str = "its answer has another shape") -> NotOursError:
    """The error that says that something else answers there."""
    return NotOursError(
        f"What answers at {url} is not yespo-mock: {why}. Give the address that yespo-mock serve"
        " prints with --url."
    )


def send_event(url: str, body: bytes, api_key: str) -> EventAnswer:
    """Send an event to Generate event at `url`. Raises `RemoteError` when nothing answers."""
    credentials = b64encode(f"yespo-mock:{api_key}".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {credentials}"}
    answer = _request(url, "POST", "", headers, body, PATIENCE)
    event_id = answer.headers.get("x-mock-event-id", "")
    number = int(event_id) if event_id.isascii() and event_id.isdigit() else None
    return EventAnswer(answer.status, answer.text, number)


def call(
    url: str,
    method: str,
    path: str,
    body: Any = None,
    timeout: float | None = None,
    account: str | None = None,
    also: Collection[int] = (),
) -> Any:
    """Call the control API at `url`; the JSON object it answers, or `RemoteError`.

    Its token is YESPO_MOCK_CONTROL_TOKEN's. `account` is a name, or with an account per key an API
    key; `also` are statuses that are answers.
    """
    data = None if body is None else jsonio.dumps(body)
    headers = {"Content-Type": "application/json"} if data is not None else {}
    if account is not None:
        headers["X-Mock-Account"] = account.encode().decode("latin-1")
    token = os.environ.get(f"{ENVIRONMENT_PREFIX}CONTROL_TOKEN")
    if token:
        headers["X-Mock-Token"] = token
    answer = _request(url, method, path, headers, data, timeout)
    if 300 <= answer.status < 400:
        there = printable(answer.headers.get("location", "another address")[:_SHOWN])
        raise not_ours(url, f"it redirects to {there}, which is not followed")
    try:
        found = answer.json()
    except jsonio.MalformedJson:
        found = None
    if not isinstance(found, dict):
        said = printable(answer.text[:_SHOWN].strip()) or "nothing"
        raise not_ours(url, f"it answered {answer.status} and {said}")
    if answer.status != 200 and answer.status not in also:
        text = found.get("message")
        if not isinstance(text, str):
            raise not_ours(url, f"it answered {answer.status}")
        raise RemoteError(f"{url} answered {answer.status}: {text}")
    return found


def make_sure(url: str, path: str = "/_mock/health", timeout: float | None = None) -> None:
    """Make sure that yespo-mock answers there. Raises `RemoteError`, of others `NotOursError`."""
    found = call(url, "GET", path, timeout=timeout)
    if found.get("status") != "ok" or not all(name in found for name in _HEALTH):
        raise not_ours(url)


@contextmanager
def understood(url: str) -> Iterator[None]:
    """While this is open, an answer that has another shape than ours is a `NotOursError`."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):
        raise not_ours(url) from None


def check_url(url: str) -> None:
    """Refuse what is not the address of a web server. Raises `RemoteError`."""
    try:
        connection_to(url)
        is_good = url.isascii() and url.isprintable() and " " not in url
    except ValueError:
        is_good = False
    if not is_good:
        raise RemoteError(f"{printable(url)} is not a URL such as http://127.0.0.1:9380.")


def _request(
    url: str,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None,
    timeout: float | None,
) -> ReadAnswer:
    """Send one request on its own connection, without proxy or redirect. Raises `RemoteError`."""
    check_url(url)
    parts, connection = urlsplit(url), connection_to(url)
    target = f"{parts.path.rstrip('/')}{path}{f'?{parts.query}' if parts.query else ''}" or "/"
    seconds = PATIENCE if timeout is None else timeout
    try:
        return exchange(connection, method, target, headers, body, seconds=seconds)
    except HTTPException as error:
        why = str(error) if str(error).startswith("the answer") else "it does not speak HTTP"
        raise not_ours(url, why) from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error) or type(error).__name__
        reason = printable(said)
        raise RemoteError(f"{url} does not answer as yespo-mock: {reason}.") from None
    finally:
        with suppress(OSError):
            connection.close()
