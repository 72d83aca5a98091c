"""An answer sent piece by piece from a thread, at the pace of its client."""

from __future__ import annotations

import asyncio
import threading

_BUFFERED_AT_MOST = 256 * 1024


class Stream:
    """Carries bytes from a worker thread to a transport, which belongs to the loop's thread.

    Pieces sent faster than the loop turns go out together; a sender that is ahead of its client
    waits, up to `send_timeout` seconds without any progress.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        transport: asyncio.WriteTransport,
        send_timeout: float,
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._send_timeout = send_timeout
        self._changed = threading.Condition()
        self._buffer: list[bytes] = []
        self._size = 0
        self._paused = False
        self._lost = False

    def send(self, data: bytes) -> bool:
        """Send `data`, in the worker's thread; false when the client is gone or takes no more."""
        with self._changed:
            if not self._lost:
                if not self._buffer:
                    self._loop.call_soon_threadsafe(self._flush)
                self._buffer.append(data)
                self._size += len(data)
            there_is_room = self._changed.wait_for(
                lambda: self._lost or (self._size < _BUFFERED_AT_MOST and not self._paused),
                self._send_timeout,
            )
            return there_is_room and not self._lost

    def pause(self, *, paused: bool) -> None:
        """The transport has (or no longer has) more to send than it likes; in the loop's thread."""
        with self._changed:
            self._paused = paused
            self._changed.notify_all()

    def lose(self) -> None:
        """The connection is gone; in the loop's thread."""
        with self._changed:
            self._lost = True
            self._buffer.clear()
            self._changed.notify_all()

    def _flush(self) -> None:
        with self._changed:
            data = b"".join(self._buffer)
            self._buffer.clear()
            self._size = 0
            if not self._lost:
                self._transport.write(data)
            self._changed.notify_all()
