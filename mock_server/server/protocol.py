"""One connection: uvicorn's HTTP/1.1, with limits of size and time and a way to break it off."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import struct
import sys
from collections.abc import Callable, Sized
from contextlib import suppress
from http import HTTPStatus
from math import inf
from typing import Any

from uvicorn import Config
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from mock_server.server.client import Closing
from mock_server.server.declining import DecliningParser
from mock_server.server.limits import Limits
from mock_server.server.tunnel import ESTABLISHED, Tunnels, target_of

LOG = logging.getLogger("yespo_mock.server")
LOG.addHandler(logging.NullHandler())
LOG.setLevel(logging.INFO)  # left unset, uvicorn would take it for "trace"

PROTOCOL_KEY = "yespo_mock.protocol"
"""Where the scope of a request holds the protocol of its connection."""

TARGET_KEY = "yespo_mock.target"
"""Where it holds the target of a request in absolute form."""

# How long a client that was refused may go on sending before it is cut off. Closing at once would
# reset the connection, and the client might never read why.
_LINGER = 2.0
_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

_TLS_HELLO = b"\x16"

# Requests that wait for those before them; with more, no more is read.
_WAITING_REQUESTS = 16


class _Flow(FlowControl):
    """Reads on only while few requests wait; uvicorn would after each answer."""

    def __init__(self, transport: asyncio.Transport, waiting: Sized) -> None:
        super().__init__(transport)
        self._waiting = waiting

    def resume_reading(self) -> None:
        if len(self._waiting) <= _WAITING_REQUESTS:
            super().resume_reading()


class Connection(HttpToolsProtocol):
    """A connection. `deadline` is when it has had its time, by the clock of the loop.

    `lost` is set once the connection is closed, `gone` then or when the server stops; `closing`
    tells the same as `gone` to threads. Everything here runs in the loop's thread.
    """

    limits: Limits
    refused: Callable[[int, str], None]
    tunnels: Tunnels | None
    another: Callable[[], Connection]

    via = "plain"
    """By which way its requests come: `plain`, `proxy` (inside of a tunnel) or `tls`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.logger = LOG
        self.parser: Any = DecliningParser(self)
        self.access_log = False
        self.gone = asyncio.Event()
        self.lost = asyncio.Event()
        self.closing = Closing()
        self.deadline = inf
        self._header_size = 0
        self._begun = 0  # requests that the data at hand has begun
        self._in_headers = False
        self._is_refused = False
        self._unanswered = 0  # whole requests whose answers are still to be given
        self._postponed: tuple[HTTPStatus, str] | None = None
        self._connect: bytes | None = None  # what has come of a CONNECT request
        self._is_fresh = True

    @property
    def _declines(self) -> bool:
        """Whether whatever the client still sends is thrown away."""
        return self._is_refused or self._postponed is not None

    def connection_made(  # type: ignore[override]  # as uvicorn overrides it
        self, transport: asyncio.Transport
    ) -> None:
        """A client has connected, and has `keep_alive` seconds to say something."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self.pipeline)
        if self.via == "plain" and transport.get_extra_info("sslcontext") is not None:
            self.via = "tls"
        self.deadline = self.loop.time() + self.limits.keep_alive

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has left, or was left."""
        super().connection_lost(exc)
        self.lost.set()
        self.release()

    def data_received(self, data: bytes) -> None:
        """Parse what has come; refuse headers that never end."""
        if self._declines or self.transport.is_closing():
            return
        if self._is_fresh and data.startswith(b"CONNECT "):
            if self.tunnels is None:
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
        fresh = self._in_headers or self.cycle is None or not self.cycle.more_body
        self._begun = 0
        super().data_received(data)
        if fresh and self._begun < 2:  # all of the data belongs to the headers that are still open
            self._header_size += len(data)
        if self._in_headers and self._header_size > self.limits.max_header:
            self._refuse_headers()

    def _read_connect(self, data: bytes) -> None:
        """A tunnel is asked for: answer, and go on with TLS inside of it."""
        held = self._connect = (self._connect or b"") + data
        self.deadline = self.loop.time() + self.limits.header_timeout
        head, end, more = held.partition(b"\r\n\r\n")
        if len(held) > self.limits.max_header:
            self._refuse_headers()
        if not end or self._is_refused or self.tunnels is None:
            return
        target = target_of(head)
        if target is None or more:
            self.send_400_response("CONNECT is one request line, and waits for its answer")
        elif refusal := self.tunnels.refusal(target):
            self.refuse(*refusal)
        else:
            self.transport.write(ESTABLISHED)
            handshake = self.loop.create_task(self._start_tls(self.tunnels.context))
            self.tasks.add(handshake)
            handshake.add_done_callback(self.tasks.discard)

    async def _start_tls(self, context: ssl.SSLContext) -> None:
        """The handshake, within the time that headers have; the requests are another's then."""
        inner = self.another()
        inner.via = "proxy"
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
            self.refused(0, f"A TLS handshake in the gateway has failed: {error}")
            self.transport.abort()
            return
        finally:
            self.connections.discard(self)
            self.lost.set()
            self.release()
        if transport is None or transport.is_closing():
            return
        inner.connection_made(transport)

    def on_message_begin(self) -> None:
        """A request begins, and has `header_timeout` seconds for its headers."""
        super().on_message_begin()
        scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # a key of our own
        scope[PROTOCOL_KEY] = self
        self._header_size = 0
        self._in_headers = True
        self._begun += 1
        self.deadline = self.loop.time() + self.limits.header_timeout

    def on_url(self, url: bytes) -> None:
        """A part of the request target."""
        self._header_size += len(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        if not self._in_headers:
            return  # a trailer, after a chunked body: not to be taken for a header
        self._header_size += len(name) + len(value)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The request can be answered once its body is here, within `body_timeout` seconds."""
        self._in_headers = False
        if self._declines:
            return
        if self._header_size > self.limits.max_header:
            self._refuse_headers()
        elif text := self._misfit():
            self.refuse(*text)
        elif self._declared_length() > self.limits.max_body:
            self.refuse_body()
        else:
            self.deadline = self.loop.time() + self.limits.body_timeout
            if not self.url.startswith(b"/"):  # absolute form: asked of a proxy
                scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # likewise
                scope[TARGET_KEY] = self.url
            super().on_headers_complete()

    def _misfit(self) -> tuple[HTTPStatus, str] | None:
        """What is wrong with headers that are well-formed one by one."""
        version = self.parser.get_http_version()
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
        if not self._declines:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is whole; how long its answer takes is the application's business."""
        if not self._declines:
            self.deadline = inf
            self._unanswered += 1
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """A request is answered; a refusal that had to wait for that follows."""
        self._unanswered = max(0, self._unanswered - 1)
        super().on_response_complete()
        if self._postponed is not None and not self._unanswered:
            status, text = self._postponed
            self._postponed = None
            self.refuse(status, text)

    def pause_writing(self) -> None:
        """The client takes too little; it has `send_timeout` seconds to catch up."""
        super().pause_writing()
        self.deadline = self.loop.time() + self.limits.send_timeout

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        idle = self.cycle is None or self.cycle.response_complete
        self.deadline = self.loop.time() + self.limits.keep_alive if idle else inf

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self.refuse(HTTPStatus.BAD_REQUEST, f"This is not a valid HTTP request. ({msg})")

    def expire(self) -> None:
        """The deadline has passed: say so to a request that has begun, close an idle connection."""
        self.deadline = inf
        if self.flow.write_paused:
            self.transport.abort()
        elif self._is_refused:
            self.transport.close()
        elif (
            self._in_headers
            or self._connect is not None
            or (self.cycle is not None and self.cycle.more_body)
        ):
            self.refuse(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.")
        else:
            self.transport.close()

    def refuse(self, status: HTTPStatus, text: str) -> None:
        """Answer in the server's own name, and close.

        Whole requests that came before, in the same segment for one, get their answers first.
        """
        if self._declines or self.transport.is_closing():
            return
        if self._unanswered:
            self._postponed = status, text
            return
        self._is_refused = True
        self.refused(status.value, text)
        body = f"{text}\n".encode()
        self.transport.write(
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n".encode()
            + body
        )
        self._unset_keepalive_if_required()
        self.transport.resume_reading()
        if self.transport.can_write_eof():  # TLS cannot
            self.transport.write_eof()
        self.deadline = self.loop.time() + _LINGER

    def refuse_body(self) -> None:
        """Refuse a body that is too large."""
        limit = f"{self.limits.max_body} bytes"
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
