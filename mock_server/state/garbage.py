"""What is no longer wanted, freed in small steps.

To free the documents of a hundred thousand events takes tens of milliseconds, which is not what
one expects of a reset. So a reset sets them aside, and every commit after it frees a little.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

_STEP = 16
_AT_MOST = 50e-6
"""Seconds that one sweep takes, more or less."""


class Garbage:
    """Dictionaries whose contents are to go. Not locked: the store's lock is held."""

    def __init__(self) -> None:
        self._heaps: list[dict[Any, Any]] = []

    def add(self, heaps: list[dict[Any, Any]]) -> None:
        """Set dictionaries aside that nobody else holds."""
        self._heaps += heaps

    def sweep(self) -> None:
        """Free a little of what was set aside."""
        if not self._heaps:
            return
        until = perf_counter() + _AT_MOST
        while self._heaps and perf_counter() < until:
            heap = self._heaps[-1]
            for _ in range(min(_STEP, len(heap))):
                heap.popitem()
            if not heap:
                self._heaps.pop()
