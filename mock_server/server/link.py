"""The link to one client: what goes out at its pace, how long it may take, and how it ends."""

import asyncio
import threading
from math import inf
from typing import cast

from mock_server.server.client import break_off
from mock_server.server.limits import Limits

# How long a client that was refused may go on sending before it is cut off. Closing at once would
# reset the connection, and the client might never read why.
_LINGER = 2.0


class Link(asyncio.Protocol):
    """A client's transport; everything here runs in the loop's thread.

    `deadline` is by the clock of the loop. `lost`: closed; `gone`: or the server stops; `left`: or
    the client's sending side is closed, which `closing` tells threads; `can_write`: the client
    takes what is sent.
    """

    transport: asyncio.Transport

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits) -> None:
        self.loop = loop
        self.limits = limits
        self.peer = ""
        self.gone = asyncio.Event()
        self.left = asyncio.Event()
        self.lost = asyncio.Event()
        self.closing = threading.Event()
        self.can_write = asyncio.Event()
        self.can_write.set()
        self.deadline = inf
        self.begun_at = 0.0

    def give(self, seconds: float) -> None:
        """Let the client have so much time from now on."""
        self.deadline = self.loop.time() + seconds

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected, and has `keep_alive` seconds to say something."""
        self.transport = cast(asyncio.Transport, transport)  # streams are all that is listened on
        peer = transport.get_extra_info("peername")
        self.peer = str(peer[0]) if peer else ""
        self.begun_at = self.loop.time()
        self.give(self.limits.keep_alive)

    def end(self) -> None:
        """The client has left, or was left."""
        self.can_write.set()
        self.lost.set()
        self.release()

    def send(self, data: bytes) -> None:
        """Send a part of an answer; nothing happens when the client is gone."""
        if not self.transport.is_closing():
            self.transport.write(data)

    async def send_in_turn(self, data: bytes) -> None:
        """Send a part of an answer once the client has taken enough of those before."""
        await self.can_write.wait()
        self.send(data)

    def pause_writing(self) -> None:
        """The client takes too little; it has `send_timeout` seconds to catch up."""
        self.can_write.clear()
        self.give(self.limits.send_timeout)

    def resume_writing(self) -> None:
        """The client has caught up."""
        self.can_write.set()
        self.give(self.limits.keep_alive)

    def linger(self) -> None:
        """Close once the client has, or has had time to read the answer; ignore what it sends."""
        if self.left.is_set():
            self.transport.close()
            return
        self.transport.resume_reading()
        if self.transport.can_write_eof():  # TLS cannot
            self.transport.write_eof()
        self.give(_LINGER)

    def reset(self) -> None:
        """Break the connection off, so that the client sees a reset."""
        break_off(self.transport)

    def leave(self) -> None:
        """The client sends no more. What hangs takes it for gone: one that has left looks so."""
        self.left.set()
        self.closing.set()

    def release(self) -> None:
        """End whatever waits for this client: it is gone, or the server stops."""
        self.gone.set()
        self.leave()
