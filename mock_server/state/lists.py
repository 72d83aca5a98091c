"""The lists of an account: events, orders and contacts by any combination of filters, in pages."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from typing import cast

from mock_server.model import IDENTIFIER_KINDS, IdentifierKind
from mock_server.state.reads import AccountReads
from mock_server.state.tables.bitmap import Span, among, count, newest
from mock_server.state.tables.search import (
    SEARCH_BOUND,
    EventQuery,
    Page,
    in_document,
    in_event,
    page_of,
    search,
)
from mock_server.state.tables.table import LiveTable

CONTACT_FILTERS = (*IDENTIFIER_KINDS, "firstName", "lastName")
"""What `find_contacts` can look for exactly."""


class AccountLists(AccountReads):
    """Lists of an account's state, the newest first."""

    def find_events(self, query: EventQuery) -> Page:
        """A page of events, newest first."""
        with self.lock:
            spans = self._events.select(query)
        records = self._events.records
        if query.is_indexed:
            return page_of(records(newest(spans, query.offset)), count(spans), query.limit)
        matches = in_event(query)
        if query.q is None and query.finding is None:
            return self._in_time(query, spans)
        bounded = records(islice(newest(spans), SEARCH_BOUND))
        return search(bounded, count(spans), matches, query.limit, query.offset)

    def count_events(self, query: EventQuery) -> int:
        """Count the events that pass its indexed filters; a time counts by whole minutes."""
        with self.lock:
            return count(self._events.select(query))

    def first_and_last_minute(self, since: str) -> tuple[str, str] | None:
        """The minutes (`2026-01-31T12:00`) of the first and the last event from a time on."""
        with self.lock:
            return self._events.index.extremes("minute", since or "0", ":")  # years

    def count_by_time(
        self, edges: Sequence[str], series: Mapping[str, Sequence[EventQuery]]
    ) -> list[Counter[str]]:
        """Count events by minutes and series, by the indices alone."""
        counts = [Counter[str]() for _ in edges[1:]]
        with self.lock:
            parts = self._events.index.parts("minute", edges)
            for name, queries in series.items():
                rows: dict[int, int] = {}
                for base, bits in chain.from_iterable(map(self._events.select, queries)):
                    rows[base] = rows.get(base, 0) | bits
                for part, counted in zip(parts, counts, strict=True):
                    for base, bits in part.items():
                        if hits := bits & rows.get(base, 0):
                            counted[name] += hits.bit_count()
                            part[base] ^= hits
        return counts

    def _in_time(self, query: EventQuery, spans: list[Span]) -> Page:
        """A page of events of a time; only those of its first and last minute are read."""
        with self.lock:
            edge = self._events.at_the_edge(query, spans)
        matches = in_event(query)
        bounded = self._events.records(islice(newest(edge), SEARCH_BOUND))
        kept = dict(among(edge, [row for row, data in bounded if matches(data)]))
        outer = dict(edge)
        found = [(base, bits & ~outer.get(base, 0) | kept.get(base, 0)) for base, bits in spans]
        page = page_of(self._events.records(newest(found, query.offset)), count(found), query.limit)
        page.searched = min(count(edge), SEARCH_BOUND)
        page.complete = count(edge) <= SEARCH_BOUND
        return page

    def find_orders(
        self,
        *,
        status: str | None = None,
        contact: int | None = None,
        q: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Page:
        """A page of orders, newest first. `q`: text anywhere in the order, any letter case."""
        with self.lock:
            spans = self._orders.select(status, contact)
            exact = None if q is None else self._orders.doc_id_of(q)
        return self._page(self._orders, spans, q, [] if exact is None else [exact], limit, offset)

    def contact_ids(self) -> list[int]:
        """The ids of all contacts that are not deleted, the newest first."""
        with self.lock:
            return list(newest(self._contacts.select()))

    def find_contacts(
        self,
        *,
        q: str | None = None,
        limit: int = 50,
        offset: int = 0,
        deleted: bool = False,
        updated_first: bool = False,
        only: Collection[int] | None = None,
        **exact: str | None,
    ) -> Page:
        """A page of contacts, newest first. `q`: text anywhere in the contact.

        `only`: ids to choose from; `exact`: values of `CONTACT_FILTERS`; `deleted`: those, too;
        `updated_first`: in the order of changes.
        """
        for name in exact:
            if name not in CONTACT_FILTERS:
                raise TypeError(f"no filter {name}; filters are {', '.join(CONTACT_FILTERS)}")
        ids = partial(self._contacts.ids, deleted=deleted)
        with self.lock:
            spans = self._contacts.select(
                exact.pop("firstName", None), exact.pop("lastName", None), deleted=deleted
            )
            if only is not None:
                spans = among(spans, only)
            for kind, value in exact.items():
                if value is not None:
                    spans = among(spans, ids(cast(IdentifierKind, kind), value))
            kinds = () if q is None else IDENTIFIER_KINDS
            holders = {each for kind in kinds for each in ids(kind, q or "")}
            if updated_first:
                rows = self._contacts.by_update(newest(spans))[offset : offset + limit]
                return page_of(self._contacts.records(rows), count(spans), limit)
        return self._page(self._contacts, spans, q, sorted(holders, reverse=True), limit, offset)

    def _page(
        self,
        table: LiveTable,
        spans: list[Span],
        q: str | None,
        exact: list[int],
        limit: int,
        offset: int,
    ) -> Page:
        """A page of a table; a search finds the rows in `exact` however far back they are."""
        if q is None:
            return page_of(table.records(newest(spans, offset)), count(spans), limit)
        rows = list(islice(newest(spans), SEARCH_BOUND))
        further = [row for row in newest(among(spans, exact)) if row < rows[-1]]
        found = table.records([*rows, *further])
        return search(found, count(spans), in_document(q), limit, offset)
