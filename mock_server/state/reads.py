"""Everything that can be asked of an account's state.

Lists, counts and whatever asks an index hold the store's lock. Without it are read: the settings,
the event types, and single documents by their key (`contact`, `order`, `event`, `get`). That is
safe, with Python's global lock and without it: each is one look into a dictionary whose values are
never changed in place, only exchanged as a whole; who asks twice may see a commit in between.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from itertools import islice
from typing import Any, cast

from mock_server import jsonio
from mock_server.documents.tables import SINGLE, Key
from mock_server.model import (
    IDENTIFIER_KINDS,
    AccountSettings,
    ContactField,
    Document,
    IdentifierKind,
    NearContact,
)
from mock_server.state.database import AccountDB
from mock_server.state.tables.bitmap import Span, among, count, newest
from mock_server.state.tables.contacts import ContactTable, near_form
from mock_server.state.tables.event_types import EventTypeTable
from mock_server.state.tables.events import EventTable
from mock_server.state.tables.orders import OrderTable
from mock_server.state.tables.query import SEARCH_BOUND, EventQuery, Page
from mock_server.state.tables.search import in_document, in_event, page_of, search
from mock_server.state.tables.settings import SettingsTable
from mock_server.state.tables.table import LiveTable

_BASE_EVERY = 16

CONTACT_FILTERS = (*IDENTIFIER_KINDS, "firstName", "lastName")
"""What `find_contacts` can look for exactly."""


class AccountReads:
    """The reading half of `AccountState`; reading needs no lock, and gets no half-made document."""

    def __init__(
        self,
        name: str,
        lock: Any,
        db: AccountDB,
        neighbours: Callable[[Any], Iterable[AccountReads]],
    ) -> None:
        self.name = name
        self.lock = lock
        self.db = db
        self._neighbours = neighbours
        self._tables = db.live
        self._contacts = cast(ContactTable, self._tables["contacts"])
        self._orders = cast(OrderTable, self._tables["orders"])
        self._events = cast(EventTable, self._tables["events"])
        self._event_types = cast(EventTypeTable, self._tables["event_types"])
        self._settings = cast(SettingsTable, self._tables["settings"])
        self._trusted_from = 1  # the first line of the history that tells how its order is now

    # -- what rules ask (model.AccountView) ----------------------------------------------------

    @property
    def settings(self) -> AccountSettings:
        """The account's settings."""
        return self._settings.settings

    def find_contact(self, kind: ContactField, value: str) -> int | None:
        """The id of the contact with this identifier (email: any letter case), or None.

        When several have it, the lowest id.
        """
        with self.lock:
            found = self._contacts.ids(kind, value)
        return found[0] if found else None

    def near_contacts(self, value: str) -> list[NearContact]:
        """Contacts holding this value but for letter case, `+`, blanks, dashes, brackets or kind.

        Contacts of other accounts follow, when they hold the very same value.
        """
        form = near_form(value)
        with self.lock:
            found = list(self._contacts.near(value))
            for other in self._neighbours(self):
                if other._contacts.has_near(form):
                    found += other._contacts.same_elsewhere(value)
        return found

    def deleted_contact(self, kind: ContactField, value: str) -> Document | None:
        """A deleted contact that has exactly this identifier, or None."""
        with self.lock:
            found = self._contacts.ids(kind, value, deleted=True)
            known = [self.contact(each) for each in found]
        return next((each for each in known if each is not None and each.get("deleted")), None)

    def order(self, external_order_id: str) -> Document | None:
        """The order with this externalOrderId (letter case counts), or None."""
        return self._orders.find(external_order_id)

    def recent_order_ids(self, limit: int) -> list[str]:
        """Up to `limit` externalOrderIds, the newest order first."""
        with self.lock:
            return self._orders.recent_ids(limit)

    def changed_orders(
        self, *, everything: bool
    ) -> tuple[bool, Iterator[tuple[str, Document | None]]]:
        """The orders put or deleted (None) since this was last asked, by externalOrderId.

        For one asker, who keeps something up to date by them. They are all the orders there are,
        and the answer begins with True, when `everything` is asked for, and whenever what was
        told before no longer holds: then the asker begins anew.
        """
        with self.lock:
            anew, changed = self._orders.changes(everything=everything)
        read = ((str(key), None if data is None else jsonio.loads(data)) for key, data in changed)
        return anew, read

    def event_type(self, key: str) -> Document | None:
        """The event type with this eventTypeKey, or None."""
        return self._event_types.find(key)

    def segmented_event_types(self) -> int:
        """How many event types take part in segmentation (SEG-02)."""
        return self._event_types.segmented

    def last_failure(self, external_order_id: str) -> Document | None:
        """The newest ignored or rejected orderCreated or orderUpdated naming this order, or None.

        Whether a later event has made the order after all is for the rules to see.
        """
        with self.lock:
            event_id = self._events.last_failure(external_order_id)
        return None if event_id is None else self._events.document(event_id)

    def next_order_id(self) -> int:
        """The orderId the next new order will get; never one that was given before."""
        with self.lock:
            return self._orders.next_order_id

    def next_contact_id(self) -> int:
        """The id the next new contact will get; never one that was given before."""
        with self.lock:
            return self._contacts.next_id

    def next_event_id(self) -> int:
        """The eventId the next event will get; never one that was given before."""
        with self.lock:  # a commit counts on before what it counts is there
            return self._events.next_id

    # -- single documents and small tables -----------------------------------------------------

    def contact(self, contact_id: int) -> Document | None:
        """The contact with this id, deleted or not, or None."""
        return self._contacts.find(contact_id)

    def contacts_by(self, kind: IdentifierKind, value: str, *, deleted: bool = False) -> list[int]:
        """The ids of all contacts with this identifier, lowest first; `deleted`: those as well."""
        with self.lock:
            return self._contacts.ids(kind, value, deleted=deleted)

    def event(self, event_id: int) -> Document | None:
        """The whole record of an event, or None."""
        return self._events.find(event_id)

    def event_types(self) -> list[Document]:
        """All event types, in the order they appeared."""
        return self._event_types.documents()

    def event_counts(self, by: str = "type") -> dict[str, int]:
        """How many stored events there are for each `type`, `verdict`, `reason` … or `group`."""
        with self.lock:
            return self._events.index.counts(by)

    def history(self, external_order_id: str) -> list[Document]:
        """The history lines of an order, oldest first."""
        with self.lock:
            return self._tables["history"].group(external_order_id)

    def history_back(self, history_id: int) -> Iterator[Document]:
        """A line of the history, then those before it of the same order, the newest first.

        They are read as they are asked for, with no lock held. None at all where it is not there.
        """
        table = self._tables["history"]
        with self.lock:
            line = table.find(history_id)
            ids = [] if line is None else [*table.group_ids(line["externalOrderId"])]
        for each in reversed(ids[: bisect_right(ids, history_id)]):
            if (found := table.document(each)) is not None:
                yield found

    def needs_base(self, external_order_id: str) -> bool:
        """Whether the next line of an order's history has to hold the whole order.

        So it is with every 16th, and when the order may have become another since the last line
        (`distrust_history`).
        """
        with self.lock:
            ids = self._tables["history"].group_ids(external_order_id)
            return not ids or len(ids) % _BASE_EVERY == 0 or ids[-1] < self._trusted_from

    def distrust_history(self) -> None:
        """Take note that orders may have been changed by others than events."""
        with self.lock:
            self._trusted_from = self._tables["history"].next_id

    def next_history_id(self) -> int:
        """The historyId the next line of the history will get."""
        with self.lock:
            return self._tables["history"].next_id

    def order_events(self, external_order_id: str) -> list[int]:
        """The ids of all stored events that name this order, oldest first."""
        with self.lock:
            return self._events.of_order(external_order_id)

    def get(self, table: str, key: Key = SINGLE) -> Document | None:
        """The document with this key in any table, or None; some tables hold only one, keyless."""
        return self.db.table(table).find(key)

    def rows(self, table: str) -> list[Document]:
        """All documents of a table as of now, oldest first; they are read with no lock held."""
        with self.lock:
            held = self.db.table(table).freeze()
        return [jsonio.loads(data) for _, data in held()]

    def group(self, table: str, value: str) -> list[Document]:
        """The documents of a table whose index field has this value, oldest first."""
        with self.lock:
            return self.db.table(table).group(value)

    def counts(self) -> dict[str, int]:
        """How many documents each table holds."""
        return {name: len(table) for name, table in self._tables.items()}

    def count(self, table: str) -> int:
        """How many documents a table holds."""
        return len(self._tables[table])

    # -- lists ---------------------------------------------------------------------------------

    def find_events(self, query: EventQuery) -> Page:
        """A page of events, newest first."""
        with self.lock:
            spans = self._events.select(query)
        records = self._events.records
        if query.is_indexed:
            return page_of(records(newest(spans, query.offset)), count(spans), query.limit)
        matches = in_event(query)
        bounded = records(islice(newest(spans), SEARCH_BOUND))
        return search(bounded, count(spans), matches, query.limit, query.offset)

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
        """A page of contacts, newest first. `q`: text anywhere in the contact, any letter case.

        `only`: the ids of the contacts to choose from. `exact`: any of contactId,
        externalCustomerId, email, phone, pushToken, contactKey, firstName and lastName, which must
        be the contact's. `deleted`: deleted contacts as well. `updated_first`: those changed last
        come first.
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
