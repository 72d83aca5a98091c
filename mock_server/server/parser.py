"""From bytes to requests: what httptools reports, checked and put into WSGI environs."""

from __future__ import annotations

import logging
from collections import deque
from http import HTTPStatus
from io import BytesIO
from typing import NamedTuple, NoReturn

import httptools

from .environ import HEADER_KEYS, Environ, add_target
from .limits import Limits

_Status = HTTPStatus
_log = logging.getLogger("yespo_mock.server")

# Where in a request the parser is.
BETWEEN, IN_HEADERS, IN_BODY = range(3)


class Request(NamedTuple):
    """A request read to its end: its environ, the size of its body, what follows the answer."""

    environ: Environ
    size: int
    keep_alive: bool


class Refusal(NamedTuple):
    """The answer to what is not a request, or not one this server takes."""

    status: HTTPStatus
    text: str


class _RefusedError(Exception):
    """Ends the parsing from within a callback; `RequestParser.refusal` says why."""


class RequestParser:
    """The requests of one connection.

    Attributes:
        requests: complete requests, oldest first; whoever answers them takes them out.
        refusal: set once nothing more can be read; it is the answer after those to `requests`.
        phase: BETWEEN requests, IN_HEADERS or IN_BODY.
        stage: a number that is another whenever the phase was left.
        awaits_continue: the client waits for "100 Continue" before it sends the body.

    """

    def __init__(self, server_environ: Environ, limits: Limits) -> None:
        self.requests: deque[Request] = deque()
        self.refusal: Refusal | None = None
        self.phase = BETWEEN
        self.stage = 0
        self.awaits_continue = False
        self._server_environ = server_environ
        self._limits = limits
        self._environ: Environ = {}
        self._target = b""
        self._header_size = 0
        self._unreported = 0
        self._body: list[bytes] = []
        self._body_size = 0
        self._is_last = False
        self._http: httptools.HttpRequestParser | None = httptools.HttpRequestParser(self)

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Never raises; see `requests` and `refusal`."""
        stage = self.stage
        rest = data
        while rest and self._http and not self.refusal and not self._is_last:
            try:
                self._http.feed_data(rest)
                break
            except httptools.HttpParserUpgrade as upgrade:
                # An upgrade is an offer (Java's client makes one); not taking it is an answer.
                rest = rest[int(upgrade.args[0]) :]
            except httptools.HttpParserCallbackError as error:
                if self.refusal is None:
                    _log.error("The parser failed", exc_info=error)
                    self.refusal = Refusal(_Status.INTERNAL_SERVER_ERROR, "Internal server error.")
            except httptools.HttpParserError as error:
                if not self._is_last:  # What follows "Connection: close" is nobody's business.
                    self.refusal = Refusal(_Status.BAD_REQUEST, f"Bad request: {error}.")
        if self.phase == IN_HEADERS and self.stage == stage and not self.refusal:
            # httptools reports complete headers; this one may never end.
            self._unreported += len(data)
            if self._unreported > self._limits.max_header:
                self.refusal = self._header_refusal()

    def close(self) -> None:
        """Let go of the C parser, which refers back to this object."""
        self._http = None
        self.requests.clear()

    # What httptools calls.

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self.phase = IN_HEADERS
        self.stage += 1
        self._environ = self._server_environ.copy()
        self._target = b""
        self._header_size = 0
        self._unreported = 0
        self._body = []
        self._body_size = 0

    def on_url(self, part: bytes) -> None:
        """The request target, or a part of it."""
        self._target += part
        if len(self._target) > self._limits.max_header:
            self._refuse(_Status.REQUEST_URI_TOO_LONG, "The URL is too long.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header, complete."""
        self._header_size += len(name) + len(value) + len(": \r\n")
        if self._header_size > self._limits.max_header:
            self._refuse(*self._header_refusal())
        if self.phase != IN_HEADERS:
            return  # A trailer, after a chunked body.
        key = HEADER_KEYS[name]
        if not key:
            return
        text = value.decode("latin-1").strip(" \t")
        environ = self._environ
        if key not in environ:
            environ[key] = text
        elif key == "HTTP_HOST":
            self._refuse(_Status.BAD_REQUEST, "Bad request: more than one Host header.")
        else:
            separator = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{separator}{text}"

    def on_headers_complete(self) -> None:
        """The empty line after the headers."""
        http = self._http
        if http is None:
            return
        self.phase = IN_BODY
        self.stage += 1
        environ = self._environ
        method = http.get_method().decode()
        version = http.get_http_version()
        environ["REQUEST_METHOD"] = method
        environ["SERVER_PROTOCOL"] = f"HTTP/{version}"
        if version not in ("1.1", "1.0"):
            self._refuse(
                _Status.HTTP_VERSION_NOT_SUPPORTED,
                f"HTTP/{version} is not spoken here; HTTP/1.1 is.",
            )
        if method == "CONNECT":
            self._refuse(_Status.NOT_IMPLEMENTED, "This server is not a proxy for HTTPS.")
        if "HTTP_HOST" not in environ and version == "1.1":
            self._refuse(_Status.BAD_REQUEST, "Bad request: the Host header is missing.")
        coding = environ.get("HTTP_TRANSFER_ENCODING")
        if coding is not None and coding.lower() != "chunked":
            self._refuse(_Status.NOT_IMPLEMENTED, f"Transfer-Encoding {coding} is not supported.")
        try:
            add_target(environ, self._target)
        except ValueError:
            self._refuse(_Status.BAD_REQUEST, "Bad request: the URL is not one.")
        # httptools has seen to it that it is a number.
        if int(environ.get("CONTENT_LENGTH", 0)) > self._limits.max_body:
            self._refuse_body()
        expectation = environ.get("HTTP_EXPECT")
        self.awaits_continue = expectation is not None and "100-continue" in expectation.lower()

    def on_body(self, part: bytes) -> None:
        """A part of the body, without the frame of a chunk."""
        self._body.append(part)
        self._body_size += len(part)
        if self._body_size > self._limits.max_body:
            self._refuse_body()

    def on_message_complete(self) -> None:
        """The end of a request."""
        http = self._http
        if http is None:
            return
        self.phase = BETWEEN
        self.stage += 1
        environ, self._environ = self._environ, {}
        environ["wsgi.input"] = BytesIO(b"".join(self._body))
        self._body = []
        keep_alive = http.should_keep_alive()
        self._is_last = not keep_alive
        self.requests.append(Request(environ, self._body_size, keep_alive))

    # Saying no.

    def _refuse(self, status: HTTPStatus, text: str) -> NoReturn:
        self.refusal = Refusal(status, text)
        raise _RefusedError

    def _refuse_body(self) -> NoReturn:
        limit = self._limits.max_body
        self._refuse(
            _Status.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than the limit of {limit} bytes."
        )

    def _header_refusal(self) -> Refusal:
        limit = self._limits.max_header
        return Refusal(
            _Status.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"The headers are larger than the limit of {limit} bytes.",
        )
