"""Requests that the server itself refuses, before an application sees them (WIRE-14)."""

from dataclasses import dataclass
from http import HTTPStatus

Wording = tuple[str, bytes]
"""The content type and the body of an answer."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request, or the beginning of one, that the server refused.

    Attributes:
        status: the status of the answer; 0 if the request could not be answered.
        reason: a code such as `malformed` or `tls_failed`.
        text: the error, and the way out.
        method: as far as it arrived, else empty.
        target: the request target as sent, as far as it arrived.
        host: the host that was asked for, if known.
        via: how it arrived: `plain`, `proxy` or `tls`.
        authorization: the Authorization header, if it arrived.

    """

    status: int
    reason: str
    text: str
    method: str = ""
    target: str = ""
    host: str = ""
    via: str = "plain"
    authorization: str = ""


def plain_wording(attempt: Attempt) -> Wording:
    """The text of an attempt as plain text."""
    return "text/plain; charset=utf-8", f"{attempt.text}\n".encode()


def refusal_of(attempt: Attempt, wording: Wording, date: str) -> bytes:
    """Return the whole answer that refuses a request and ends its connection."""
    status = HTTPStatus(attempt.status)
    content_type, body = wording
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"Date: {date}\r\n"
        f"Content-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body
