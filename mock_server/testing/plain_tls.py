"""A stand-in for TLS towards an intercepted host: the same methods without encryption."""

from __future__ import annotations

import socket
import ssl
from typing import Any


class _Disguise:
    """The facts that a TLS connection reports about itself."""

    context: ssl.SSLContext
    server_hostname: str
    server_side = False
    session = None
    session_reused = False

    def do_handshake(self, block: bool = False) -> None:
        """There is nothing to negotiate."""

    def getpeercert(self, binary_form: bool = False) -> Any:
        """A certificate for the host that was asked for, and nothing more."""
        if binary_form:
            return b""
        return {
            "subject": ((("commonName", self.server_hostname),),),
            "subjectAltName": (("DNS", self.server_hostname),),
        }

    def cipher(self) -> tuple[str, str, int]:
        return ("TLS_AES_128_GCM_SHA256", "TLSv1.3", 128)

    def shared_ciphers(self) -> None:
        """Unknown."""

    def compression(self) -> None:
        """None."""

    def version(self) -> str:
        return "TLSv1.3"

    def selected_alpn_protocol(self) -> None:
        """None: HTTP/1.1 then."""

    def selected_npn_protocol(self) -> None:
        """None."""

    def get_channel_binding(self, cb_type: str = "tls-unique") -> None:
        """None."""

    def pending(self) -> int:
        return 0


class PlainSocket(_Disguise, socket.socket):
    """A socket that stands in for an `ssl.SSLSocket`."""

    @classmethod
    def of(cls, sock: socket.socket, context: ssl.SSLContext, host: str) -> PlainSocket:
        """The connection of `sock`, which is detached from it, as `wrap_socket` does."""
        timeout = sock.gettimeout()
        plain = cls(sock.family, sock.type, sock.proto, fileno=sock.detach())
        plain.settimeout(timeout)
        plain.context = context
        plain.server_hostname = host
        return plain

    def read(self, size: int = 1024, buffer: Any = None) -> Any:
        """Receive."""
        return self.recv(size) if buffer is None else self.recv_into(buffer, size)

    def write(self, data: Any) -> int:
        """Send."""
        return self.send(data)

    def unwrap(self) -> PlainSocket:
        """The connection underneath, which this is."""
        return self


class PlainTLS(_Disguise):
    """Takes the place of an `ssl.SSLObject`: what is written goes out, what comes in is read."""

    def __init__(
        self, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO, context: ssl.SSLContext, host: str
    ) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self.context = context
        self.server_hostname = host

    def read(self, size: int = 1024, buffer: Any = None) -> Any:
        """Return what has come in; raise `SSLWantReadError` if there is nothing yet."""
        data = self._incoming.read(size if buffer is None else min(size, len(buffer)))
        if not data and not self._incoming.eof:
            raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "Nothing has come in yet.")
        if buffer is None:
            return data
        buffer[: len(data)] = data
        return len(data)

    def write(self, data: Any) -> int:
        """Hand over what is to go out."""
        return self._outgoing.write(data)

    def pending(self) -> int:
        """Return how much can be read."""
        return self._incoming.pending

    def unwrap(self) -> None:
        """There is nothing to say at the end."""
