"""Questions to the state, and pages of answers: a look at texts where no index answers."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import orjson

from mock_server import jsonio
from mock_server.model import Document

Records = Iterator[tuple[int, bytes]]
Match = Callable[[bytes], bool]

# The texts a sender gave an event besides its parameters.
_TEXTS = re.compile(
    r'"(?:eventTypeKey|externalOrderId|keyValue|eventKey)":("(?:[^"\\]|\\.)*")',
)
# Finds the end of a JSON value; what it makes of numbers does not matter.
_VALUE = json.JSONDecoder(parse_int=str, parse_float=str)


SEARCH_BOUND = 1_000
"""How many documents a search by text or finding reads at most: the newest of the others.

A search by time reads at most as many of its first and its last minute."""

Group = Literal["dropped", "warned"]


@dataclass(frozen=True, slots=True)
class EventQuery:
    """A search for events; a filter that is None lets every event through.

    `group` is `dropped` or `warned`; `finding` is one (`ITM-02/missing`) or a rule; `q` is text in
    what was sent, any letter case. Found are `since` < eventId <= `until`, received between
    `received_from` and `received_to` (ISO 8601, included), among the ids in `only`, of the `cause`
    of the fix list; a page is newest first.
    """

    type: str | None = None
    verdict: str | None = None
    reason: str | None = None
    warning: str | None = None
    contact: int | None = None
    order: str | None = None
    group: Group | None = None
    finding: str | None = None
    q: str | None = None
    since: int | None = None
    until: int | None = None
    received_from: str | None = None
    received_to: str | None = None
    only: tuple[int, ...] | None = None
    cause: str | None = None
    limit: int = 50
    offset: int = 0

    @property
    def is_indexed(self) -> bool:
        """Say whether the indices answer it whole, and no event has to be read."""
        asked = (self.q, self.finding, self.received_from, self.received_to)
        return asked == (None, None, None, None)


@dataclass(slots=True)
class Page:
    """A slice of what was found, newest first; `total` counts all that match.

    A text search reads `SEARCH_BOUND` documents; `searched`, and not `complete`, if there were
    more.
    """

    total: int
    items: list[Document] = field(default_factory=list)
    complete: bool = True
    searched: int = 0


def page_of(records: Records, total: int, limit: int) -> Page:
    """The first `limit` of these records, when all of them match."""
    items = []
    if limit > 0:
        for _, data in records:
            items.append(jsonio.loads(data))
            if len(items) == limit:
                break
    return Page(total, items)


def search(records: Records, total: int, matches: Match, limit: int, offset: int) -> Page:
    """A page of those of these records that match; `total` is how many there were to read."""
    found: list[bytes] = []
    searched = hits = 0
    for _, data in records:
        searched += 1
        if matches(data):
            hits += 1
            if offset < hits <= offset + limit:
                found.append(data)
    items = [jsonio.loads(data) for data in found]
    return Page(hits, items, complete=searched >= total, searched=searched)


def in_document(text: str) -> Match:
    """Return whether a document holds a text, or its JSON does, in any letter case."""
    holds = _holds(text)
    return lambda data: holds(data.decode())


def in_event(query: EventQuery) -> Match:
    """Whether an event has what no index tells: its time, what was sent, what its trace says."""
    holds = None if query.q is None else _holds(query.q)
    start, end = query.received_from or "", query.received_to or "\U0010ffff"
    has_times = (query.received_from, query.received_to) != (None, None)
    said = None if query.finding is None else _said(query.finding)

    def matches(data: bytes) -> bool:
        if has_times and not start <= _received(data) <= end:
            return False
        if said is not None and data.find(said, max(data.rfind(b',"trace":'), 0)) < 0:
            return False
        if holds is None:
            return True
        # Most records do not hold the text at all, which is found out soonest like this.
        last = data.rfind(b',"trace":')
        perhaps = data if last < 0 else data[:last]
        return holds(perhaps.decode()) and holds(_sent(data))

    return matches


def _holds(text: str) -> Callable[[str], bool]:
    plain = text.casefold()
    escaped = orjson.dumps(text)[1:-1].decode().casefold()
    if plain == escaped:
        return lambda content: plain in content.casefold()

    def holds(content: str) -> bool:
        folded = content.casefold()
        return plain in folded or escaped in folded

    return holds


def _said(finding: str) -> bytes:
    """How a stored trace begins to tell a finding, or any finding of a rule."""
    text = orjson.dumps(finding)
    return text if "/" in finding else text[:-1] + b"/"


def _received(data: bytes) -> str:
    found = re.search(rb'"receivedAt":"([^"]*)"', data)
    return "" if found is None else found[1].decode()


def _sent(data: bytes) -> str:
    """What of a record came from the sender: type, order, keys, parameters and body, as JSON."""
    text = data.decode()
    values = []
    head = len(text)
    place = 0
    for name in ('"params":', '"body":'):
        found = text.find(name, place)
        if found >= 0:
            head = min(head, found)
            begin = found + len(name)
            place = _VALUE.raw_decode(text, begin)[1]
            values.append(text[begin:place])
    return "\n".join([*_TEXTS.findall(text, 0, head), *values])
