"""Pages of documents, with a look at their text where no index answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import orjson

from mock_server import jsonio

from .query import SEARCH_BOUND, Page

Match = Callable[[bytes], bool]


def page_of(records: Iterator[tuple[int, bytes]], total: int, limit: int) -> Page:
    """The first `limit` of these records, when all of them match."""
    items = []
    if limit > 0:
        for _, data in records:
            items.append(jsonio.loads(data))
            if len(items) == limit:
                break
    return Page(total, items)


def search(
    records: Iterator[tuple[int, bytes]], total: int, matches: Match, limit: int, offset: int
) -> Page:
    """A page of those of these records that match, read up to the bound of a search."""
    found: list[bytes] = []
    searched = hits = 0
    for _, data in records:
        if searched == SEARCH_BOUND:
            break
        searched += 1
        if matches(data):
            hits += 1
            if offset < hits <= offset + limit:
                found.append(data)
    items = [jsonio.loads(data) for data in found]
    return Page(hits, items, complete=searched >= total, searched=searched)


def in_document(text: str) -> Match:
    """Whether a document's JSON holds a text, in any letter case."""
    needle = _needle(text)
    return lambda data: needle in data.decode().casefold()


def in_event(text: str | None, received_from: str | None, received_to: str | None) -> Match:
    """Whether an event was received between two times, and what was sent holds a text."""
    needle = None if text is None else _needle(text)

    def matches(data: bytes) -> bool:
        if received_from is not None or received_to is not None:
            received = _field(data, b'"receivedAt":')
            if not (received_from or "") <= received <= (received_to or "\U0010ffff"):
                return False
        return needle is None or needle in _as_sent(data).casefold()

    return matches


def _needle(text: str) -> str:
    return orjson.dumps(text)[1:-1].decode().casefold()


def _field(data: bytes, name: bytes) -> str:
    start = data.find(name) + len(name)
    if start < len(name) or data[start : start + 1] != b'"':
        return ""
    return data[start + 1 : data.index(b'"', start + 1)].decode()


def _as_sent(data: bytes) -> str:
    """What of a record came from the sender: type, order, keys and parameters, as JSON."""
    start = data.find(b'"eventTypeKey":')
    end = data.find(b',"effect":')
    return data[start if start > 0 else 0 : end if end > 0 else len(data)].decode()
