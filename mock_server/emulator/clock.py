"""The clock of an account: real time, or a time that stands still until it is moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from time import time_ns

_UTC = timezone.utc


def iso(moment: datetime) -> str:
    """A moment as `2026-01-31T12:00:00.000Z`, the form of every time the emulator writes."""
    return f"{moment.astimezone(_UTC).isoformat(timespec='milliseconds')[:-6]}Z"


class Clock:
    """Tells the time to everything in one account that asks for it.

    `changed` is called when it was frozen or moved: an account is to remember that.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._changed = changed
        self._frozen: datetime | None = None
        self._offset = timedelta()
        self._second = (-1, "")  # the last second that was told, and its text

    @property
    def frozen(self) -> bool:
        """Say whether time stands still."""
        return self._frozen is not None

    @property
    def offset_seconds(self) -> float:
        """Return how far a running clock is ahead of real time."""
        return self._offset.total_seconds()

    def now(self) -> datetime:
        """The time, with its offset."""
        return self._frozen or datetime.now(_UTC) + self._offset

    def iso(self) -> str:
        """The time as text: ISO 8601 in UTC, to the millisecond."""
        if self._frozen is not None or self._offset:
            return iso(self.now())
        # Asked twice for each event; within a second only the milliseconds change.
        second, millisecond = divmod(time_ns() // 1_000_000, 1000)
        told, text = self._second
        if second != told:
            text = datetime.fromtimestamp(second, _UTC).isoformat()[:-6]
            self._second = second, text
        return f"{text}.{millisecond:03d}Z"

    def freeze(self, moment: datetime) -> None:
        """Stand still at a moment; one without an offset is taken as UTC."""
        self._frozen = moment if moment.tzinfo else moment.replace(tzinfo=_UTC)
        self._changed()

    def advance(self, by: timedelta) -> None:
        """Move forward, or back when negative; a clock that runs goes on running from there."""
        if self._frozen is not None:
            self._frozen += by
        else:
            self._offset += by
        self._changed()

    def resume(self) -> None:
        """Return to real time."""
        self._frozen = None
        self._offset = timedelta()
