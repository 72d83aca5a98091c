"""The part of an account that its resources need: to change it alone, and to commit events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from mock_server.emulator.clock import Clock
from mock_server.model import Document
from mock_server.rules.outcome import EventRequest, Outcome


class Host(Protocol):
    """An account as its resources see it."""

    clock: Clock

    def tell(self, record: Document) -> None:
        """Start the workflows of a committed event, and tell those who listen."""

    def paused(self) -> AbstractContextManager[None]:
        """While this is open nothing changes the account but the caller."""

    def record(
        self,
        request: EventRequest,
        outcome: Outcome,
        now: str,
        puts: Mapping[str, Sequence[Document]] = ...,
    ) -> Document:
        """Commit an event's record with all that belongs to it; call it while `paused`."""
