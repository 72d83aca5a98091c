"""Which documents hold a value: numbers by value, lean for the usual case of one."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any


class Postings:
    """Lists of numbers by value: the lowest first, or in the order of their `rank`.

    One is kept as itself, more as a packed array, which no collector visits. A rank may change only
    while its number is out (CON-14).
    """

    def __init__(self, rank: Callable[[int], int] | None = None) -> None:
        self._numbers: dict[Any, int | array[int]] = {}
        self._key = None if rank is None else (lambda number: (rank(number), number))

    def _place(self, held: array[int], number: int) -> int:
        key = self._key
        if key is None:
            return len(held) if held[-1] < number else bisect_left(held, number)
        wanted = key(number)
        return len(held) if key(held[-1]) < wanted else bisect_left(held, wanted, key=key)

    def add(self, value: Any, number: int) -> None:
        """Enter a number under a value; once, however often it is entered."""
        held = self._numbers.get(value)
        if held is None:
            self._numbers[value] = number
            return
        if isinstance(held, int):
            if held == number:
                return
            held = self._numbers[value] = array("Q", (held,))
        place = self._place(held, number)
        if place == len(held) or held[place] != number:
            held.insert(place, number)

    def remove(self, value: Any, number: int) -> None:
        """Take a number out from under a value, if it is there."""
        held = self._numbers.get(value)
        if held == number:
            del self._numbers[value]
        elif isinstance(held, array):
            place = self._place(held, number)
            if place < len(held) and held[place] == number:
                del held[place]
                if not held:
                    del self._numbers[value]

    def get(self, value: Any) -> Sequence[int]:
        """The numbers under a value, in their order. Not to be changed."""
        held = self._numbers.get(value)
        if held is None:
            return ()
        return (held,) if isinstance(held, int) else held
