"""httptools' parser, made to read on after a request that offers an upgrade."""

from __future__ import annotations

from typing import Protocol

import httptools


class Listener(Protocol):
    """The recipient of what is parsed; `headers` are those of the request at hand."""

    headers: list[tuple[bytes, bytes]]

    def on_message_begin(self) -> None:
        """A request begins."""

    def on_url(self, url: bytes) -> None:
        """A part of the request target."""

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""

    def on_headers_complete(self) -> None:
        """The end of the headers."""

    def on_body(self, body: bytes) -> None:
        """A part of the body."""

    def on_chunk_header(self) -> None:
        """The size of one more chunk."""

    def on_message_complete(self) -> None:
        """The end of a request."""


class DecliningParser:
    """Parses requests for a `Listener` as if none offered an upgrade.

    Java's client offers HTTP/2 with each request. After the headers of such a request the C parser
    stops, and takes the body for another protocol; so a new one is fed a head that says how long
    the body is, which is not reported, and then the body.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._declined = False
        self.on_body = listener.on_body
        self.on_chunk_header = listener.on_chunk_header
        self._parser = self._new()

    def _new(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        # What follows "Connection: close" is ignored, not refused.
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self.should_keep_alive = parser.should_keep_alive
        self.get_method = parser.get_method
        self.get_http_version = parser.get_http_version
        return parser

    def feed_data(self, data: bytes) -> None:
        """Take the next bytes; raises `httptools.HttpParserError`."""
        while data:
            data = self._feed(data)

    def _feed(self, data: bytes) -> bytes:
        """Take bytes up to the end of headers that offer an upgrade; what to go on with."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._decline() + data[int(upgrade.args[0]) :]
        return b""

    def on_message_begin(self) -> None:
        """Passed on, as are those below, but for the head that `_decline` makes up."""
        if not self._declined:
            self._listener.on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the request target."""
        if not self._declined:
            self._listener.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        if not self._declined:
            self._listener.on_header(name, value)

    def on_headers_complete(self) -> None:
        """The end of the headers."""
        if self._declined:
            self._declined = False
        else:
            self._listener.on_headers_complete()

    def on_message_complete(self) -> None:
        """The end of a request, unless its body is still to come from the next parser."""
        if not self._parser.should_upgrade():
            self._listener.on_message_complete()

    def _decline(self) -> bytes:
        method = self._parser.get_method()
        version = self._parser.get_http_version().encode()
        if method == b"CONNECT":  # which would offer it again; the listener has refused it
            raise httptools.HttpParserError("CONNECT")
        headers = self._listener.headers
        lines = [b"%b * HTTP/%b" % (method, version)]
        for name, value in headers:
            lower = name.lower()
            if lower in (b"content-length", b"transfer-encoding"):
                lines.append(lower + b": " + value)
            elif lower == b"connection":
                kept = [each for each in value.split(b",") if each.strip().lower() != b"upgrade"]
                lines.append(b"Connection: " + b",".join(kept))
        self._declined = True
        self._parser = self._new()
        return b"\r\n".join(lines) + b"\r\n\r\n"
