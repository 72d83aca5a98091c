"""One connection: HTTP/1.1 over httptools, with limits of size and time; it can be broken off."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import struct
import sys
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from math import inf

import httptools

from mock_server.server.client import Closing
from mock_server.server.environ import Request
from mock_server.server.limits import Limits
from mock_server.server.parsing import DecliningParser
from mock_server.server.tunnel import ESTABLISHED, Tunnels, target_of

LOG = logging.getLogger("yespo_mock.server")
LOG.addHandler(logging.NullHandler())

# How long a client that was refused may go on sending before it is cut off. Closing at once would
# reset the connection, and the client might never read why.
_LINGER = 2.0
_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

_TLS_HELLO = b"\x16"

# Requests that wait for those before them; with more, no more is read.
_WAITING_REQUESTS = 16


@dataclass(slots=True, eq=False)
class Service:
    """What the connections of a running server share.

    `answer` is called with each whole request and its connection, one at a time for a connection;
    it ends by calling the connection's `answered`, now or later. `date` is the header's value.
    """

    loop: asyncio.AbstractEventLoop
    limits: Limits
    answer: Callable[[Request, Connection], None]
    takes_file: Callable[[bytes], bool]
    refused: Callable[[int, str], None]
    tunnels: Tunnels | None
    date: str = ""
    connections: set[Connection] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, job: Coroutine[object, object, None]) -> None:
        """Let `job` run in the loop, until it ends or the server stops."""
        task = self.loop.create_task(job)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


class Connection(asyncio.Protocol):
    """A connection. `deadline` is when it has had its time, by the clock of the loop.

    `lost` is set once the connection is closed, `gone` then or when the server stops; `closing`
    tells the same as `gone` to threads. `via` says by which way its requests come: `plain`, `proxy`
    (inside of a tunnel) or `tls`. Everything here runs in the loop's thread.
    """

    transport: asyncio.Transport

    def __init__(self, service: Service, via: str = "plain") -> None:
        self.service = service
        self.limits = service.limits
        self.loop = service.loop
        self.via = via
        self.scheme = "http"
        self.peer = ""
        self.headers: list[tuple[bytes, bytes]] = []
        self.gone = asyncio.Event()
        self.lost = asyncio.Event()
        self.closing = Closing()
        self.deadline = inf
        self._parser: DecliningParser | None = DecliningParser(self)
        self._incoming: Request | None = None  # begun, and not whole yet
        self._whole: deque[Request] = deque()  # waiting for the answers to those before them
        self._answering: Request | None = None
        self._can_write = asyncio.Event()
        self._can_write.set()
        self._header_size = 0
        self._max_body = 0
        self._begun = 0  # requests that the data at hand has begun
        self._in_headers = False
        self._is_refused = False
        self._ends_after_answer = False
        self._postponed: tuple[HTTPStatus, str] | None = None
        self._connect: bytes | None = None  # what has come of a CONNECT request
        self._is_fresh = True

    @property
    def _declines(self) -> bool:
        """Whether whatever the client still sends is thrown away."""
        return self._is_refused or self._postponed is not None

    @property
    def _has_unanswered(self) -> bool:
        """Whether whole requests are still to be answered."""
        return self._answering is not None or bool(self._whole)

    def connection_made(  # type: ignore[override]  # streams are all that is listened on
        self, transport: asyncio.Transport
    ) -> None:
        """A client has connected, and has `keep_alive` seconds to say something."""
        self.transport = transport
        self.service.connections.add(self)
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if peer else ""
        if transport.get_extra_info("sslcontext") is not None:
            self.scheme = "https"
            if self.via == "plain":
                self.via = "tls"
        self.deadline = self.loop.time() + self.limits.keep_alive

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (asyncio's)
        """The client has left, or was left."""
        self.service.connections.discard(self)
        self._parser = None  # which knows this connection: neither would be freed at once
        self._can_write.set()
        self.lost.set()
        self.release()

    def data_received(self, data: bytes) -> None:
        """Parse what has come; refuse headers that never end."""
        if self._declines or self.transport.is_closing():
            return
        if self._is_fresh and data.startswith(b"CONNECT "):
            if self.service.tunnels is None:
                self.send_400_response(
                    "CONNECT is for a proxy, which this is when it is started with --gateway"
                )
                return
            self._connect = b""
        if self._is_fresh and data[:1] == _TLS_HELLO:
            self.send_400_response(
                "TLS is not spoken here: use http://, or start it with --tls; programs with the"
                " service's host in their code need --gateway"
            )
            return
        self._is_fresh = False
        if self._connect is not None:
            self._read_connect(data)
            return
        if self._parser is None:
            return
        fresh = self._in_headers or self._incoming is None
        self._begun = 0
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
        if fresh and self._begun < 2:  # all of the data belongs to the headers that are still open
            self._header_size += len(data)
        if self._in_headers and self._header_size > self.limits.max_header:
            self._refuse_headers()
        self._answer_next()

    def _read_connect(self, data: bytes) -> None:
        """A tunnel is asked for: answer, and go on with TLS inside of it."""
        held = self._connect = (self._connect or b"") + data
        self.deadline = self.loop.time() + self.limits.header_timeout
        head, end, more = held.partition(b"\r\n\r\n")
        if len(held) > self.limits.max_header:
            self._refuse_headers()
        if not end or self._is_refused or self.service.tunnels is None:
            return
        target = target_of(head)
        if target is None or more:
            self.send_400_response("CONNECT is one request line, and waits for its answer")
        elif refusal := self.service.tunnels.refusal(target):
            self.refuse(*refusal)
        else:
            self.transport.write(ESTABLISHED)
            self.service.spawn(self._start_tls(self.service.tunnels.context))

    async def _start_tls(self, context: ssl.SSLContext) -> None:
        """The handshake, within the time that headers have; the requests are another's then."""
        inner = Connection(self.service, via="proxy")
        self.deadline = inf
        try:
            transport = await self.loop.start_tls(
                self.transport,
                inner,
                context,
                server_side=True,
                ssl_handshake_timeout=self.limits.header_timeout,
            )
        except (OSError, asyncio.IncompleteReadError) as error:  # also ssl.SSLError
            self.service.refused(0, f"A TLS handshake in the gateway has failed: {error}")
            self.transport.abort()
            return
        finally:
            self.service.connections.discard(self)
            self.lost.set()
            self.release()
        if transport is None or transport.is_closing():
            return
        inner.connection_made(transport)

    def on_message_begin(self) -> None:
        """A request begins, and has `header_timeout` seconds for its headers."""
        self._incoming = Request()
        self.headers = self._incoming.headers
        self._header_size = 0
        self._in_headers = True
        self._begun += 1
        if not self._declines:
            self.deadline = self.loop.time() + self.limits.header_timeout

    def on_url(self, url: bytes) -> None:
        """A part of the request target."""
        self._header_size += len(url)
        if self._incoming is not None:
            self._incoming.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        if not self._in_headers:
            return  # a trailer, after a chunked body: not to be taken for a header
        self._header_size += len(name) + len(value)
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """The request can be answered once its body is here, within `body_timeout` seconds."""
        self._in_headers = False
        request, parser = self._incoming, self._parser
        if self._declines or request is None or parser is None:
            return
        request.version = parser.get_http_version()
        request.locate()
        is_file = self.service.takes_file(request.path)
        self._max_body = self.limits.max_file if is_file else self.limits.max_body
        if self._header_size > self.limits.max_header:
            self._refuse_headers()
        elif text := self._misfit(request.version):
            self.refuse(*text)
        elif self._declared_length() > self._max_body:
            self.refuse_body()
        else:
            self.deadline = self.loop.time() + self.limits.body_timeout
            request.method = parser.get_method().decode("ascii")
            request.keeps_open = request.version != "1.0" and parser.should_keep_alive()
            if not self._has_unanswered:
                self._continue()

    def _continue(self) -> None:
        """Tell a client that asks for it before it sends its body that it may go on."""
        if self._incoming is None or self._in_headers or self._incoming.body:
            return
        if any(
            name == b"expect" and text.lower() == b"100-continue" for name, text in self.headers
        ):
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _misfit(self, version: str) -> tuple[HTTPStatus, str] | None:
        """What is wrong with headers that are well-formed one by one."""
        if version not in ("1.1", "1.0"):
            return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, f"HTTP/{version} is not spoken here."
        hosts = 0
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
            elif name == b"transfer-encoding" and value.strip().lower() != b"chunked":
                return HTTPStatus.NOT_IMPLEMENTED, "This Transfer-Encoding is not supported."
        if hosts > 1 or (version == "1.1" and not hosts):
            return HTTPStatus.BAD_REQUEST, "The request must have one Host header."
        return None

    def _declared_length(self) -> int:
        """What Content-Length says; the parser has seen to it that it is a number."""
        return next((int(value) for name, value in self.headers if name == b"content-length"), 0)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        request = self._incoming
        if self._declines or request is None:
            return
        if not request.body:
            request.body = body
        else:
            if isinstance(request.body, bytes):
                request.body = bytearray(request.body)  # which grows in place
            request.body += body
        if len(request.body) > self._max_body:
            self.refuse_body()

    def on_message_complete(self) -> None:
        """The request is whole; how long its answer takes is the application's business."""
        request, self._incoming = self._incoming, None
        if self._declines or request is None:
            return
        self.deadline = inf
        self._whole.append(request)
        if len(self._whole) > _WAITING_REQUESTS:
            self.transport.pause_reading()

    def _answer_next(self) -> None:
        """Have the next request answered, unless one is being answered or must be taken first."""
        if (
            self._answering is None
            and self._whole
            and self._can_write.is_set()
            and not self.transport.is_closing()
        ):
            self._answering = request = self._whole.popleft()
            self.service.answer(request, self)

    def send(self, data: bytes) -> None:
        """Send a part of an answer; nothing happens when the client is gone."""
        if not self.transport.is_closing():
            self.transport.write(data)

    async def send_in_turn(self, data: bytes) -> None:
        """Send a part of an answer once the client has taken enough of those before."""
        await self._can_write.wait()
        self.send(data)

    @property
    def is_last(self) -> bool:
        """Whether the connection ends after the answer at hand."""
        return self._ends_after_answer or not (self._answering and self._answering.keeps_open)

    def answered(self) -> None:
        """The request at hand has its answer; what waited for that follows."""
        is_last = self.is_last
        self._answering = None
        self.closing.clear()
        if self.transport.is_closing():
            return
        if is_last:
            self.transport.close()
        elif self._whole:
            if len(self._whole) <= _WAITING_REQUESTS:
                self.transport.resume_reading()
            # Not at once: a thousand requests in one segment are not to hold up the others.
            self.loop.call_soon(self._answer_next)
        elif self._postponed is not None:
            status, text = self._postponed
            self._postponed = None
            self.refuse(status, text)
        elif self._incoming is not None:
            self._continue()
        elif self._can_write.is_set():
            self.deadline = self.loop.time() + self.limits.keep_alive

    def end_after_answer(self) -> None:
        """Close the connection: now if nothing is under way on it, else after its answer."""
        self._ends_after_answer = True
        if not self._has_unanswered and (self._incoming is None or self._in_headers):
            self.transport.close()

    def pause_writing(self) -> None:
        """The client takes too little; it has `send_timeout` seconds to catch up."""
        self._can_write.clear()
        self.deadline = self.loop.time() + self.limits.send_timeout

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._can_write.set()
        self.deadline = inf if self._has_unanswered else self.loop.time() + self.limits.keep_alive
        self._answer_next()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self.refuse(HTTPStatus.BAD_REQUEST, f"This is not a valid HTTP request. ({msg})")

    def expire(self) -> None:
        """The deadline has passed: say so to a request that has begun, close an idle connection."""
        self.deadline = inf
        if not self._can_write.is_set():
            self.transport.abort()
        elif self._is_refused:
            self.transport.close()
        elif self._incoming is not None or self._connect is not None:
            self.refuse(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.")
        else:
            self.transport.close()

    def refuse(self, status: HTTPStatus, text: str) -> None:
        """Answer in the server's own name, and close.

        Whole requests that came before, in the same segment for one, get their answers first.
        """
        if self._declines or self.transport.is_closing():
            return
        if self._has_unanswered:
            self._postponed = status, text
            return
        self._is_refused = True
        self.service.refused(status.value, text)
        body = f"{text}\n".encode()
        self.transport.write(
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            f"Date: {self.service.date}\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n".encode()
            + body
        )
        self.transport.resume_reading()
        if self.transport.can_write_eof():  # TLS cannot
            self.transport.write_eof()
        self.deadline = self.loop.time() + _LINGER

    def refuse_body(self) -> None:
        """Refuse a body that is too large."""
        limit = f"{self._max_body} bytes"
        self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body has more than {limit}.")

    def _refuse_headers(self) -> None:
        limit = f"{self.limits.max_header} bytes"
        self.refuse(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"The request line and headers have more than {limit}.",
        )

    def reset(self) -> None:
        """Break the connection off, so that the client sees a reset."""
        held: socket.socket | None = self.transport.get_extra_info("socket")
        if held is not None:
            with suppress(OSError):
                held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.transport.abort()

    def release(self) -> None:
        """End whatever waits for this client: it is gone, or the server stops."""
        self.gone.set()
        self.closing.signal()
