"""What the server refuses by itself, before an application sees a request (WIRE-14)."""

from __future__ import annotations

from dataclasses import dataclass

Wording = tuple[str, bytes]
"""The content type and the body of an answer."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request, or the beginning of one, that the server refused.

    Attributes:
        status: what it was answered with; 0 where no answer could be given.
        reason: a code such as `malformed` or `tls_failed`.
        text: what was wrong, and the way out.
        method: as far as it came, else empty.
        target: the request target as sent, as far as it came.
        host: the host that was asked for, where it is known.
        via: how it came: `plain`, `proxy` or `tls`.
        authorization: the Authorization header, where it came.

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
