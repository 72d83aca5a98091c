"""CONNECT: a client that takes the server for a proxy, and TLS inside of its connection."""

from __future__ import annotations

import ssl
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_TLS_PORT = "443"


@dataclass(frozen=True, slots=True)
class Tunnels:
    """For which hosts tunnels are made, and the TLS that ends in them."""

    hosts: Collection[str]
    context: ssl.SSLContext

    def refusal(self, target: str) -> tuple[HTTPStatus, str] | None:
        """Why there is no tunnel to `host:port`; None when there is one."""
        host, _, port = target.rpartition(":")
        if host.lower().rstrip(".") not in self.hosts:
            served = ", ".join(self.hosts)
            return HTTPStatus.FORBIDDEN, (
                f"The gateway of yespo-mock serves {served}, and forwards nothing to any other"
                " host. Name further ones with --gateway-host."
            )
        if port != _TLS_PORT:
            return HTTPStatus.FORBIDDEN, (
                f"The gateway of yespo-mock makes tunnels to port {_TLS_PORT} only, not to"
                f" {port[:20]}."
            )
        return None


def target_of(head: bytes) -> str | None:
    """The target of a CONNECT request with its headers; None for one that is broken."""
    words = head.partition(b"\r\n")[0].split(b" ")
    if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
        return None
    return words[1].decode("latin-1")
