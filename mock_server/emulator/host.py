"""What the resources of an account have in common, and the part of the account that they need."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from mock_server.emulator.clock import Clock
from mock_server.model import Document
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.state import AccountState

_TURN, _PAUSE = 0.002, 0.0002
_Item = TypeVar("_Item")


def in_turns(items: Iterable[_Item]) -> Iterator[_Item]:
    """The items, with a pause after every few milliseconds of work with them.

    Each commit lets the interpreter go for its write to the log and has it back before a thread
    that waits is awake, which begins to wait anew: without pauses all others wait for the last one.
    """
    until = time.monotonic() + _TURN
    for item in items:
        yield item
        if time.monotonic() >= until:
            time.sleep(_PAUSE)  # for real: with 0 the interpreter would be back as early
            until = time.monotonic() + _TURN


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
