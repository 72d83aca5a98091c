"""One connection: requests come in and are answered in their order, or refused."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from http import HTTPStatus
from math import inf

from mock_server.server.attempt import Attempt, Wording, refusal_of
from mock_server.server.environ import HttpRequest
from mock_server.server.limits import Limits
from mock_server.server.link import Link
from mock_server.server.reading import Reader
from mock_server.server.tunnel import (
    ESTABLISHED,
    LEFT_AFTER_HANDSHAKE,
    TLS_PORT,
    Tunnels,
    asked_for,
    begins_connect,
    handshake_failure,
    target_of,
)

LOG = logging.getLogger("yespo_mock.server")
LOG.addHandler(logging.NullHandler())

# A client that does not trust the certificate leaves within this time after the handshake.
_DISTRUST = 2.0

_TLS_HELLO = b"\x16"

# Requests that wait for those before them; with more, no more is read.
_WAITING_REQUESTS = 16


@dataclass(slots=True, eq=False)
class Service:
    """The parts that the connections of a running server share.

    `opens` says by whole headers how large the body may be (-1: turned away), `answer` gets
    requests one at a time for a connection, and ends in its `answered`; `refused` words what the
    server refuses; `date` is the header's value.
    """

    loop: asyncio.AbstractEventLoop
    limits: Limits
    opens: Callable[[HttpRequest, Connection], int]
    answer: Callable[[HttpRequest, Connection], None]
    refused: Callable[[Attempt], Wording]
    tunnels: Tunnels | None
    date: str = ""
    connections: set[Connection] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, job: Coroutine[object, object, None]) -> None:
        """Let `job` run in the loop, until it ends or the server stops."""
        task = self.loop.create_task(job)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


class Connection(Link):
    """A connection; `via` is `plain`, `proxy` (a tunnel to `asked`) or `tls`."""

    def __init__(self, service: Service, via: str = "plain", asked: str = "") -> None:
        super().__init__(service.loop, service.limits)
        self.service = service
        self.via = via
        self.asked = asked
        self.scheme = "http" if via == "plain" else "https"
        self._reader = Reader(self, service.limits)
        self._whole: deque[HttpRequest] = deque()  # waiting for the answers to those before them
        self._answering: HttpRequest | None = None
        self._is_refused = False
        self._is_turned_away = False
        self._ends_after_answer = False
        self._postponed: Attempt | None = None
        self._connect: bytes | None = None  # what has come of a CONNECT request
        self._is_fresh = True

    @property
    def _declines(self) -> bool:
        return self._is_refused or self._is_turned_away or self._postponed is not None

    @property
    def _has_unanswered(self) -> bool:
        return self._answering is not None or bool(self._whole)

    # Coming and going

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected, and has `keep_alive` seconds to say something."""
        super().connection_made(transport)
        self.service.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has left, or was left."""
        if exc is not None and not self._declines and self._reader.request is not None:
            self.service.refused(self._attempt(0, *self._reader.cut_off))
        if not self._ends_after_answer:
            self._note_distrust()
        self.service.connections.discard(self)
        self._reader.stop()
        self.end()

    def eof_received(self) -> bool:
        """The client sends no more: answer what came whole, then close (RFC 9112, 9.6)."""
        if self._reader.request is not None or self._connect is not None:
            self.refuse(HTTPStatus.BAD_REQUEST, *self._reader.cut_off)
        self._note_distrust()
        self._ends_after_answer = True
        self.leave()
        if self.via != "plain":  # TLS cannot close half of a connection
            return False
        return self._has_unanswered

    def _note_distrust(self) -> None:
        """Write down a client that leaves right after the handshake: Node does so."""
        is_silent = self._is_fresh and self.via != "plain" and not self.left.is_set()
        if is_silent and self.loop.time() - self.begun_at < _DISTRUST:
            self.note_failed_handshake(None)

    def note_failed_handshake(self, error: Exception | None) -> None:
        """Write down a handshake that failed, or after which the client left without a word."""
        text = LEFT_AFTER_HANDSHAKE if error is None else handshake_failure(error)
        self.service.refused(self._attempt(0, "tls_failed", text))

    # Requests

    def data_received(self, data: bytes) -> None:
        """Read what has come."""
        if self._declines or self.transport.is_closing():
            return
        if self._is_fresh or self._connect is not None:
            if not self._is_for_http(data):
                return
            data, self._connect = (self._connect or b"") + data, None
        self._is_fresh = False
        self._reader.feed(data)
        self._answer_next()

    def _is_for_http(self, data: bytes) -> bool:
        if self.via != "plain":
            return True
        held = (self._connect or b"") + data
        if held[:1] == _TLS_HELLO:
            self.refuse(
                HTTPStatus.BAD_REQUEST,
                "tls_on_plain_port",
                "TLS is not spoken here. Use http://, or start it with --tls; programs with the"
                " service's host in their code need --gateway.",
            )
        elif begins_connect(held):
            self._is_fresh = False
            self._read_connect(held)
        else:
            return True
        return False

    def _read_connect(self, held: bytes) -> None:
        """A tunnel is asked for: answer, and go on with TLS inside it."""
        self._connect = held
        self.give(self.limits.header_timeout)
        tunnels = self.service.tunnels
        target = asked_for(held, tunnels, self.limits.max_header)
        if isinstance(target, tuple):
            self.refuse(*target)
        elif target is not None and tunnels is not None:
            self._connect = None
            self.transport.pause_reading()  # what comes next is for the handshake
            host, _, port = target.rpartition(":")
            self.transport.write(ESTABLISHED)
            if port == TLS_PORT:
                inner = Connection(self.service, "proxy", host)
                self.service.spawn(self._start_tls(tunnels.context, inner))
            else:  # plain HTTP, as some clients ask any proxy for it
                self.via, self.asked = "proxy", host
                self.give(self.limits.keep_alive)
                self.transport.resume_reading()

    async def _start_tls(self, context: ssl.SSLContext, inner: Connection) -> None:
        """The handshake, within the time that headers have; `inner` reads on then."""
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
            inner.note_failed_handshake(error)
            self.transport.abort()
            return
        finally:
            self.service.connections.discard(self)
            self.lost.set()
            self.release()
        if transport is None or transport.is_closing():
            inner.note_failed_handshake(None)
            return
        inner.connection_made(transport)

    def request_begins(self) -> None:
        """A request begins, and has `header_timeout` seconds for its headers."""
        self.give(self.limits.header_timeout)

    def headers_are_whole(self, request: HttpRequest) -> int:
        """Have the service decide by the headers (WIRE-16); a body has `body_timeout` seconds."""
        most = self.service.opens(request, self)
        if most < 0:
            self._is_turned_away = True
            request.keeps_open = False
            self.deadline = inf
            self._whole.append(request)
        elif request.declared_length <= most:
            self.give(self.limits.body_timeout)
            if not self._has_unanswered:
                self._continue(request)
        return most

    def _continue(self, request: HttpRequest) -> None:
        """Tell a client that asks for it before it sends its body that it may go on."""
        if request.expects_continue and not request.body:
            self.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def request_is_whole(self, request: HttpRequest) -> None:
        """Stop the clock: the time to answer is the application's business."""
        self.deadline = inf
        self._whole.append(request)
        if len(self._whole) > _WAITING_REQUESTS:
            self.transport.pause_reading()

    def _answer_next(self) -> None:
        if (
            self._answering is None
            and self._whole
            and self.can_write.is_set()
            and not self.transport.is_closing()
        ):
            self._answering = request = self._whole.popleft()
            self.service.answer(request, self)

    # Answers

    @property
    def is_last(self) -> bool:
        """Return whether the connection ends after the answer at hand."""
        if not (self._answering and self._answering.keeps_open):
            return True
        return self._ends_after_answer and not self._whole

    def answered(self) -> None:
        """The request at hand has its answer; what waited for that follows."""
        is_last = self.is_last
        self._answering = None
        if self.transport.is_closing():
            return
        if is_last:
            self._whole.clear()
            if self._is_turned_away:
                self.linger()
            elif self._postponed is not None:
                self._answer_refused(self._postponed)
            else:
                self.transport.close()
        elif self._whole:
            if len(self._whole) <= _WAITING_REQUESTS:
                self.transport.resume_reading()
            # Not at once: a thousand requests in one segment are not to hold up the others.
            self.loop.call_soon(self._answer_next)
        elif self._postponed is not None:
            self._answer_refused(self._postponed)
        elif self._reader.request is not None:
            if not self._reader.in_headers:
                self._continue(self._reader.request)
        elif self.can_write.is_set():
            self.give(self.limits.keep_alive)

    def close_after_this(self) -> None:
        """Close the connection after the answer at hand."""
        if self._answering is not None:
            self._answering.keeps_open = False

    def end_after_answer(self) -> None:
        """Close the connection: now if nothing is under way on it, else after its answer."""
        self._ends_after_answer = True
        is_idle = self._reader.request is None or self._reader.in_headers
        if not self._has_unanswered and is_idle:
            self.transport.close()

    def resume_writing(self) -> None:
        """The client has caught up."""
        super().resume_writing()
        if self._has_unanswered:
            self.deadline = inf
        self._answer_next()

    # Refusals

    def expire(self) -> None:
        """The deadline has passed: say so to a request that has begun, close an idle connection."""
        self.deadline = inf
        if not self.can_write.is_set():
            self.transport.abort()
        elif self._declines:
            self.transport.close()
        elif self._reader.request is not None or self._connect is not None:
            part, limit = "body", self.limits.body_timeout
            if self._connect is not None or self._reader.in_headers:
                part, limit = "header", self.limits.header_timeout
            text = (
                f"The request took too long to arrive: its {part} was not whole after {limit:g}"
                " seconds. Send it at once."
            )
            self.refuse(HTTPStatus.REQUEST_TIMEOUT, f"{part}_timeout", text)
        else:
            self.transport.close()

    def refuse(self, status: HTTPStatus, reason: str, text: str) -> None:
        """Answer in the server's own name, after the whole requests before it, and close."""
        if self._declines or self.transport.is_closing():
            return
        attempt = self._attempt(status, reason, text)
        if self._has_unanswered:
            self._postponed = attempt
        else:
            self._answer_refused(attempt)

    def _attempt(self, status: int, reason: str, text: str) -> Attempt:
        """Describe the request at hand; in a tunnel at least the host it is for is known."""
        if self._connect is not None:
            target = target_of(self._connect.partition(b"\r\n\r\n")[0]) or ""
            host = target.rpartition(":")[0] or target
            return Attempt(status, reason, text, "CONNECT", target, host, "proxy")
        request = self._reader.request
        if request is None:
            method = "CONNECT" if self.via == "proxy" else ""
            return Attempt(status, reason, text, method, self.asked, self.asked, self.via)
        return Attempt(
            *(status, reason, text, self._reader.method, request.target.decode("latin-1")),
            request.authority or self.asked,
            "proxy" if request.is_absolute else self.via,
            request.header(b"authorization"),
        )

    def _answer_refused(self, attempt: Attempt) -> None:
        self._is_refused, self._postponed = True, None
        wording = self.service.refused(attempt)
        self.transport.write(refusal_of(attempt, wording, self.service.date))
        self.linger()
