"""The vendor's wire: authentication, content types, bodies and answers (WIRE)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Response, request

from mock_server import jsonio
from mock_server.emulator import Account, Emulator
from mock_server.model import Step

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
# What the journal needs to know of a request travels in its WSGI environment, under these keys.
ACCOUNT, BODY, EVENT_ID, FAULT, REASON, UNANSWERED = (
    f"yespo_mock.{name}"
    for name in ("account", "body", "event_id", "fault", "reason", "unanswered")
)
_UTF8 = frozenset(("utf-8", "utf8", "us-ascii", "ascii"))
KEPT_BODY = 2000


class WireError(Exception):
    """An answer that ends a request early: its status, its text, and the reason for the journal."""

    def __init__(self, status: int, reason: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.reason = reason

    def answer(self) -> Response:
        """The answer as the client gets it: a short text, or JSON for 401 (WIRE-02, WIRE-04)."""
        request.environ[REASON] = self.reason
        if self.status == 401:
            body = jsonio.dumps({"status": 401, "error": "Unauthorized", "message": str(self)})
            answer = Response(body, 401, content_type=JSON)
            answer.headers["WWW-Authenticate"] = 'Basic realm="yespo-mock"'
            return answer
        return text_answer(str(self), self.status)


def text_answer(text: str, status: int = 200) -> Response:
    """A short text."""
    return Response(text, status, content_type=TEXT)


def json_answer(value: Any, status: int = 200) -> Response:
    """A JSON body."""
    return Response(jsonio.dumps(value), status, content_type=JSON)


def empty_answer() -> Response:
    """WIRE-01: status 200, `Content-Length: 0`, no content type."""
    answer = Response(b"")
    del answer.headers["Content-Type"]
    return answer


def served(app: WSGIApplication, environ: dict[str, Any]) -> Response:
    """The answer of an application as an object that can still be changed; `environ` is filled."""
    started: list[tuple[str, Any]] = []
    written: list[bytes] = []

    def start(status: str, headers: Any, _exc_info: Any = None, /) -> Callable[[bytes], None]:
        started.append((status, headers))
        return written.append

    parts = app(environ, start)
    written.extend(parts)
    close = getattr(parts, "close", None)
    if close is not None:
        close()
    status, headers = started[-1]
    return Response(b"".join(written), status, headers)


def api_key() -> str:
    """The API key of the request: the password of Basic authentication (WIRE-02)."""
    header = request.environ.get("HTTP_AUTHORIZATION")
    key = _key_in(header) if header is not None else None
    if key is None:
        seen = (
            "There is no API key" if header is None else "The Authorization header has no API key"
        )
        raise WireError(
            401,
            "api_key_missing",
            f"{seen}. Use Basic authentication: any user name, the API key as password.",
        )
    return key


def account_in_header(environ: dict[str, Any], emulator: Emulator) -> Account | None:
    """The account that the Authorization header opens, or None; raises `UnknownKeyError`."""
    header = environ.get("HTTP_AUTHORIZATION")
    if header is None:
        return None
    token = bearer_token(header)
    if token is not None:
        return emulator.account_for_token(token)
    key = _key_in(header)
    return None if key is None else emulator.account_for_key(key)


def bearer_token(header: str) -> str | None:
    """The token in an Authorization header, if it is one of the scheme Bearer (WIRE-03)."""
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


@lru_cache(maxsize=1024)
def _key_in(header: str) -> str | None:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None
    _, colon, key = decoded.partition(":")
    return key if colon and key.strip() else None


def check_content_type() -> tuple[tuple[Step, str | None], ...]:
    """WIRE-05: JSON only. The notes for the trace: that the content type was missing, if it was."""
    sent = request.environ.get("CONTENT_TYPE")
    if not sent:
        step = Step("WIRE-05", "noted", "there is no Content-Type; application/json is assumed")
        return ((step, "content_type_missing"),)
    media_type, *parameters = sent.lower().split(";")
    charsets = [
        each.partition("=")[2].strip().strip('"')
        for each in parameters
        if each.strip().startswith("charset=")
    ]
    if media_type.strip() != JSON or not _UTF8.issuperset(charsets):
        raise WireError(
            415,
            "content_type_unsupported",
            f"Content-Type {sent} is not supported. Send application/json, in UTF-8.",
        )
    return ()


def read_body() -> bytes:
    """The body as sent; the journal keeps its beginning."""
    body = request.get_data(cache=False)
    request.environ[BODY] = body[:KEPT_BODY]
    return body
