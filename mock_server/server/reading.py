"""Reads the requests of one connection, within the bounds of size."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote_from_bytes

import httptools

from mock_server.server.environ import HttpRequest
from mock_server.server.limits import Limits

# Data is parsed in pieces of this size, so that every bound holds however the data arrives.
_PIECE = 16 * 1024
# What the framing of one chunk takes: its size, two line ends, and a little room.
_FRAMING = 32
_NOT_ASCII = re.compile(rb"[\x80-\xff]+")
_SHOWN = 40


class _Receiver(Protocol):
    """Hears about the requests that are read; `headers_are_whole` says how large a body may be."""

    def request_begins(self) -> None: ...
    def headers_are_whole(self, request: HttpRequest) -> int: ...  # -1 to read no more
    def request_is_whole(self, request: HttpRequest) -> None: ...
    def refuse(self, status: HTTPStatus, reason: str, text: str) -> None: ...


class Reader:
    """Parses what a client sends into requests for a receiver, as if none offered an upgrade.

    Java's client offers HTTP/2 with each request. After the headers of such a request the C parser
    stops, and takes the body for another protocol; so a new one is fed a head that says how long
    the body is, which is not reported, and then the body.

    Attributes:
        request: the request that has begun and is not whole yet, or None.
        in_headers: whether its headers are still open.

    """

    def __init__(self, receiver: _Receiver, limits: Limits) -> None:
        self._receiver = receiver
        self._limits = limits
        self._parser: httptools.HttpRequestParser | None = self._new_parser()
        self.request: HttpRequest | None = None
        self.in_headers = False
        self._is_stopped = False
        self._declines = False  # the parser reads the head that `_decline` made up
        self._most = 0  # bytes that the body may have
        self._header_size = 0
        self._unfinished = 0  # bytes of a header that has not ended yet
        self._framing = 0  # bytes around the chunks of a body
        self._has_news = False

    def _new_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        # What follows "Connection: close" is ignored, not refused.
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    @property
    def method(self) -> str:
        """The method of the request that has begun, as far as it is known."""
        request = self.request
        if request is None or request.method or self._parser is None:
            return "" if request is None else request.method
        return self._parser.get_method().decode("ascii") if request.target else ""

    @property
    def cut_off(self) -> tuple[str, str]:
        """Reason and text for a request that ended before it was whole."""
        got, request = "the headers were whole", self.request
        if request is not None and not self.in_headers:
            whole = f" of {request.declared_length}" if request.declared_length else ""
            got = f"the body was whole: {len(request.body)}{whole} bytes came"
        return "cut_off", (
            f"The client closed the connection before {got}. Nothing of it was stored; send it"
            " again, whole."
        )

    def stop(self) -> None:
        """Read no more. The parser knows its reader: without this neither would be freed soon."""
        self._is_stopped = True
        self._parser = None

    def feed(self, data: bytes) -> None:
        """Parse what has come."""
        for start in range(0, len(data), _PIECE):
            if self._is_stopped or self._parser is None:
                return
            piece = data if len(data) <= _PIECE else data[start : start + _PIECE]
            self._has_news = False
            self._framing += len(piece)
            try:
                self._parse(self._parser, piece)
            except httptools.HttpParserError as error:
                self._refuse(HTTPStatus.BAD_REQUEST, *self._malformed(error, piece))
            else:
                self._check_unfinished(len(piece))

    def _parse(self, parser: httptools.HttpRequestParser, piece: bytes) -> None:
        try:
            parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            if parser.get_method() != b"CONNECT":  # which is refused, and would offer it again
                head = self._decline(parser)
                self._declines = True
                self._parser = self._new_parser()
                self._parse(self._parser, head + piece[int(upgrade.args[0]) :])

    def _decline(self, parser: httptools.HttpRequestParser) -> bytes:
        """Make up a head for the body of a request whose headers offered an upgrade."""
        lines = [b"%b * HTTP/%b" % (parser.get_method(), parser.get_http_version().encode())]
        for name, value in self._headers:
            if name in (b"content-length", b"transfer-encoding"):
                lines.append(name + b": " + value)
            elif name == b"connection":
                kept = [each for each in value.split(b",") if each.strip().lower() != b"upgrade"]
                lines.append(b"Connection: " + b",".join(kept))
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def _refuse(self, status: HTTPStatus, reason: str, text: str) -> None:
        if not self._is_stopped:
            self._is_stopped = True
            self._receiver.refuse(status, reason, text)

    def _check_unfinished(self, size: int) -> None:
        """Refuse a header, a chunk extension or a trailer that never ends."""
        if self.in_headers:
            self._unfinished = 0 if self._has_news else self._unfinished + size
            self._check_head()
        elif self._framing > self._limits.max_header and self.request is not None:
            self._refuse(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "too_large",
                "The chunk extensions and trailers of the body have more than"
                f" {self._limits.max_header} bytes. Send the body without them.",
            )

    def _check_head(self) -> None:
        """Refuse a request line or headers beyond their bounds."""
        most = self._limits.max_header
        if self.request is not None and len(self.request.target) > most:
            self._refuse(
                HTTPStatus.REQUEST_URI_TOO_LONG,
                "uri_too_long",
                f"The request line has more than {most} bytes. Send the values in a body.",
            )
        elif self._header_size + self._unfinished > most:
            self._refuse(
                HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                "headers_too_large",
                f"The headers together have more than {most} bytes. Send fewer cookies or shorter"
                " values.",
            )

    def on_message_begin(self) -> None:
        """Begin a request."""
        if self._declines:
            return
        self.request = HttpRequest()
        self._headers = self.request.headers
        self.in_headers = True
        self._header_size = self._unfinished = 0
        self._has_news = True
        self._receiver.request_begins()

    def on_url(self, url: bytes) -> None:
        """Take a part of the request target."""
        self._has_news = True
        if self.request is not None and not self._declines:
            self.request.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header; a trailer, after a chunked body, is not taken for one."""
        self._has_news = True
        if self.in_headers and not self._declines:
            self._unfinished = 0
            self._header_size += len(name) + len(value) + 4
            self._headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Have the receiver decide about the request."""
        if self._declines:
            self._declines = False
            return
        self.in_headers = False
        request, parser = self.request, self._parser
        if request is None or parser is None:
            return
        self._check_head()
        request.version = parser.get_http_version()
        request.method = parser.get_method().decode("ascii")
        request.keeps_open = request.version != "1.0" and parser.should_keep_alive()
        if refusal := _misfit(request):
            self._refuse(*refusal)
        if self._is_stopped:
            return
        self._framing = 0
        self._most = self._receiver.headers_are_whole(request)
        if self._most < 0:
            self._is_stopped = True
            self.request = None
        elif request.declared_length > self._most:
            self._refuse_body()

    def on_chunk_header(self) -> None:
        """Allow for the framing of one more chunk."""
        self._framing -= _FRAMING

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        request = self.request
        if self._is_stopped or request is None:
            return
        self._framing -= len(body)
        if not request.body:
            request.body = body
        else:
            if isinstance(request.body, bytes):
                request.body = bytearray(request.body)  # which grows in place
            request.body += body
        if len(request.body) > self._most:
            self._refuse_body()

    def _refuse_body(self) -> None:
        self._refuse(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            f"The body has more than {self._most} bytes, the most that is taken here. Send it in"
            " parts.",
        )

    def on_message_complete(self) -> None:
        """Hand the whole request over, unless its body is still to come from the next parser."""
        if self._parser is None or self._parser.should_upgrade():
            return
        request, self.request = self.request, None
        if not self._is_stopped and request is not None:
            self._receiver.request_is_whole(request)

    def _malformed(self, error: Exception, piece: bytes) -> tuple[str, str]:
        """Say why a request cannot be read, and the way out."""
        told = str(error)
        if "Transfer-Encoding" in told or told == "Duplicate Content-Length":
            return "ambiguous_length", (
                f"The request declares its length twice ({told}). Send one Content-Length, or"
                " Transfer-Encoding: chunked alone."
            )
        line = piece.partition(b"\r\n")[0]
        if isinstance(error, httptools.HttpParserInvalidURLError) and (
            found := _NOT_ASCII.search(line)
        ):
            bad = found[0].decode("utf-8", "replace")[:_SHOWN]
            sent = quote_from_bytes(bad.encode())
            return "malformed", (
                f'The address holds "{bad}", which is not percent-encoded. Send "{sent}" in its'
                " place: encode every value of the query."
            )
        if told.startswith("Expected HTTP/"):
            told = "after the address comes no HTTP/1.1; does the address hold a space?"
        elif told.startswith("Pause on PRI"):
            told = "it is HTTP/2"
        return "malformed", (
            f"This is not a valid HTTP/1.1 request: {told}. Send it with an HTTP library, and"
            " percent-encode what the address holds."
        )


def _misfit(request: HttpRequest) -> tuple[HTTPStatus, str, str] | None:
    """Say what is wrong with headers that are well-formed one by one; take the target apart."""
    if request.method == "CONNECT":
        text = "CONNECT must be the first request of a connection. Open another one for the tunnel."
        return HTTPStatus.BAD_REQUEST, "connect_refused", text
    try:
        request.locate()
    except httptools.HttpParserError:
        text = "The address cannot be read. Send a path, or http:// with a host and a path."
        return HTTPStatus.BAD_REQUEST, "malformed", text
    if request.version not in ("1.1", "1.0"):
        text = f"HTTP/{request.version} is not spoken here. Use HTTP/1.1."
        return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "malformed", text
    hosts = 0
    for name, value in request.headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding" and value.strip().lower() != b"chunked":
            text = "This Transfer-Encoding is not supported. Send the body as it is, or chunked."
            return HTTPStatus.NOT_IMPLEMENTED, "malformed", text
        elif name == b"upgrade" and b"websocket" in value.lower():
            text = "There are no websockets here. Send the request without the Upgrade header."
            return HTTPStatus.NOT_IMPLEMENTED, "upgrade_unsupported", text
    if hosts > 1 or (request.version == "1.1" and not hosts):
        text = "The request must have one Host header. Send exactly one."
        return HTTPStatus.BAD_REQUEST, "malformed", text
    return None
