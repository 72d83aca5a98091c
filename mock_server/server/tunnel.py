"""CONNECT: a client that takes the server for a proxy, and TLS inside of its connection."""

import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http import HTTPStatus

_CONNECT = b"CONNECT "
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
TLS_PORT = "443"
_PORTS = (TLS_PORT, "80")
_TRUST = (
    "It does not trust the authority: it brings its own certificates, or verifies with a file of"
    " its own (pycurl, Typhoeus, `verify=…`). Have it use the bundle in SSL_CERT_FILE"
    " (CURL_CA_BUNDLE, NODE_EXTRA_CA_CERTS, -Djavax.net.ssl.trustStore)."
)
LEFT_AFTER_HANDSHAKE = f"A client left right after the TLS handshake, without a request. {_TRUST}"
# What a client that does not trust a certificate says, by the names of TLS alerts.
_DISTRUST = ("UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN", "CERTIFICATE_EXPIRED")


@dataclass(frozen=True, slots=True)
class Tunnels:
    """The hosts that have tunnels, and their TLS; `not_served` explains why a host has none."""

    hosts: Collection[str]
    context: ssl.SSLContext
    not_served: Callable[[str], str]

    def refusal(self, target: str) -> str | None:
        """Say why `host:port` cannot be tunnelled to; None if it can."""
        host, _, port = target.rpartition(":")
        if host.lower().rstrip(".") not in self.hosts:
            return self.not_served(host or target)
        if port not in _PORTS:
            return (
                f"The gateway of yespo-mock makes tunnels to the ports {' and '.join(_PORTS)}, not"
                f" to {port[:20]}. Use https without a port."
            )
        return None


def target_of(head: bytes) -> str | None:
    """The target of a CONNECT request with its headers, or None if it is malformed."""
    words = head.partition(b"\r\n")[0].split(b" ")
    if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
        return None
    return words[1].decode("latin-1")


def begins_connect(held: bytes) -> bool:
    """Return whether the first bytes of a connection are, or may become, a CONNECT request."""
    return held.startswith(_CONNECT) or _CONNECT.startswith(held)


def asked_for(
    held: bytes, tunnels: Tunnels | None, most: int
) -> str | tuple[HTTPStatus, str, str] | None:
    """The target of CONNECT, or a refusal's status, reason and text; `held` up to `most`."""
    head, end, more = held.partition(b"\r\n\r\n")
    if len(head.rstrip(b"\r\n")) > most:
        text = f"The headers together have more than {most} bytes."
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", text
    if tunnels is None:
        text = "CONNECT is for a proxy, which this is when it is started with --gateway."
        is_sure = held.startswith(_CONNECT)
        return (HTTPStatus.BAD_REQUEST, "connect_refused", text) if is_sure else None
    if not end:
        return None
    target = target_of(head)
    if target is None or more:
        text = "CONNECT is one request line, and waits for its answer."
        return HTTPStatus.BAD_REQUEST, "malformed", text
    refusal = tunnels.refusal(target)
    return target if refusal is None else (HTTPStatus.FORBIDDEN, "connect_refused", refusal)


def handshake_failure(error: Exception) -> str:
    """Say why a TLS handshake failed, and the way out."""
    reason = getattr(error, "reason", None) or ""
    if any(each in reason for each in _DISTRUST):
        return f"A client refused the certificate in the TLS handshake ({reason}). {_TRUST}"
    if reason in ("HTTP_REQUEST", "HTTPS_PROXY_REQUEST"):
        return "A client spoke plain HTTP where TLS is spoken. Use https://."
    if isinstance(error, ssl.SSLError) and reason:
        return f"A TLS handshake failed ({reason}). Have the client offer TLS 1.2 or 1.3."
    if isinstance(error, TimeoutError) or "timed out" in str(error) or "longer than" in str(error):
        return "A TLS handshake took too long. The client sent nothing more."
    return f"A client left in the middle of the TLS handshake. {_TRUST}"
