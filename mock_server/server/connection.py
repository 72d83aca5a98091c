"""One client's connection: requests answered one after the other, and none waited for for ever."""

from __future__ import annotations

import asyncio
import math
import socket
import struct
import sys
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from .client import Closing
from .delivery import Delivery
from .exchange import plain_answer
from .parser import BETWEEN, IN_HEADERS, Refusal, RequestParser

if TYPE_CHECKING:
    from .service import Service

# More requests, or bytes of them, waiting for those before them, and no more is read.
_WAITING_REQUESTS = 16
_WAITING_BYTES = 1024 * 1024

# How long to read on, and throw away, after a refusal. Closed at once, the connection would be
# reset under what the client still sends, and the client would not see the answer.
_LINGER = 2.0

# In the place of a parser's stage.
_NONE, _CLOGGED = -1, -2

# Closing with this set resets: "linger" on, for zero seconds.
_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Connection(asyncio.Protocol):
    """Reads requests, has them answered in order, and closes when it is time.

    `service`, `transport` and `closing` are what a `Delivery` needs; `deadline` is when (in the
    loop's time) to call `expire`; `ended` says that no more requests are wanted, and none read;
    `client_is_done` that the client has closed its sending side.
    """

    transport: asyncio.Transport

    def __init__(self, service: Service) -> None:
        self.service = service
        self.closing = Closing()
        self.deadline = math.inf
        self.ended = False
        self.client_is_done = False
        self._delivery: Delivery | None = None  # The request that is being answered.
        self._stage = _NONE  # The parser's stage that the deadline is for.
        self._reading_paused = False
        self._clogged = False  # The client does not take what is sent to it.

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected."""
        self.transport = cast(asyncio.Transport, transport)
        service = self.service
        environ = service.environ
        peer = transport.get_extra_info("peername")
        if peer:
            environ = {**environ, "REMOTE_ADDR": peer[0], "REMOTE_PORT": str(peer[1])}
        self._parser = RequestParser(environ, service.limits)
        service.add(self)
        if service.stopping:
            self.close()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Some bytes have come."""
        if self.ended:
            return
        parser = self._parser
        parser.feed(data)
        self._next()
        requests = parser.requests
        if requests and (
            len(requests) > _WAITING_REQUESTS
            or sum(request.size for request in requests) > _WAITING_BYTES
        ):
            self._pause_reading()

    def eof_received(self) -> bool:
        """The client will send no more; true to keep the connection for the answer."""
        self.client_is_done = True
        if self.ended or not (self._delivery or self._parser.requests):
            return False
        self.closing.signal()
        # It may have closed only its sending side, and still wait for the answer if there is one.
        return not (self._delivery and self._delivery.hangs)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  (asyncio passes it)
        """The connection is gone, whoever closed it."""
        self.ended = True
        self.closing.signal()
        if self._delivery:
            self._delivery.lose()
        self._parser.close()
        self.service.discard(self)

    def pause_writing(self) -> None:
        """More is waiting to be sent than the client takes."""
        self._clogged = True
        if self._delivery:
            self._delivery.pause(paused=True)

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._clogged = False
        if self._delivery:
            self._delivery.pause(paused=False)
        self._next()

    # What the service calls.

    def expire(self) -> None:
        """The deadline is over."""
        limits = self.service.limits
        phase = self._parser.phase
        if self.ended or self._clogged:
            self.transport.abort()
        elif phase == BETWEEN:
            self.close()
        else:
            what, seconds = (
                ("headers", limits.header_timeout)
                if phase == IN_HEADERS
                else ("body", limits.body_timeout)
            )
            text = f"The {what} did not arrive within {seconds:g} s."
            self._refuse(Refusal(HTTPStatus.REQUEST_TIMEOUT, text))

    def shut_down(self) -> None:
        """The server stops: end after the answer under way, which is not held back any longer."""
        self.closing.signal()
        if self._delivery:
            self._delivery.release()
        else:
            self.close()

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self.transport.abort()

    # What the delivery calls.

    def finished(self, *, keep_alive: bool) -> None:
        """The answer has been sent, as far as it goes."""
        self._delivery = None
        self.closing.clear()
        if not keep_alive or self.service.stopping:
            self.close()
        elif self._parser.requests:
            self.service.loop.call_soon(self._next)  # Others have their turn in between.
        else:
            self._stage = _NONE
            self._next()

    def close(self) -> None:
        """Close when what was written has been sent."""
        self.ended = True
        self.deadline = self.service.loop.time() + self.service.limits.send_timeout
        self.transport.close()

    def reset(self) -> None:
        """Close so that the client sees "connection reset"."""
        self.ended = True
        with suppress(OSError):
            self.transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE
            )
        self.transport.abort()

    # From one request to the next.

    def _next(self) -> None:
        """Answer the oldest request, or see to it that the next one arrives in time."""
        if self._delivery or self.ended:
            return
        parser = self._parser
        if self._clogged:
            if self._stage != _CLOGGED:
                self._stage = _CLOGGED
                self.deadline = self.service.loop.time() + self.service.limits.send_timeout
        elif parser.requests:
            self._delivery = Delivery(self, parser.requests.popleft())
            self.deadline = math.inf
            self._delivery.start()
        elif parser.refusal:
            self._refuse(parser.refusal)
        elif self.client_is_done:
            self.close()
        else:
            self._resume_reading()
            if parser.stage != self._stage:
                self._wait()

    def _wait(self) -> None:
        """Give the client until the deadline for what comes next."""
        parser, limits = self._parser, self.service.limits
        self._stage = parser.stage
        if parser.phase == BETWEEN:
            seconds = limits.keep_alive
        elif parser.phase == IN_HEADERS:
            seconds = limits.header_timeout
        else:
            seconds = limits.body_timeout
            if parser.awaits_continue:
                parser.awaits_continue = False
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.deadline = self.service.loop.time() + seconds

    def _refuse(self, refusal: Refusal) -> None:
        """Answer what is no request, and read no other."""
        self.ended = True
        self.service.report_refusal(*refusal)
        self.transport.write(plain_answer(*refusal))
        if self.client_is_done or not self.transport.can_write_eof():
            self.close()
            return
        self.transport.write_eof()
        self._resume_reading()
        self.deadline = self.service.loop.time() + _LINGER

    def _pause_reading(self) -> None:
        if not self._reading_paused:
            self._reading_paused = True
            self.transport.pause_reading()

    def _resume_reading(self) -> None:
        if self._reading_paused:
            self._reading_paused = False
            self.transport.resume_reading()
