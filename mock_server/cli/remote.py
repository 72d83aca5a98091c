"""Talking to the control API of a server that is running."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from mock_server.settings import ENVIRONMENT_PREFIX

# A server on this machine is never behind a proxy.
_OPENER = build_opener(ProxyHandler({}))


class RemoteError(Exception):
    """The server did not answer, or answered with an error; the message says which."""


def call(url: str, method: str, path: str, body: Any = None, timeout: float = 30.0) -> Any:
    """Call the control API at `url`; the JSON it answers. Raises `RemoteError`.

    A server with a control token gets the one in YESPO_MOCK_CONTROL_TOKEN.
    """
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data else {}
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
        with suppress(ValueError, KeyError, TypeError):  # not our own server, then
            text = json.loads(text)["message"]
        raise RemoteError(f"{url} answered {error.code}: {text}") from None
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise RemoteError(f"{url} does not answer: {reason}") from None
