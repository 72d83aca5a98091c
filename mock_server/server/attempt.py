"""Requests that the server itself refuses, before an application sees them (WIRE-14)."""

from dataclasses import dataclass
from http import HTTPStatus

Wording = tuple[str, bytes]
"""The content type and the body of an answer."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request, or the beginning of one, that the server refused.

    `status` is 0 without an answer; `reason` a code such as `tls_failed`, `text` the error and the
    way out; `method` and the raw `target` as far as they came; `via` is `plain`, `proxy` or `tls`.
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
