"""The events of an account: found by any combination of what they are about."""

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

import orjson

from mock_server import jsonio
from mock_server.documents.tables import Key, TableSpec
from mock_server.model import DROPPED, ORDER_MAKING, Document
from mock_server.state.tables.bitmap import BitIndex, Span, among
from mock_server.state.tables.postings import Postings
from mock_server.state.tables.search import EventQuery
from mock_server.state.tables.table import LiveTable, Prepared

# What an event's line begins with, so that a start need not parse the rest of it.
_HEAD = re.compile(
    rb'\{"eventId":([0-9]+),"account":"[^"]*","eventTypeKey":((?:null|"[^"\\]*"),'
    rb'"verdict":"[a-z]+","reasons":\[[^\]\\]*\],"warnings":\[[^\]\\]*\]),'
    rb'"contactId":(?:null|([0-9]+)),"externalOrderId":(?:null|"([^"\\]*)"),'
    rb'"receivedAt":"([^"\\]{16})'
)
_UNKNOWN_ORDER = "order_not_found"
# What follows the index fields: what was sent comes before what we made of it, see `search`.
_SENT = ("receivedAt", "occurred", "apiVersion", "keyValue", "eventKey", "params", "body")
_INDEXED: Document = {
    "eventId": 0,
    "account": "",
    "eventTypeKey": None,
    "verdict": "",
    "reasons": [],
    "warnings": [],
    "contactId": None,
    "externalOrderId": None,
}
# What the emulator's own records begin with; of what was sent they tell what is not null.
_BEGINNING = (*_INDEXED, "receivedAt")
_PARAMS_BY = len(_INDEXED) + len(_SENT) - 1

_MINUTE = 16
"""How long the beginning of a time is that tells the minute: `2026-01-31T12:00`."""
_LAST = "\U0010ffff"

Terms = tuple[str | None, str, list[str], list[str], int | None, str, str | None]
"""eventTypeKey, verdict, reasons, warnings, contactId, minute of receivedAt, externalOrderId."""


@lru_cache(maxsize=1000)
def _decoded(kind_to_warnings: bytes) -> tuple[str | None, str, list[str], list[str]]:
    """What many events share: type, verdict, reasons and warnings, from a piece of JSON."""
    found = orjson.loads(b'{"eventTypeKey":%b}' % kind_to_warnings)
    return tuple(found.values())


def _minutes(query: EventQuery) -> tuple[str, str, str] | None:
    """The minutes that a query is about, as the index takes them."""
    if query.received_from is None and query.received_to is None:
        return None
    first, last = query.received_from or "", query.received_to or _LAST
    return "minute", first[:_MINUTE], last[:_MINUTE]


