"""One account: everything that can be asked of its state, and the one way to change it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol, cast

import orjson

from mock_server.model import AccountSettings, Document, IdentifierKind, NearContact

from .bitmap import Span, among, count, newest
from .change import Change
from .contacts import ContactTable
from .database import AccountDB
from .event_types import EventTypeTable
from .events import EventTable
from .log import Entry
from .orders import OrderTable
from .packs import Packer
from .query import EventQuery, Page
from .search import in_document, in_event, page_of, search
from .settings import SettingsTable
from .snapshot import FrozenAccount
from .specs import SINGLE, Key
from .tables import LiveTable

_NOTHING: Mapping[str, Sequence[Any]] = {}


class Home(Protocol):
    """What an account needs of the store it lives in."""

    lock: Any
    packer: Packer
    max_events: int

    def dropped(self) -> None:
        """Take note of an event that was dropped for `max_events`."""

    def record(self, account: AccountState, change: Change) -> None:
        """Write a change to the log, durably; raises `StateError`, and then nothing happened."""

    def discarded(self, heaps: list[dict[Any, Any]]) -> None:
        """Free these in small steps."""

    def neighbours(self, account: AccountState) -> list[AccountState]:
        """The other accounts."""


class AccountState:
    """The state of one account. Get it from `Store.account`.

    Any number of threads may read while one commits; a reader sees each commit whole or not at
    all. Documents that are handed out must not be changed in place. `db` is the same state as a
    TinyDB database.
    """

    def __init__(self, store: Home, name: str) -> None:
        self.name = name
        self.json_name = orjson.dumps(name)
        self.lock = store.lock
        self._store = store
        self.db = AccountDB(
            self, name, packer=store.packer, bound=store.max_events, dropped=store.dropped
        )
        self._tables = self.db.live
        self._contacts = cast(ContactTable, self._tables["contacts"])
        self._orders = cast(OrderTable, self._tables["orders"])
        self._events = cast(EventTable, self._tables["events"])
        self._event_types = cast(EventTypeTable, self._tables["event_types"])
        self._settings = cast(SettingsTable, self._tables["settings"])

    # -- what rules ask (model.AccountView) ----------------------------------------------------

    @property
    def settings(self) -> AccountSettings:
        """The account's settings."""
        return self._settings.settings

    def find_contact(self, kind: IdentifierKind, value: str) -> int | None:
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
        with self.lock:
            found = list(self._contacts.near(value))
            for other in self._store.neighbours(self):
                found += other._contacts.same_elsewhere(value)
        return found

    def order(self, external_order_id: str) -> Document | None:
        """The order with this externalOrderId (letter case counts), or None."""
        return self._orders.find(external_order_id)

    def recent_order_ids(self, limit: int) -> list[str]:
        """Up to `limit` externalOrderIds, the newest order first."""
        with self.lock:
            return self._orders.recent_ids(limit)

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
        event_id = self._events.last_failure(external_order_id)
        return None if event_id is None else self._events.document(event_id)

    def next_order_id(self) -> int:
        """The orderId the next new order will get; never one that was given before."""
        return self._orders.next_order_id

    def next_contact_id(self) -> int:
        """The id the next new contact will get; never one that was given before."""
        return self._contacts.next_id

    def next_event_id(self) -> int:
        """The eventId the next event will get; never one that was given before."""
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
        """How many stored events there are for each `type`, `verdict`, `reason` or `warning`."""
        with self.lock:
            return self._events.index.counts(by)

    def history(self, external_order_id: str) -> list[Document]:
        """The history lines of an order, oldest first."""
        with self.lock:
            return self._tables["history"].group(external_order_id)

    def order_events(self, external_order_id: str) -> list[int]:
        """The ids of all stored events that name this order, oldest first."""
        with self.lock:
            found = self._events.index.select([("order", external_order_id)])
        return list(newest(found))[::-1]

    def get(self, table: str, key: Key = SINGLE) -> Document | None:
        """The document with this key in any table, or None; some tables hold only one, keyless."""
        return self.db.table(table).find(key)

    def rows(self, table: str) -> list[Document]:
        """All documents of a table, oldest first."""
        with self.lock:
            return self.db.table(table).documents()

    def group(self, table: str, value: str) -> list[Document]:
        """The documents of a table whose index field has this value, oldest first."""
        with self.lock:
            return self.db.table(table).group(value)

    def counts(self) -> dict[str, int]:
        """How many documents each table holds."""
        return {name: len(table) for name, table in self._tables.items()}

    # -- lists ---------------------------------------------------------------------------------

    def find_events(self, query: EventQuery) -> Page:
        """A page of events, newest first."""
        with self.lock:
            spans = self._events.select(query)
        records = self._events.archive.get_many
        received = (query.received_from, query.received_to)
        if query.q is None and received == (None, None):
            return page_of(records(newest(spans, query.offset)), count(spans), query.limit)
        matches = in_event(query.q, *received)
        return search(records(newest(spans)), count(spans), matches, query.limit, query.offset)

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
        return self._page(self._orders, spans, q, limit, offset)

    def find_contacts(
        self,
        *,
        q: str | None = None,
        limit: int = 50,
        offset: int = 0,
        deleted: bool = False,
        **exact: str | None,
    ) -> Page:
        """A page of contacts, newest first. `q`: text anywhere in the contact, any letter case.

        `exact`: any of contactId, externalCustomerId, email, phone, pushToken, contactKey,
        firstName and lastName, which must be the contact's. `deleted`: deleted contacts as well.
        """
        names = {key: value for key, value in exact.items() if key in ("firstName", "lastName")}
        with self.lock:
            spans = self._contacts.select(
                names.get("firstName"), names.get("lastName"), deleted=deleted
            )
            wanted: set[int] | None = None
            for kind, value in exact.items():
                if value is not None and kind not in names:
                    ids = self._contacts.ids(cast(IdentifierKind, kind), value, deleted=deleted)
                    wanted = set(ids) if wanted is None else wanted & set(ids)
        if wanted is not None:
            spans = among(spans, wanted)
        return self._page(self._contacts, spans, q, limit, offset)

    def _page(
        self, table: LiveTable, spans: list[Span], q: str | None, limit: int, offset: int
    ) -> Page:
        def records(rows: Iterator[int]) -> Iterator[tuple[int, bytes]]:
            for row in rows:
                if (data := table.data_at(row)) is not None:
                    yield row, data

        if q is None:
            return page_of(records(newest(spans, offset)), count(spans), limit)
        return search(records(newest(spans)), count(spans), in_document(q), limit, offset)

    # -- changes -------------------------------------------------------------------------------

    def commit(
        self,
        puts: Mapping[str, Sequence[Document]],
        deletes: Mapping[str, Sequence[Key]] = _NOTHING,
    ) -> None:
        """Change documents, all or nothing; when this returns the change will not be lost.

        `puts`: documents by table; one whose key is there already replaces it whole. `deletes`:
        keys by table, of documents to remove before; keys that are not there do not matter.
        Raises `StateError` when a document does not fit or the change could not be written down,
        and then nothing has changed.
        """
        with self.lock:
            change = Change()
            for name, keys in deletes.items():
                change.delete(self.db.table(name), keys)
            for name, documents in puts.items():
                table = self.db.table(name)
                change.put(table, documents, table)
            if change:
                self._store.record(self, change)
                change.apply()

    def reset(
        self, keep: Collection[str] = (), puts: Mapping[str, Sequence[Document]] = _NOTHING
    ) -> None:
        """Empty the account but for the tables in `keep`, then put documents, all or nothing.

        Ids start at 1 again in the tables that were emptied.
        """
        with self.lock:
            kept = frozenset(self.db.table(name).name for name in keep)
            change = Change(kept)
            fresh = self.blank()
            for name, documents in puts.items():
                table = self.db.table(name)
                change.put(table, documents, table if name in kept else fresh.table(name))
            self._store.record(self, change)
            self.empty(kept)
            change.apply()

    def empty(self, keep: Collection[str]) -> None:
        """Empty tables in memory; the store's lock is held and the log knows."""
        for name, table in self._tables.items():
            if name not in keep:
                self._store.discarded(table.clear())

    # -- for loading and folding -----------------------------------------------------------------

    @property
    def events_table(self) -> EventTable:
        """The table of events."""
        return self._events

    def replay(self, entry: Entry) -> None:
        """Make a change again that the log holds; the account is still being loaded."""
        change = Change()
        reset = entry.frame.get("reset")
        if reset is not None:
            self.empty(reset["keep"])
        for name, keys in entry.frame.get("delete", {}).items():
            change.delete(self.db.table(name), keys)
        for name, documents in entry.documents.items():
            change.put_stored(self.db.table(name), documents)
        change.apply()

    def freeze(self) -> FrozenAccount:
        """The account as it is now; the store's lock is held."""
        tables = {
            name: table.freeze()
            for name, table in self._tables.items()
            if len(table) and name != "accounts"
        }
        return FrozenAccount(self.name, tables, self.get("accounts") or {}, self.next_numbers())

    @property
    def is_used(self) -> bool:
        """Whether anything is, or ever was, stored in this account."""
        return any(map(len, self._tables.values())) or bool(self.next_numbers())

    def take_over(self, other: AccountState) -> None:
        """Make everything that another account holds this one's; the other is not used again."""
        for name, table in self._tables.items():
            table.take_over(other.db.live[name])

    def next_numbers(self) -> dict[str, int]:
        """The next number of each table that numbers its documents, where it is not 1."""
        numbers = {
            name: table.next_number for name, table in self._tables.items() if table.is_numbered
        }
        return {name: number for name, number in numbers.items() if number > 1}

    def restore_numbers(self, following: Mapping[str, int]) -> None:
        """Go on numbering from these, so that no number is given twice."""
        for name, number in following.items():
            if name in self._tables:
                table = self._tables[name]
                table.next_number = max(number, table.next_number)

    def blank(self) -> AccountDB:
        """A database like this account's, but empty, for checking documents."""
        return AccountDB(self, self.name, packer=self._store.packer, bound=0, dropped=_ignore)


def _ignore() -> None:
    pass
