"""Event records in little memory: eight to a pack, the older packs compressed.

An event's record is some kilobytes of JSON, and a hundred thousand of them are kept. The newest
stay as they are, up to a budget; beyond it packs are compressed, oldest first, by a thread that
lives until it has caught up: compressing lets other threads run. After a start, packs are ranges of
the state file, until a thread that lives only for that has read and compressed them.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from .compression import SLOTS, Compressor, Packed, unpacked
from .source import SourceFile

PACK = SLOTS
"""How many event ids make a pack."""
_MASK = PACK - 1
_SHIFT = _MASK.bit_length()
RAW_BUDGET = 8 * 2**20
"""Bytes of records a store keeps uncompressed before packing the oldest."""
_ROOM = 7 / 8  # of the budget: what is left when compressing ends
_OVERDRAFT = 9 / 8  # of the budget: past it, who writes compresses too

_EVENT_LINE = re.compile(rb'(\{"eventId":([0-9]+),.*\}),?$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FileRange:
    """A pack that is still in the state file: lines of it, from a byte offset on."""

    source: SourceFile
    offset: int
    length: int


Slots = list[bytes | None]
Pack = Slots | Packed | FileRange
"""Records by slot; or those, compressed; or where they are in the state file."""


def slots_of(pack: Pack) -> Slots:
    """The eight records of a pack, None where there is none."""
    if isinstance(pack, list):
        return pack
    if isinstance(pack, tuple):
        return [unpacked(pack, slot) for slot in range(PACK)]
    slots: Slots = [None] * PACK
    for match in _EVENT_LINE.finditer(pack.source.read(pack.offset, pack.length)):
        slots[int(match[2]) & _MASK] = match[1]
    return slots


def _size(pack: Pack | None) -> int:
    """The bytes of records a pack holds uncompressed."""
    return sum([len(each) for each in pack if each is not None]) if isinstance(pack, list) else 0


class Archive:
    """The event records of one account, by event id.

    Writers hold the store's lock; readers need none, since a pack is replaced whole.
    """

    def __init__(self, packer: Packer) -> None:
        self._packer = packer
        self.packs: dict[int, Pack] = {}
        self._open = -1  # the number of the pack that is being filled
        self._raw = 0

    def get(self, event_id: int) -> bytes | None:
        """The record of an event, or None."""
        pack = self.packs.get(event_id >> _SHIFT)
        if isinstance(pack, tuple):
            return unpacked(pack, event_id & _MASK)
        return None if pack is None else slots_of(pack)[event_id & _MASK]

    def get_many(self, event_ids: Iterator[int]) -> Iterator[tuple[int, bytes]]:
        """Records of events, reading once what follows from the same part of the state file."""
        number, slots = -1, None
        for event_id in event_ids:
            if event_id >> _SHIFT != number:
                number = event_id >> _SHIFT
                pack = self.packs.get(number)
                slots = None if pack is None or isinstance(pack, tuple) else slots_of(pack)
            if isinstance(pack, tuple):
                record = unpacked(pack, event_id & _MASK)
            else:
                record = None if slots is None else slots[event_id & _MASK]
            if record is not None:
                yield event_id, record

    def put(self, event_id: int, record: bytes) -> None:
        """Keep a record; one with the same id is replaced."""
        number = event_id >> _SHIFT
        if number != self._open:
            self._turn_to(number)
        slots = self.packs[number]
        assert isinstance(slots, list)  # noqa: S101  (_turn_to saw to it)
        self._grow(len(record) - len(slots[event_id & _MASK] or b""))
        slots[event_id & _MASK] = record

    def put_range(self, number: int, place: FileRange) -> None:
        """Say where in the state file a whole pack is."""
        self.packs[number] = place
        self._packer.ranges.append((self, number))

    def open_last(self) -> None:
        """Fetch the newest pack from the state file: the next event may go into it."""
        if self.packs:
            self._turn_to(max(self.packs))

    def drop_pack(self, event_id: int) -> None:
        """Forget the pack that holds this event; none of its events is wanted any more."""
        number = event_id >> _SHIFT
        self._grow(-_size(self.packs.pop(number, None)))
        if number == self._open:
            self._open = -1

    def close(self) -> dict[int, Pack]:
        """Forget everything; what comes back is only to be freed."""
        packs, self.packs = self.packs, {}
        self._open = -1
        self._packer.forget(self)
        self._grow(-self._raw)
        return packs

    def freeze(self) -> dict[int, Pack]:
        """All packs as they are now, untouched by what comes later."""
        packs = dict(self.packs)
        slots = packs.get(self._open)
        if isinstance(slots, list):
            packs[self._open] = list(slots)
        return packs

    def compress(self, number: int) -> None:
        """Compress a full pack, or fetch and compress one that is in the state file."""
        with self._packer.lock:
            pack = self.packs.get(number)
            if not isinstance(pack, list | FileRange) or number == self._open:
                return
            seen = list(pack) if isinstance(pack, list) else None
        new = self._packer.compressor.pack(slots_of(pack) if seen is None else seen)
        with self._packer.lock:
            is_same = self.packs.get(number) is pack and (seen is None or seen == pack)
            if is_same and number != self._open:
                self.packs[number] = new
                self._grow(-_size(pack))

    def _turn_to(self, number: int) -> None:
        filled, self._open = self._open, number
        pack = self.packs.get(number)
        if pack is None:
            self.packs[number] = [None] * PACK
        elif not isinstance(pack, list):
            self.packs[number] = slots = slots_of(pack)
            self._grow(_size(slots))
        if filled >= 0:
            self._packer.filled(self, filled)

    def _grow(self, size: int) -> None:
        self._raw += size
        self._packer.raw += size


class Packer:
    """Keeps the uncompressed records of all archives of a store within a budget.

    `lock` is the store's. `raw` counts the bytes of uncompressed records; `ranges` are the packs
    still to be fetched from the state file; `compressor` makes packs for all of them.
    """

    def __init__(self, lock: threading.RLock, budget: int = RAW_BUDGET) -> None:
        self.lock = lock
        self.raw = 0
        self.compressor = Compressor()
        self.ranges: deque[tuple[Archive, int]] = deque()
        self._budget = budget
        self._full: deque[tuple[Archive, int]] = deque()
        self._fetcher: threading.Thread | None = None
        self._compressing: threading.Thread | None = None
        self._stopped = False

    def filled(self, archive: Archive, number: int) -> None:
        """A pack is full, and may be compressed when its time comes; the lock is held."""
        self._full.append((archive, number))
        if self.raw <= self._budget:
            return
        if self._compressing is None and not self._stopped:
            self._compressing = threading.Thread(
                target=self._compress, name="yespo-mock-compressor", daemon=True
            )
            self._compressing.start()
        while self.raw > self._budget * _OVERDRAFT and self._full:  # the thread does not keep up
            oldest, place = self._full.popleft()
            oldest.compress(place)

    def forget(self, archive: Archive) -> None:
        """An archive has been emptied; the lock is held."""
        self._full = deque(entry for entry in self._full if entry[0] is not archive)
        self.ranges = deque(entry for entry in self.ranges if entry[0] is not archive)

    def start_fetching(self) -> None:
        """Begin to bring into memory what is still in the state file, in a thread."""
        if self.ranges:
            self._fetcher = threading.Thread(
                target=self._fetch, name="yespo-mock-packer", daemon=True
            )
            self._fetcher.start()

    def finish_fetching(self) -> None:
        """Wait until nothing is needed from the state file any more."""
        if self._fetcher is not None:
            self._fetcher.join()

    def finish_compressing(self) -> None:
        """Wait until what was to be compressed is; the lock must not be held."""
        compressing = self._compressing
        if compressing is not None:
            compressing.join()

    def stop(self) -> None:
        """Stop fetching and compressing; what is not in memory yet will not be."""
        with self.lock:
            self._stopped = True
        self.finish_fetching()
        self.finish_compressing()

    def _fetch(self) -> None:
        while not self._stopped:
            with self.lock:
                if not self.ranges:
                    return
                archive, number = self.ranges.popleft()
            archive.compress(number)

    def _compress(self) -> None:
        """Compress until there is some room again, and end."""
        while True:
            with self.lock:
                has_room = self.raw <= self._budget * _ROOM
                if self._stopped or has_room or not self._full:
                    self._compressing = None
                    return
                archive, number = self._full.popleft()
            archive.compress(number)
