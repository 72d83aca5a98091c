"""Reads the requests of one connection, within the bounds of size."""

from http import HTTPStatus
from typing import Protocol

import httptools

from mock_server.server.environ import HttpRequest
from mock_server.server.limits import Limits
from mock_server.server.misfits import malformed, misfit

# What the line of a chunk may have besides its share of `max_header`: a size and the line end.
CHUNK_LINE = 18
_HEAD_END = b"\r\n\r\n"
_END = 2  # a line end, or an empty line


# The parts of a request. Each is fed to the parser by itself, so that its bound is exact.
_LINE, _HEAD, _BODY, _CHUNK_LINE, _CHUNK, _TRAILERS = range(6)
_TOO_MUCH_FRAMING = (
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_large",
    "The body's chunk extensions and trailers have more than {} bytes. Send it without them.",
)
_TOO_MUCH = {
    _LINE: (
        HTTPStatus.REQUEST_URI_TOO_LONG,
        "uri_too_long",
        "The request line has more than {} bytes. Send the values in a body.",
    ),
    _HEAD: (
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        "headers_too_large",
        "The headers together have more than {} bytes. Send fewer cookies or shorter values.",
    ),
    _CHUNK_LINE: _TOO_MUCH_FRAMING,
    _TRAILERS: _TOO_MUCH_FRAMING,
}


class _Receiver(Protocol):
    """Hears about the requests that are read; `headers_are_whole` says how large a body may be."""

    def request_begins(self) -> None: ...
    def headers_are_whole(self, request: HttpRequest) -> int: ...  # -1 to read no more
    def request_is_whole(self, request: HttpRequest) -> None: ...
    def refuse(self, status: HTTPStatus, reason: str, text: str) -> None: ...


class Reader:
    """Parses what a client sends into requests, as if none offered an upgrade.

    Java's client offers HTTP/2, at which the C parser stops: a new one is fed a head for the body.
    `request` has begun and is not whole yet, or is None; `in_headers`: its headers are open.
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
        self._framing = 0  # bytes that chunk extensions and trailers may still have
        self._held = b""  # the end of the head so far, or the line of a chunk
        self._enter(_LINE, limits.max_header + _END)

    def _enter(self, part: int, room: int, held: bytes = b"") -> None:
        self._part, self._room, self._held = part, room, held
        self._has_moved = True

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
        at = 0
        while at < len(data) and not self._is_stopped and self._parser is not None:
            part = self._part
            piece = data[at : min(self._end_of_part(data, at), at + self._room)]
            at += len(piece)
            self._has_moved = False
            self._room -= len(piece)
            if part == _CHUNK_LINE:
                self._held += piece
            try:
                self._parse(self._parser, piece)
            except httptools.HttpParserError as error:
                self._refuse(HTTPStatus.BAD_REQUEST, *malformed(error, piece))
                return
            if not self._has_moved:
                self._go_on(part, piece)

    def _end_of_part(self, data: bytes, at: int) -> int:
        """Return where the part of a request that goes on at a place ends, at the latest."""
        part = self._part
        if part == _LINE:
            end = data.find(_HEAD_END, at, at + self._room)
            if end >= 0:  # within either bound
                return end + len(_HEAD_END)
        elif part == _HEAD:
            held = self._held
            end = (held + data[at : at + 3]).find(_HEAD_END)
            if end >= 0:  # it began in what came before
                return at + end + len(_HEAD_END) - len(held)
            end = data.find(_HEAD_END, at)
            return len(data) if end < 0 else end + len(_HEAD_END)
        elif part in (_BODY, _CHUNK):
            return at + self._room
        return data.find(b"\n", at) + 1 or len(data)

    def _go_on(self, part: int, piece: bytes) -> None:
        """A part was fed and has not ended by that; refuse one that is as long as it may be."""
        most = self._limits.max_header
        if part == _LINE and (self.request is None or piece.endswith(b"\n")):
            if self.request is None:  # an empty line, or what follows "Connection: close"
                self._enter(_LINE, most + _END)
            else:
                self._enter(_HEAD, most + _END, _HEAD_END[:_END])
        elif not self._room and part in _TOO_MUCH:
            status, reason, text = _TOO_MUCH[part]
            self._refuse(status, reason, text.format(most))
        elif part == _HEAD:
            self._held = (self._held + piece)[-3:]

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

    def on_message_begin(self) -> None:
        """Begin a request."""
        if self._declines:
            return
        self.request = HttpRequest()
        self._headers = self.request.headers
        self.in_headers = True
        self._receiver.request_begins()

    def on_url(self, url: bytes) -> None:
        """Take a part of the request target."""
        if self.request is not None and not self._declines:
            self.request.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header; a trailer, after a chunked body, is not taken for one."""
        if self.in_headers and not self._declines:
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
        request.version = parser.get_http_version()
        request.method = parser.get_method().decode("ascii")
        request.keeps_open = request.version != "1.0" and parser.should_keep_alive()
        if refusal := misfit(request):
            self._refuse(*refusal)
        if self._is_stopped:
            return
        self._most = self._receiver.headers_are_whole(request)
        if self._most < 0:
            self._is_stopped = True
            self.request = None
            return
        length = request.declared_length
        if length > self._most:
            self._refuse_body()
        elif length:
            self._enter(_BODY, length)
        else:  # chunks, or nothing, and then the request is whole at once
            self._framing = self._limits.max_header
            self._enter(_CHUNK_LINE, self._framing + CHUNK_LINE)

    def on_chunk_header(self) -> None:
        """A chunk begins; the last one is empty, and trailers follow it."""
        self._framing -= max(0, len(self._held) - CHUNK_LINE)
        size = int(self._held.partition(b";")[0], 16)
        if size:
            self._enter(_CHUNK, size + _END)
        else:
            self._enter(_TRAILERS, self._framing + _END)

    def on_chunk_complete(self) -> None:
        """The line of the next chunk follows."""
        self._enter(_CHUNK_LINE, self._framing + CHUNK_LINE)

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        request = self.request
        if self._is_stopped or request is None:
            return
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
        self._enter(_LINE, self._limits.max_header + _END)
        if not self._is_stopped and request is not None:
            self._receiver.request_is_whole(request)
