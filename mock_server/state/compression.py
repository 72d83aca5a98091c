"""Records compressed one by one, each against records like it.

Most of a record is what other records have too: names, and the sentences of its trace. Given some
of those as a dictionary to refer to, zlib makes a tenth of it, and any one record can be read back
by itself, in a few microseconds.
"""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zlib import _Compress

SLOTS = 8
"""How many records make a pack."""

Packed = tuple[bytes, bytes]
"""A pack: the dictionary its records refer to, and where each of them ends with all of them."""

_ENDS = struct.Struct(f"<{SLOTS}I")
_WINDOW = 15  # zlib's largest: 32 KB
_LEVEL = 1
_MEMORY = 7
_DICTIONARY = 1 << _WINDOW
# A pack that comes out larger than this part of it makes the next dictionary...
_POOR = 1 / 4
# ...but only so many packs after the last: a dictionary takes memory as well.
_PACKS_APART = 64


class Compressor:
    """Makes packs of records, and sees to it that their dictionary serves. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._dictionary = b""
        self._begun: _Compress = _begin(b"")
        self._since = 0

    def pack(self, records: Sequence[bytes | None]) -> Packed:
        """Compress `SLOTS` records, None where there is none."""
        with self._lock:
            if not self._dictionary:
                self._learn(records)
            dictionary, begun = self._dictionary, self._begun
        parts, ends, end = [], [], _ENDS.size
        for record in records:
            if record:
                one = begun.copy()
                parts.append(one.compress(record))
                parts.append(one.flush())
                end += len(parts[-2]) + len(parts[-1])
            ends.append(end)
        with self._lock:
            self._since += 1
            size = sum([len(record) for record in records if record])
            if end - _ENDS.size > size * _POOR and self._since >= _PACKS_APART:
                self._learn(records)
        return dictionary, b"".join((_ENDS.pack(*ends), *parts))

    def _learn(self, records: Sequence[bytes | None]) -> None:
        """Take these records into the dictionary, in the place of its oldest."""
        new = b"".join((self._dictionary, *[record for record in records if record]))
        self._dictionary = new[-_DICTIONARY:]
        self._begun = _begin(self._dictionary)
        self._since = 0


def _begin(dictionary: bytes) -> _Compress:
    strategy = zlib.Z_DEFAULT_STRATEGY
    if not dictionary:
        return zlib.compressobj(_LEVEL, zlib.DEFLATED, -_WINDOW, _MEMORY, strategy)
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, -_WINDOW, _MEMORY, strategy, dictionary)


def unpacked(pack: Packed, slot: int) -> bytes | None:
    """One record of a pack, None where there is none."""
    dictionary, data = pack
    ends = _ENDS.unpack_from(data)
    start = ends[slot - 1] if slot else _ENDS.size
    if start == ends[slot]:
        return None
    reader = zlib.decompressobj(-_WINDOW, dictionary)
    return reader.decompress(memoryview(data)[start : ends[slot]])
