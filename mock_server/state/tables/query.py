"""Questions to the state, and pages of answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from mock_server.model import Document

SEARCH_BOUND = 1_000
"""How many documents a search by text or finding reads at most: the newest of the others.

A search by time reads at most as many of its first and its last minute."""

Group = Literal["dropped", "warned"]


@dataclass(frozen=True, slots=True)
class EventQuery:
    """A search for events; a filter that is None lets every event through.

    `type` is an eventTypeKey; `reason` and `warning` are codes that must be among the event's;
    `contact` and `order` are ids; `group` is `dropped` (ignored or rejected) or `warned` (with any
    warning). `finding` is what a rule said (`ITM-02/missing`), or a rule that said anything. `q` is
    free text, looked for without regard to letter case in what was sent: the event type, the order,
    the keys and the parameters. Only events with `since` < eventId <= `until` are found, and of
    those received between `received_from` and `received_to` (ISO 8601, compared as text, both
    included). `only` are the ids of the events to choose among, and `cause` the entry of the fix
    list they belong to, which a wait asks for again. `limit` and `offset` cut the page,
    newest first.
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
    """A slice of what was found, newest first.

    `total` counts all that match, not only this slice. A free-text search reads at most
    `SEARCH_BOUND` documents: when there were more to read `complete` is False, `searched` says how
    many were read, and `total` counts the matches among those.
    """

    total: int
    items: list[Document] = field(default_factory=list)
    complete: bool = True
    searched: int = 0
