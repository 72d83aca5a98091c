"""The vendor's wire: authentication, content types, bodies and answers (WIRE)."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from typing import TYPE_CHECKING

from mock_server.emulator import Account, Emulator, Note, Step
from mock_server.routes import JSON
from mock_server.wsgi import ACCOUNT, BODY, NOTES, REASON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed.wsgi import WSGIEnvironment

TEXT_SENT = "text/plain; charset=utf-8"
JSON_SENT = "application/json;charset=UTF-8"  # WIRE-04: as the service writes it

_UTF8 = frozenset(("utf-8", "utf8", "us-ascii", "ascii"))
KEPT_BODY = 2000
_NOTED = 20


class WireError(Exception):
    """An error that ends a request: status, text, reason, and what the journal is told instead."""

    def __init__(self, status: int, reason: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.reason = reason
        self.told: Note | None = None


def note(environ: WSGIEnvironment, reason: str, text: str, told: Note | None = None) -> None:
    """Note for the journal why a request was refused."""
    environ[REASON] = reason
    environ.setdefault(NOTES, []).append(told or Note(reason, text))


def note_failures(environ: WSGIEnvironment, reason: str, errors: Sequence[str | Note]) -> None:
    """Note for the journal the first elements of a bulk request that failed."""
    if errors:
        environ[REASON] = reason
        _note_many(environ, reason, errors, is_failure=True)


def note_warnings(environ: WSGIEnvironment, code: str, texts: Sequence[str]) -> None:
    """Note for the journal the first warnings of a bulk request."""
    _note_many(environ, code, texts, is_failure=False)


def _note_many(
    environ: WSGIEnvironment, code: str, texts: Sequence[str | Note], *, is_failure: bool
) -> None:
    notes = environ.setdefault(NOTES, [])
    for each in texts[:_NOTED]:
        notes.append(each if isinstance(each, Note) else Note(code, each, is_failure))
    if len(texts) > _NOTED:
        notes.append(Note(code, f"and {len(texts) - _NOTED} more", is_failure))


def api_key(environ: WSGIEnvironment) -> str:
    """Return the API key of a request: the password of Basic authentication (WIRE-02)."""
    header = environ.get("HTTP_AUTHORIZATION")
    scheme, key = _credentials(header) if header is not None else ("", None)
    if scheme != "basic" or key is None:
        seen = (
            "There is no API key" if header is None else "The Authorization header has no API key"
        )
        raise WireError(
            401,
            "api_key_missing",
            f"{seen}. Use Basic authentication: any user name, the API key as password.",
        )
    return key


def account_in_header(environ: WSGIEnvironment, emulator: Emulator) -> Account | None:
    """The account that the Authorization header opens, or None. Raises `UnknownKeyError`."""
    header = environ.get("HTTP_AUTHORIZATION")
    scheme, secret = _credentials(header) if header is not None else ("", None)
    if secret is None:
        return None
    if scheme == "bearer":
        return emulator.account_for_token(secret)
    return emulator.account_for_key(secret)


def account_of_event(environ: WSGIEnvironment, emulator: Emulator) -> Account:
    """Return the account of a request of the event methods, which take a bearer token too."""
    token = bearer_token(environ)
    if token is None:
        return noted(environ, emulator.account_for_key(api_key(environ)))
    account = emulator.account_for_token(token)
    if account is None:  # WIRE-12
        raise WireError(
            401,
            "bearer_token_unknown",
            "The bearer token is unknown. POST /api/v1/auth/token, with Basic authentication,"
            " gives one. OAuth 2.0 tokens are not emulated.",
        )
    return noted(environ, account)


def noted(environ: WSGIEnvironment, account: Account) -> Account:
    """Note for the journal whose request it is, and return the account."""
    environ[ACCOUNT] = account.name
    return account


def bearer_token(environ: WSGIEnvironment) -> str | None:
    """Return the bearer token in the Authorization header, or None (WIRE-03)."""
    header = environ.get("HTTP_AUTHORIZATION")
    scheme, secret = _credentials(header) if header is not None else ("", None)
    return secret if scheme == "bearer" else None


@lru_cache(maxsize=1024)
def _credentials(header: str) -> tuple[str, str | None]:
    """Return the scheme in small letters, and the token or API key, or None if there is none."""
    scheme, _, credentials = header.partition(" ")
    scheme = scheme.lower()
    if scheme == "bearer":
        return scheme, credentials.strip()
    if scheme != "basic":
        return scheme, None
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return scheme, None
    _, colon, key = decoded.partition(":")
    return scheme, key if colon and key.strip() else None


def check_content_type(environ: WSGIEnvironment) -> tuple[tuple[Step, str | None], ...]:
    """WIRE-05 and ENV-19: JSON only, not encoded; a note if the content type is missing."""
    encoding = environ.get("HTTP_CONTENT_ENCODING")
    if encoding and encoding.strip().lower() != "identity":
        raise WireError(
            415,
            "content_encoding_unsupported",
            f"Content-Encoding {encoding[:40]} is not understood. Send the JSON as it is, not"
            " compressed.",
        )
    sent = environ.get("CONTENT_TYPE")
    if not sent:
        step = Step("WIRE-05/assumed")
        return ((step, "content_type_missing"),)
    if not _is_json(sent):
        raise WireError(
            415,
            "content_type_unsupported",
            f"Content-Type {sent} is not supported. Send application/json, in UTF-8.",
        )
    return ()


@lru_cache(maxsize=128)
def _is_json(content_type: str) -> bool:
    media_type, *parameters = content_type.lower().split(";")
    charsets = [
        each.partition("=")[2].strip().strip('"')
        for each in parameters
        if each.strip().startswith("charset=")
    ]
    return media_type.strip() == JSON and _UTF8.issuperset(charsets)


def read_body(environ: WSGIEnvironment) -> bytes:
    """Return the body as sent; the journal keeps its beginning."""
    if environ.get("wsgi.input_terminated"):  # so the stream ends with the body
        body: bytes = environ["wsgi.input"].read()
    else:
        from werkzeug.wsgi import get_input_stream  # our server needs none of Werkzeug for an event

        body = get_input_stream(environ).read()
    environ[BODY] = body[:KEPT_BODY]
    return body
