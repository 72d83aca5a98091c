"""Which documents hold a value: numbers by value, lean for the usual case of one."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Any


class Postings:
    """Growing lists of numbers by value, lowest first.

    One number is kept as itself, more as a packed array: neither is a container that the garbage
    collector would have to visit, and adding the highest number costs the same at any length.
    """

    def __init__(self) -> None:
        self._numbers: dict[Any, int | array[int]] = {}

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
        if number > held[-1]:
            held.append(number)
        elif held[bisect_left(held, number)] != number:
            insort(held, number)

    def remove(self, value: Any, number: int) -> None:
        """Take a number out from under a value, if it is there."""
        held = self._numbers.get(value)
        if held == number:
            del self._numbers[value]
        elif isinstance(held, array):
            place = bisect_left(held, number)
            if place < len(held) and held[place] == number:
                del held[place]
                if not held:
                    del self._numbers[value]

    def get(self, value: Any) -> Sequence[int]:
        """The numbers under a value, lowest first. Not to be changed."""
        held = self._numbers.get(value)
        if held is None:
            return ()
        return (held,) if isinstance(held, int) else held

    def clear(self) -> None:
        """Forget everything."""
        self._numbers = {}
