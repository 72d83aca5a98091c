"""Which documents hold a value, in the order in which they changed: the last one is found at once.

Contacts may share an address (CON-14), and of several the one that was updated last is meant. So
the holders of a value are kept in the order of their last changes: a change moves a holder to the
end, which costs the same whatever the number of holders.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any


class Ranked:
    """Numbers by value, each value's in the order of their ranks.

    `rank` returns the rank of a number. It must not change while the number is held here: a caller
    removes the number, changes its rank and adds it again.
    """

    def __init__(self, rank: Callable[[int], int]) -> None:
        def key(number: int) -> tuple[int, int]:
            return rank(number), number

        self._key = key
        self._held: dict[Any, int | list[int]] = {}

    def add(self, value: Any, number: int) -> None:
        """Enter a number under a value."""
        held = self._held.get(value)
        if held is None:
            self._held[value] = number
            return
        if isinstance(held, int):
            held = self._held[value] = [held]
        place = len(held)
        if self._key(held[-1]) >= self._key(number):
            place = bisect_left(held, self._key(number), key=self._key)
            if held[place] == number:
                return
        held.insert(place, number)

    def remove(self, value: Any, number: int) -> None:
        """Take a number out from under a value, if it is there."""
        held = self._held.get(value)
        if held == number:
            del self._held[value]
        elif isinstance(held, list):
            place = bisect_left(held, self._key(number), key=self._key)
            if place < len(held) and held[place] == number:
                del held[place]
                if not held:
                    del self._held[value]

    def get(self, value: Any) -> Sequence[int]:
        """The numbers under a value, the lowest rank first. Not to be changed."""
        held = self._held.get(value)
        if held is None:
            return ()
        return (held,) if isinstance(held, int) else held

    def clear(self) -> None:
        """Forget everything."""
        self._held = {}
