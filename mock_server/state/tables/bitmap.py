"""Which rows hold a value: bitmaps over chunks of 512 rows, for any combination of filters.

For each field and value a chunk holds an integer of bits, so a query ANDs a few per chunk: under a
millisecond for 100,000 rows, with the exact count and the newest.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import Any

_SHIFT = 9
_MASK = (1 << _SHIFT) - 1
_FULL = (1 << (1 << _SHIFT)) - 1

Value = str | int
Values = Sequence[Any]
"""One entry per field: None, a value, or a list of values."""
Span = tuple[int, int]
"""The first row of a chunk, and the bits of the rows found in it."""


class BitIndex:
    """Rows by the values of `fields`, given in that order. The caller locks."""

    def __init__(self, *fields: str) -> None:
        self._fields = {name: place for place, name in enumerate(fields, start=1)}
        # Each chunk: the bits of all its rows, then for each field the bits by value.
        self._chunks: dict[int, list[Any]] = {}
        self._known: dict[tuple[int, str], tuple[int, str, str]] = {}  # see _bounds
        self._highest = -1  # of all rows ever entered
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, row: int, values: Values) -> None:
        """Enter a row that is not in the index; it may have been removed before."""
        number = row >> _SHIFT
        chunk = self._chunks.get(number)
        if chunk is None:
            chunk = self._open(number)
        bit = 1 << (row & _MASK)
        if row > self._highest:
            self._highest = row
        else:
            for rows in chunk[1:]:
                self._clear(rows, bit)
        chunk[0] |= bit
        self._count += 1
        place = 0
        for value in values:
            place += 1
            if value is None:
                continue
            rows = chunk[place]
            if type(value) is list:
                for each in value:
                    rows[each] = rows.get(each, 0) | bit
            else:
                rows[value] = rows.get(value, 0) | bit

    def change(self, row: int, values: Values) -> None:
        """Give a row that is in the index other values."""
        chunk = self._chunks[row >> _SHIFT]
        bit = 1 << (row & _MASK)
        for place, value in enumerate(values, start=1):
            rows = chunk[place]
            wanted = [] if value is None else value if type(value) is list else [value]
            if len(wanted) == 1 and rows.get(wanted[0], 0) & bit and type(value) is not list:
                continue  # as it was: the usual case, and a row has one value of such a field
            self._clear(rows, bit)
            for each in wanted:
                rows[each] = rows.get(each, 0) | bit

    def remove(self, row: int) -> None:
        """Take a row out; its bits stay, masked, until its chunk goes or `add` brings it back."""
        number = row >> _SHIFT
        chunk = self._chunks.get(number)
        if chunk is None or not chunk[0] >> (row & _MASK) & 1:
            return
        chunk[0] &= ~(1 << (row & _MASK))
        self._count -= 1
        if not chunk[0]:
            del self._chunks[number]
            self._known.clear()

    def select(
        self,
        where: Sequence[tuple[str, Value | None]] = (),
        above: int = -1,
        upto: int | None = None,
        within: tuple[str, str, str] | None = None,
    ) -> list[Span]:
        """The rows with above < row <= upto that have all values: spans, newest first.

        None lets every row through. `within`: a field, and its lowest and highest value.
        """
        found = []
        terms = [(self._fields[name], value) for name, value in where if value is not None]
        for number in reversed(self._chunks):
            base = number << _SHIFT
            if upto is not None and base > upto:
                continue
            if base + _MASK <= above:
                break
            chunk = self._chunks[number]
            bits = chunk[0]
            for place, value in terms:
                bits &= chunk[place].get(value, 0)
                if not bits:
                    break
            else:
                if within is not None:
                    bits &= self._between(number, *within)
                if above >= base:
                    bits &= -1 << (above - base + 1)
                if upto is not None and upto - base < _MASK:
                    bits &= (1 << (upto - base + 1)) - 1
                if bits:
                    found.append((base, bits))
        return found

    def _between(self, number: int, name: str, low: str, high: str) -> int:
        first, last = self._bounds(number, name)
        if low <= first and last <= high:
            return -1
        bits = 0
        if low <= last and first <= high:
            for value, its in self._chunks[number][self._fields[name]].items():
                if low <= value <= high:
                    bits |= its
        return bits

    def _bounds(self, number: int, name: str) -> tuple[str, str]:
        """The lowest and the highest value in a chunk, also of rows that were removed."""
        values = self._chunks[number][self._fields[name]]
        size, first, last = self._known.get((number, name), (0, "", ""))
        if size != len(values):
            first, last = min(values), max(values)
            self._known[number, name] = len(values), first, last
        return first, last

    def counts(self, name: str) -> dict[Any, int]:
        """Count the rows that hold each value of a field."""
        place = self._fields[name]
        found: dict[Any, int] = {}
        for chunk in self._chunks.values():
            everything = chunk[0]
            for value, bits in chunk[place].items():
                if rows := (bits & everything).bit_count():
                    found[value] = found.get(value, 0) + rows
        return found

    def extremes(self, name: str, low: str, high: str) -> tuple[str, str] | None:
        """The lowest and the highest value of a field between two values; None without any."""
        found: list[str] = []
        for number, chunk in self._chunks.items():
            first, last = self._bounds(number, name)
            if first > high or last < low:
                continue
            held = [first, last]
            if chunk[0] != _FULL or first < low or last > high:
                values = chunk[self._fields[name]].items()
                held = [each for each, bits in values if low <= each <= high and bits & chunk[0]]
            found += held
        return (min(found), max(found)) if found else None

    def parts(self, name: str, edges: Sequence[str]) -> list[dict[int, int]]:
        """The rows with a field's value from each edge up to the next."""
        found: list[dict[int, int]] = [{} for _ in edges]
        for number, chunk in self._chunks.items():
            base = number << _SHIFT
            first, last = (bisect_right(edges, each) - 1 for each in self._bounds(number, name))
            if first == last:
                found[first][base] = chunk[0]
                continue
            for value, bits in chunk[self._fields[name]].items():
                part = found[bisect_right(edges, value) - 1]
                part[base] = part.get(base, 0) | bits & chunk[0]
        return found[:-1]

    def has(self, row: int, name: str, value: Value) -> bool:
        """Return whether a row is in the index and has this value."""
        chunk = self._chunks.get(row >> _SHIFT)
        if chunk is None:
            return False
        bits = chunk[0] & chunk[self._fields[name]].get(value, 0)
        return bool(bits >> (row & _MASK) & 1)

    def first(self) -> int | None:
        """The lowest row, or None."""
        for number, chunk in self._chunks.items():
            bits: int = chunk[0]
            return (number << _SHIFT) + (bits & -bits).bit_length() - 1
        return None

    def _open(self, number: int) -> list[Any]:
        chunk: list[Any] = [0, *({} for _ in self._fields)]
        self._chunks[number] = chunk
        if number << _SHIFT <= self._highest and len(self._chunks) > 1:  # out of order
            self._chunks = dict(sorted(self._chunks.items()))
        return chunk

    def _clear(self, rows: dict[Any, int], bit: int) -> None:
        self._known.clear()
        for value in [value for value, bits in rows.items() if bits & bit]:
            rows[value] &= ~bit
            if not rows[value]:
                del rows[value]


def count(spans: Sequence[Span]) -> int:
    """Count the rows of these spans."""
    return sum(bits.bit_count() for _, bits in spans)


def among(spans: Sequence[Span], rows: Collection[int]) -> list[Span]:
    """The same spans, with only those of their rows that are among `rows`."""
    wanted: dict[int, int] = {}
    for row in rows:
        wanted[row >> _SHIFT] = wanted.get(row >> _SHIFT, 0) | 1 << (row & _MASK)
    found = []
    for base, bits in spans:
        if kept := bits & wanted.get(base >> _SHIFT, 0):
            found.append((base, kept))
    return found


def newest(spans: Sequence[Span], offset: int = 0) -> Iterator[int]:
    """The rows of these spans, highest first, without the first `offset` of them."""
    for base, bits in spans:
        if offset and (size := bits.bit_count()) <= offset:
            offset -= size
            continue
        while bits:
            top = bits.bit_length() - 1
            bits ^= 1 << top
            if offset:
                offset -= 1
            else:
                yield base + top
