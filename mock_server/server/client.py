"""The connection that a request came in on, as the application may use it."""

import asyncio
import socket
import struct
import sys
import threading
from contextlib import suppress

_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class ClientConnection:
    """The client's side of one request, in the environ under "yespo_mock.connection".

    `reset`, `truncate_after`, `hang` and `delay` spoil the answer once the application has returned
    it. `can_wait`: the request has its own thread, and may call `wait_closed`.
    """

    __slots__ = ("_closing", "can_wait", "cut_after", "delay_seconds", "hangs", "resets")

    def __init__(self, closing: threading.Event, *, can_wait: bool) -> None:
        self._closing = closing
        self.can_wait = can_wait
        self.resets = False
        self.hangs = False
        self.delay_seconds = 0.0
        self.cut_after: int | None = None

    def reset(self) -> None:
        """Reset the connection (TCP RST) instead of answering."""
        self.resets = True

    def hang(self) -> None:
        """Keep the connection open without answering, until the client closes it."""
        self.hangs = True

    def delay(self, seconds: float) -> None:
        """Hold the answer back for `seconds`. Goes with `reset` and `truncate_after` too."""
        self.delay_seconds = seconds

    def truncate_after(self, size: int) -> None:
        """Send the headers and `size` bytes of the body, of more, then close."""
        if size < 0:
            raise ValueError(f"size must not be negative, not {size}")
        self.cut_after = size

    @property
    def is_undisturbed(self) -> bool:
        """Return whether the answer is to go out as it is, now."""
        return not (self.resets or self.hangs or self.delay_seconds) and self.cut_after is None

    def wait_closed(self, timeout: float | None = None) -> bool:
        """Wait for the client to leave, or the server to stop; true if so."""
        if not self.can_wait:
            raise RuntimeError(
                "This request runs on the server's own thread and must not wait. Have `runs_long`"
                " say true for its path, or use delay() or hang()."
            )
        return self._closing.wait(timeout)


def break_off(transport: asyncio.Transport) -> None:
    """Break a connection off, so that the client sees a reset."""
    held: socket.socket | None = transport.get_extra_info("socket")
    if held is not None:
        with suppress(OSError):
            held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
