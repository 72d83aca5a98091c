"""Documents as JSON, by number, in little memory: each compressed against documents like it.

Most of a document is what others of its table have too: names, and the words of a trace. Given a
few of those as a dictionary to refer to, zstd makes a tenth of it in some microseconds, and reads
it back in one or two. So it is done at once, by whoever keeps the document, and each can be read by
itself. What a document is like changes: the dictionary is made anew from the newest documents each
time that their number has grown eightfold.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zstandard import ZstdCompressor, ZstdDecompressor

FIRST = 16
"""So many documents are kept as they are, and make the first dictionary."""
_TIMES = 8
_DICTIONARY = 1 << 15
_PLAIN = b"{"  # what JSON begins with; what is compressed begins with the number of its dictionary


class CompressedDocuments:
    """A dictionary from number to JSON.

    Whoever changes it holds a lock of theirs, readers need none: a value is never changed in place.
    """

    __slots__ = ("_compressor", "_kept", "_learn_at", "_readers", "_reading")

    def __init__(self) -> None:
        self._kept: dict[int, bytes] = {}
        self._learn_at = FIRST
        self._compressor: ZstdCompressor | None = None
        self._readers: list[ZstdDecompressor] = []  # by the number of their dictionary
        self._reading = threading.Lock()  # a reader is for one thread at a time

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, number: object) -> bool:
        return number in self._kept

    def __iter__(self) -> Iterator[int]:
        return iter(self._kept)

    def __setitem__(self, number: int, data: bytes) -> None:
        if self._compressor is not None:
            prefix = b"%c" % (len(self._readers) - 1)
            data = prefix + self._compressor.compress(data)
        self._kept[number] = data
        if len(self._kept) >= self._learn_at:
            self._learn()

    def get(self, number: int) -> bytes | None:
        """The JSON under a number, or None."""
        data = self._kept.get(number)
        return data if data is None else self._plain(data)

    def pop(self, number: int) -> bytes:
        """Take out what is under a number. Raises `KeyError`."""
        return self._plain(self._kept.pop(number))

    def freeze(self) -> Callable[[], Iterator[tuple[int, bytes]]]:
        """Numbers and JSON as they are now, to be read later, whatever changes meanwhile."""
        held = self._kept.copy()
        return lambda: ((number, self._plain(data)) for number, data in held.items())

    def _plain(self, data: bytes) -> bytes:
        if data.startswith(_PLAIN):
            return data
        with self._reading:
            return self._readers[data[0]].decompress(memoryview(data)[1:])

    def _learn(self) -> None:
        """Make the next dictionary."""
        # Here, so that a short test does not pay for it.
        from zstandard import (
            DICT_TYPE_RAWCONTENT,
            ZstdCompressionDict,
            ZstdCompressor,
            ZstdDecompressor,
        )

        newest = [self._plain(self._kept[each]) for each in islice(reversed(self._kept), FIRST)]
        sample = b"".join(newest)[-_DICTIONARY:]
        dictionary = ZstdCompressionDict(sample, dict_type=DICT_TYPE_RAWCONTENT)
        self._readers.append(ZstdDecompressor(dict_data=dictionary))
        self._compressor = ZstdCompressor(level=1, dict_data=dictionary)
        self._learn_at *= _TIMES
