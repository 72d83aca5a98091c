"""What the resources of an account have in common, and the part of the account that they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from mock_server.emulator.clock import Clock
from mock_server.model import Document
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.state import AccountState

if TYPE_CHECKING:
    from mock_server.emulator.resources.resources import Resources


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


class Resource:
    """One kind of thing that an account has; it may ask the other kinds."""

    def __init__(self, host: Host, state: AccountState, resources: Resources) -> None:
        self._host = host
        self._state = state
        self._all = resources
