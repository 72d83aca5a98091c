"""What the resources of an account have in common, and the part of the account that they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from mock_server.emulator.clock import Clock
from mock_server.model import Document
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.state import AccountState


class Host(Protocol):
    """An account as its resources see it."""

    clock: Clock
    tell_message: Callable[[Document], None]
    """Tell those who listen of a message that came into the outbox."""

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
    """One kind of thing that an account has; `others` are the kinds that it declares to ask."""

    def __init__(self, host: Host, state: AccountState, **others: Resource) -> None:
        self._host = host
        self._state = state
        vars(self).update({f"_{name}": each for name, each in others.items()})
