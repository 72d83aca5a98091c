"""The events of an account: records in packs, found by any combination of what they are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import orjson

from mock_server.model import VERDICTS, Document

from .bitmap import BitIndex, Span, newest
from .packs import PACK, Archive, FileRange, Packer
from .query import EventQuery
from .specs import Key
from .tables import LiveTable, Prepared, encoded

# What an event's line begins with, so that a start need not parse the rest of it.
_HEAD = re.compile(
    rb'\{"eventId":([0-9]+),"account":"[^"]*","eventTypeKey":(?:null|"([^"\\]*)"),'
    rb'"verdict":"([a-z]+)","reasons":\[([^\]\\]*)\],"warnings":\[([^\]\\]*)\],'
    rb'"contactId":(?:null|([0-9]+)),"externalOrderId":(?:null|"([^"\\]*)"),'
)
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
_IN_ORDER = (*_INDEXED, *_SENT[:-1])  # a record need not tell its body
_FAILURES = ("ignored", "rejected")
_ORDER_MAKING = ("orderCreated", "orderUpdated")

Terms = tuple[str | None, str, list[str], list[str], int | None, str | None]
"""eventTypeKey, verdict, reasons, warnings, contactId, externalOrderId."""


def terms_of(record: Document) -> Terms:
    """What the filters look at, unchecked."""
    return (
        record.get("eventTypeKey"),
        record.get("verdict", ""),
        record.get("reasons", []),
        record.get("warnings", []),
        record.get("contactId"),
        record.get("externalOrderId"),
    )


def groups_of(verdict: str, warnings: list[str]) -> list[str]:
    """The groups of `EventQuery.group` that an event belongs to."""
    groups = ["dropped"] if verdict in _FAILURES else []
    return [*groups, "warned"] if warnings else groups


class EventTable(LiveTable):
    """Events by eventId.

    At most `bound` of them are kept (0: any number). The oldest go; `dropped` is called for each.
    """

    def __init__(self, *args: Any, packer: Packer, bound: int, dropped: Callable[[], None]):
        super().__init__(*args)
        self._packer = packer
        self._bound = bound
        self._dropped = dropped
        self._template = {**_INDEXED, "account": self.account_name}
        self.archive = Archive(self._packer)
        self.index = BitIndex("type", "verdict", "reason", "warning", "contact", "order", "group")
        self._failures: dict[str, int] = {}

    # -- the engine's side ---------------------------------------------------------------------

    def prepare(self, document: Document, after: int = 0) -> Prepared:
        """Check and encode an event's record: its fields in our order, whatever theirs was."""
        key = self._key_of(document, after)
        if (
            tuple(islice(document, len(_IN_ORDER))) == _IN_ORDER
            and "body" not in document
            and document["eventId"] == key
            and document["account"] == self.account_name
        ):  # as the emulator makes nearly all
            return key, encoded(document), self.terms(document)
        sent = {name: document[name] for name in _SENT if name in document}
        record = {**self._template, **sent, **document}
        record["eventId"] = key
        record["account"] = self.account_name
        return key, encoded(record), self.terms(record)

    def prepare_stored(self, data: bytes) -> Prepared:
        """Read the index fields of a record that this table has made."""
        head = _HEAD.match(data)
        if head is None:
            return super().prepare_stored(data)
        event_id, kind, verdict, reasons, warnings, contact, order = head.groups()
        terms = (
            kind if kind is None else kind.decode(),
            verdict.decode(),
            orjson.loads(b"[" + reasons + b"]") if reasons else [],
            orjson.loads(b"[" + warnings + b"]") if warnings else [],
            contact if contact is None else int(contact),
            order if order is None else order.decode(),
        )
        return int(event_id), data, terms

    def terms(self, document: Document) -> Terms:
        """What the filters look at."""
        terms = terms_of(document)
        kind, verdict, reasons, warnings, contact, order = terms
        if verdict not in VERDICTS:
            self.refuse(f'"verdict" must be one of {", ".join(VERDICTS)}', document)
        for name, text in (("eventTypeKey", kind), ("externalOrderId", order)):
            if text is not None and type(text) is not str:
                self.refuse(f'"{name}" must be a text or null', document)
        for name, codes in (("reasons", reasons), ("warnings", warnings)):
            if type(codes) is not list or any(type(code) is not str for code in codes):
                self.refuse(f'"{name}" must be a list of texts', document)
        if contact is not None and type(contact) is not int:
            self.refuse('"contactId" must be a whole number or null', document)
        return terms

    def store(self, key: Key, data: bytes, terms: Terms) -> None:
        """Keep an event, and drop the oldest beyond the bound."""
        self.enter(key, terms)  # type: ignore[arg-type]  # the key of an event is a number
        self.archive.put(key, data)  # type: ignore[arg-type]  # likewise

    def enter(self, event_id: int, terms: Terms) -> None:
        """Index an event whose record the archive has or is about to get."""
        kind, verdict, _, warnings, _, order = terms
        values = (*terms, groups_of(verdict, warnings))
        if event_id >= self.next_id:
            self.next_id = event_id + 1
            self.index.add(event_id, values)
        elif event_id in self.index:
            self.index.change(event_id, values)
        else:
            self.index.restore(event_id, values)
        if verdict in _FAILURES and order is not None and kind in _ORDER_MAKING:
            self._failures[order] = max(event_id, self._failures.get(order, 0))
        elif order is not None and self._failures.get(order) == event_id:
            self._find_failure(order)
        if self._bound and len(self.index) > self._bound:
            self._drop_oldest()

    def discard(self, key: Key) -> None:
        """Forget an event."""
        if not isinstance(key, int) or key not in self.index:
            return
        record = orjson.loads(self.data_at(key) or b"{}")
        self.index.remove(key)
        order = record.get("externalOrderId")
        if self._failures.get(order) == key:
            self._find_failure(order)
        self._drop_pack_if_empty(key)

    def data_at(self, doc_id: int) -> bytes | None:
        """An event's record, or None. Needs no lock."""
        return self.archive.get(doc_id) if doc_id in self.index else None

    def doc_id_of(self, key: Key) -> int | None:
        """The key itself, if there is such an event."""
        return key if isinstance(key, int) and key in self.index else None

    def doc_ids(self) -> list[int]:
        """The ids of all events, oldest first."""
        return list(newest(self.index.select()))[::-1]

    def freeze(self) -> Callable[[], Iterator[tuple[int, bytes]]]:
        """What the table holds now, to be read later."""
        packs = Archive(self._packer)
        packs.packs = self.archive.freeze()
        spans = self.index.select()
        return lambda: packs.get_many(iter(list(newest(spans))[::-1]))

    def clear(self) -> list[dict[Any, Any]]:
        """Forget everything."""
        old = [self.index.clear(), self._failures, self.archive.close()]
        self._failures = {}
        return [*super().clear(), *old]

    def put_range(self, number: int, place: FileRange) -> None:
        """Say where in the state file the records of a pack are; `enter` has indexed them."""
        if self.index.any(number * PACK, PACK):
            self.archive.put_range(number, place)

    # -- questions -----------------------------------------------------------------------------

    def select(self, query: EventQuery) -> list[Span]:
        """The events that pass every filter of the query that an index answers."""
        filters = (
            ("type", query.type),
            ("verdict", query.verdict),
            ("reason", query.reason),
            ("warning", query.warning),
            ("contact", query.contact),
            ("order", query.order),
            ("group", query.group),
        )
        where: list[tuple[str, Any]] = [(name, each) for name, each in filters if each is not None]
        above = -1 if query.since is None else query.since
        return self.index.select(where, above, query.until)

    def last_failure(self, order: str) -> int | None:
        """The newest event that could have made or changed this order and was turned down."""
        event_id = self._failures.get(order)
        return event_id if event_id is not None and event_id in self.index else None

    # -- details -------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.index)

    def _drop_oldest(self) -> None:
        oldest = self.index.first()
        if oldest is not None:
            for order in self.index.values_if_last(oldest, "order"):
                if self._failures.get(order, oldest + 1) <= oldest:
                    del self._failures[order]
            self.index.remove(oldest)
            self._drop_pack_if_empty(oldest)
            self._dropped()

    def _drop_pack_if_empty(self, event_id: int) -> None:
        start = event_id // PACK * PACK
        if not self.index.any(start, PACK):
            self.archive.drop_pack(event_id)

    def _find_failure(self, order: str) -> None:
        found = [
            event_id
            for kind in _ORDER_MAKING
            for verdict in _FAILURES
            for event_id in newest(
                self.index.select([("type", kind), ("verdict", verdict), ("order", order)])
            )
        ]
        if found:
            self._failures[order] = max(found)
        else:
            self._failures.pop(order, None)
