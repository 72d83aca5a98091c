"""Waiting for what an account has not got yet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Condition, RLock
from time import monotonic
from typing import TypeVar

_Found = TypeVar("_Found")


class News:
    """Says that something has changed to those who wait for it. `lock` is the account's.

    Who waits looks again after each change without holding the lock: a search through thousands of
    documents holds no event up.
    """

    def __init__(self, lock: RLock) -> None:
        self._condition = Condition(lock)
        self._changes = 0

    def tell(self) -> None:
        """Something has changed; the lock is held."""
        self._changes += 1
        self._condition.notify_all()

    def wait(
        self, look: Callable[[], _Found], is_enough: Callable[[_Found], bool], timeout: float
    ) -> _Found:
        """What `look` finds once that is enough, or after `timeout` seconds at the latest."""
        end = monotonic() + timeout
        while True:
            seen = self._changes
            found = look()
            left = end - monotonic()
            if is_enough(found) or left <= 0:
                return found
            with self._condition:
                self._condition.wait_for(partial(self._has_changed, seen), left)

    def _has_changed(self, seen: int) -> bool:
        return self._changes != seen