class EventTable(LiveTable):
    """Events by eventId, the newest `bound` (0: all); `dropped` hears of the others."""

    def __init__(self, name: str, spec: TableSpec, bound: int, dropped: Callable[[], None]) -> None:
        super().__init__(name, spec)
        self._bound = bound
        self._dropped = dropped
        self._template = {**_INDEXED, "account": name}

    def clear(self) -> None:
        """Forget everything."""
        super().clear()
        self.index = BitIndex(
            *("type", "verdict", "reason", "warning", "contact", "minute", "group")
        )
        self._by_order = Postings()
        self._failures = Postings()  # of those that were to make or change an order, by that order
        self._lost = Postings()  # of those that came before their order, by that order (ORD-22)

    # -- the engine's side ---------------------------------------------------------------------

    def prepare(self, document: Document, after: int = 0) -> Prepared:
        """Check the key of an event's record, and encode it with its fields in our order."""
        key = self.key_of(document, after)
        if (
            tuple(islice(document, len(_BEGINNING))) == _BEGINNING
            and "params" in islice(document, len(_BEGINNING), _PARAMS_BY)
            and "body" not in document
            and document["eventId"] == key
            and document["account"] == self.account_name
        ):  # as the emulator makes nearly all
            return key, jsonio.dumps(document), self.terms(document)
        sent = {name: document[name] for name in _SENT if name in document}
        record = {**self._template, **sent, **document}
        record["eventId"] = key
        record["account"] = self.account_name
        return key, jsonio.dumps(record), self.terms(record)

    def prepare_stored(self, data: bytes) -> Prepared:
        """Read the index fields of a record that this table has made."""
        head = _HEAD.match(data)
        if head is None:
            return super().prepare_stored(data)
        event_id, kind_to_warnings, contact, order, minute = head.groups()
        terms = (
            *_decoded(kind_to_warnings),
            contact if contact is None else int(contact),
            minute.decode(),
            order if order is None else order.decode(),
        )
        return int(event_id), data, terms

    def terms(self, document: Document) -> Terms:
        """What the filters look at, unchecked."""
        return (
            document.get("eventTypeKey"),
            document.get("verdict", ""),
            document.get("reasons", []),
            document.get("warnings", []),
            document.get("contactId"),
            str(document.get("receivedAt") or "")[:_MINUTE],
            document.get("externalOrderId"),
        )

    def store(self, key: Key, data: bytes, terms: Terms) -> None:
        """Keep an event, and drop the oldest beyond the bound."""
        super().store(key, data, terms)
        self._keep_to_bound()

    def load(self, data: bytes) -> None:
        """Keep the record of an event that is not there, and drop the oldest beyond the bound."""
        super().load(data)
        self._keep_to_bound()

    # -- questions -----------------------------------------------------------------------------

    def select(self, query: EventQuery) -> list[Span]:
        """The events that pass every filter of the query that an index answers."""
        names = ("type", "verdict", "reason", "warning", "contact", "group")
        where = [(name, getattr(query, name)) for name in names]
        above = -1 if query.since is None else query.since
        spans = self.index.select(where, above, query.until, _minutes(query))
        if query.order is not None:
            spans = among(spans, self.of_order(query.order))
        return spans if query.only is None else among(spans, query.only)

    def at_the_edge(self, query: EventQuery, spans: list[Span]) -> list[Span]:
        """Of these events, those of the first and the last minute: some are out of the time."""
        within = _minutes(query)
        if within is None:
            return []
        edges = dict(self.index.select(within=("minute", within[1], within[1])))
        for base, bits in self.index.select(within=("minute", within[2], within[2])):
            edges[base] = edges.get(base, 0) | bits
        return [(base, bits & edges[base]) for base, bits in spans if bits & edges.get(base, 0)]

    def of_order(self, order: str) -> list[int]:
        """The ids of the events that name this order, oldest first."""
        return list(self._by_order.get(order))

    def last_failure(self, order: str) -> int | None:
        """The newest event that could have made or changed this order and was turned down."""
        failures = self._failures.get(order)
        return failures[-1] if failures else None

    def last_lost(self, order: str) -> int | None:
        """The newest event that was ignored because there was no such order."""
        lost = self._lost.get(order)
        return lost[-1] if lost else None

    # -- details -------------------------------------------------------------------------------

    def _enter(self, doc_id: int, terms: Terms, *, is_new: bool) -> None:
        kind, verdict, reasons, warnings, _, _, order = terms
        groups = ["dropped"] if verdict in DROPPED else []
        values = (*terms[:-1], [*groups, "warned"] if warnings else groups)
        if is_new:
            self.index.add(doc_id, values)
        else:
            self._leave_order(doc_id)
            self.index.change(doc_id, values)
        if order is not None:
            self._by_order.add(order, doc_id)
            if verdict in DROPPED:
                if kind in ORDER_MAKING:
                    self._failures.add(order, doc_id)
                elif _UNKNOWN_ORDER in reasons:
                    self._lost.add(order, doc_id)

    def _leave(self, doc_id: int) -> None:
        self.index.remove(doc_id)
        self._leave_order(doc_id)

    def _leave_order(self, doc_id: int) -> None:
        _, _, terms = self.prepare_stored(self._data.get(doc_id) or b"{}")
        for each in (self._by_order, self._failures, self._lost):
            each.remove(terms[-1], doc_id)

    def _keep_to_bound(self) -> None:
        if not self._bound or len(self.index) <= self._bound:
            return
        if (oldest := self.index.first()) is not None:
            self.discard(oldest)
            self._dropped()
