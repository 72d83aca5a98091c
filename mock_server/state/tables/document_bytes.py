"""Documents as JSON, by number; where it is worth it, compressed against documents like them.

With a few of its table as a dictionary, zstd makes a tenth of one in microseconds, each to be read
by itself; the dictionary is rebuilt when they are eight times as many.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from itertools import islice
from typing import Any

FIRST = 16
"""How many documents are kept as they are, and make the first dictionary."""
_TIMES = 8
_DICTIONARY = 1 << 15
_LEVEL = 1
_PLAIN = b"{"  # what JSON begins with; what is compressed begins with the number of its dictionary


class DocumentBytes:
    """A dictionary from number to JSON, `compressed` or as it is, in order of coming.

    Readers need no lock, values are only replaced. After `is_mixed`, in order of numbers.
    """

    __slots__ = ("_compressor", "_dictionaries", "_kept", "_learn_at", "_prefix", "is_mixed")

    def __init__(self, *, compressed: bool) -> None:
        self._kept: dict[int, bytes] = {}
        self._learn_at = FIRST if compressed else sys.maxsize
        self._compressor: Any = None  # of the newest dictionary
        self._dictionaries: list[Any] = []
        self._prefix = b""
        self.is_mixed = False

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, number: object) -> bool:
        return number in self._kept

    def __iter__(self) -> Iterator[int]:
        return iter(self._in_order())

    def __setitem__(self, number: int, data: bytes) -> None:
        compressor = self._compressor
        if compressor is None:
            # The encoder leaves its result in a buffer of up to twice the size.
            data = bytes(memoryview(data))
        else:
            try:
                data = self._prefix + compressor.compress(data, compressor.FLUSH_FRAME)
            except MemoryError:
                # The change is written down already: the document is kept as it is, and so are
                # those that follow. The compressor may have stopped in the middle of a frame.
                self._compressor = None
        self._kept[number] = data
        if len(self._kept) >= self._learn_at:
            with suppress(MemoryError):  # the next document is another chance
                self._learn()

    def get(self, number: int) -> bytes | None:
        """The JSON under a number, or None."""
        data = self._kept.get(number)
        return data if data is None else self._plain(data)

    def __delitem__(self, number: int) -> None:
        del self._kept[number]

    def copy(self) -> DocumentBytes:
        """The same documents, to be read later, whatever changes meanwhile."""
        made = DocumentBytes(compressed=False)
        made._kept, made._dictionaries = self._in_order().copy(), self._dictionaries
        return made

    def freeze(self) -> Callable[[], Iterator[tuple[int, bytes]]]:
        """Numbers and JSON as they are now, to be read later, whatever changes meanwhile."""
        held = self._in_order().copy()
        return lambda: ((number, self._plain(data)) for number, data in held.items())

    def _in_order(self) -> dict[int, bytes]:
        if self.is_mixed:
            self._kept, self.is_mixed = dict(sorted(self._kept.items())), False
        return self._kept

    def _plain(self, data: bytes) -> bytes:
        if data.startswith(_PLAIN):
            return data
        reader = _zstd().ZstdDecompressor(self._dictionaries[data[0]])
        plain: bytes = reader.decompress(memoryview(data)[1:])
        return plain

    def _learn(self) -> None:
        newest = [self._plain(self._kept[each]) for each in islice(reversed(self._kept), FIRST)]
        dictionary = _zstd().ZstdDict(b"".join(newest)[-_DICTIONARY:], is_raw=True)
        compressor = _zstd().ZstdCompressor(_LEVEL, zstd_dict=dictionary)
        self._prefix = b"%c" % len(self._dictionaries)
        self._dictionaries.append(dictionary)
        self._compressor = compressor
        self._learn_at *= _TIMES


@cache
def _zstd() -> Any:
    """Import the module when it is needed: a short test must not pay for it."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd
