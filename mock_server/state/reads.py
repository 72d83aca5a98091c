"""Everything that can be asked of an account's state.

Whatever asks an index holds the store's lock; settings, event types and documents by their key need
none: each is one look into a dictionary whose values are only replaced as a whole.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import tzinfo
from typing import Any, cast

import orjson

from mock_server import jsonio
from mock_server.documents.account_settings import AccountSettings
from mock_server.documents.identifiers import near_form, same_form
from mock_server.documents.tables import SINGLE, TABLES, Key
from mock_server.model import Among, ContactField, Document, Holders, NearContact
from mock_server.names import way_out
from mock_server.state.errors import StateError
from mock_server.state.tables.bitmap import newest
from mock_server.state.tables.contacts import ContactTable
from mock_server.state.tables.events import EventTable
from mock_server.state.tables.orders import OrderTable
from mock_server.state.tables.small import EventTypeTable, SettingsTable
from mock_server.state.tables.table import LiveTable
from mock_server.zones import UTC, zone_named

_KEPT_EMAILS = 10_000
_BASE_EVERY = 16
"""At most this many lines of a history are read to restore an order."""


class AccountReads:
    """Questions to the state of an account; no half-made document is read."""

    def __init__(
        self,
        name: str,
        lock: Any,
        tables: dict[str, LiveTable],
        neighbours: Callable[[Any], Iterable[AccountReads]],
    ) -> None:
        self.name = name
        self.lock = lock
        self._neighbours = neighbours
        self._tables = tables
        self._contacts = cast(ContactTable, self._tables["contacts"])
        self._orders = cast(OrderTable, self._tables["orders"])
        self._events = cast(EventTable, self._tables["events"])
        self._event_types = cast(EventTypeTable, self._tables["event_types"])
        self._settings = cast(SettingsTable, self._tables["settings"])
        self._emails: dict[int, set[str]] = {}
        self._trusted_from = 1  # the first line of the history that tells how its order is now

    def table(self, name: str) -> LiveTable:
        """A table by name. Raises `StateError` for one that is not in `TABLES`."""
        if name not in self._tables:
            raise StateError(f'there is no table "{name}". {way_out(name, TABLES)}')
        return self._tables[name]

    # -- what rules ask (model.AccountView) ----------------------------------------------------

    @property
    def settings(self) -> AccountSettings:
        """The account's settings."""
        return self._settings.settings

    def find_contact(self, kind: ContactField, value: str) -> int | None:
        """The last updated contact (CON-14) with this identifier, or None."""
        found = self.holders(kind, value, limit=1).newest
        return found[0] if found else None

    def holders(
        self, kind: ContactField, value: str, among: Among = "live", limit: int | None = None
    ) -> Holders:
        """The contacts with this identifier, those updated last first: at most `limit` of them."""
        with self.lock:
            return self._contacts.holders(kind, value, among, limit)

    def near_contacts(self, value: str) -> list[NearContact]:
        """Contacts that hold almost this value, then exact ones elsewhere."""
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
            found = self._contacts.holders(kind, value, "deleted", 1).newest
            return self.contact(found[0]) if found else None

    def zone_of(self, contact_id: int | None) -> tzinfo:
        """The time zone of dates without an offset: the contact's, or the account's (PST-02)."""
        own = self._contacts.zones.get(contact_id or 0)
        zone = None if own is None else zone_named(own)
        return zone or zone_named(self.settings.time_zone) or UTC

    @property
    def zones(self) -> tuple[str, int]:
        """A value that becomes another when a time zone of the account or a contact does."""
        return self.settings.time_zone, self._contacts.zone_changes

    def order_emails(self, contact_id: int) -> Collection[str]:
        """The e-mail addresses of a contact's orders in `same_form`, kept up."""
        with self.lock:
            found = self._emails.get(contact_id)
            if found is None:
                if len(self._emails) >= _KEPT_EMAILS:
                    self._emails.clear()
                found = self._emails[contact_id] = set()
                for _, data in self._orders.records(newest(self._orders.select(None, contact_id))):
                    self._add_email(orjson.loads(data))
        return found

    def _add_email(self, order: Document) -> None:
        email, held = order.get("email"), self._emails.get(order.get("contactId") or 0)
        if held is not None and isinstance(email, str):
            held.add(same_form("email", email))

    def order(self, external_order_id: str) -> Document | None:
        """The order with this externalOrderId (letter case counts), or None."""
        return self._orders.find(external_order_id)

    def has_order(self, external_order_id: str) -> bool:
        """Whether there is an order with this externalOrderId; it is not read."""
        return self._orders.doc_id_of(external_order_id) is not None

    def recent_order_ids(self, limit: int) -> list[str]:
        """Up to `limit` externalOrderIds, the newest order first."""
        with self.lock:
            return self._orders.recent_ids(limit)

    def changed_orders(
        self, *, everything: bool
    ) -> tuple[bool, Iterator[tuple[str, Document | None]]]:
        """Orders put or deleted (None) since this was last asked, for one asker.

        All, after True, when `everything` is asked for or what was returned no longer holds.
        """
        with self.lock:
            anew, changed = self._orders.changes(everything=everything)
        read = ((str(key), None if data is None else jsonio.loads(data)) for key, data in changed)
        return anew, read

    def event_type(self, key: str) -> Document | None:
        """The event type with this eventTypeKey, or None."""
        return self._event_types.find(key)

    def segmented_event_types(self) -> int:
        """Count the event types that take part in segmentation (SEG-02)."""
        return self._event_types.segmented

    def last_failure(self, external_order_id: str) -> Document | None:
        """The newest dropped orderCreated or orderUpdated of an order, or None."""
        with self.lock:
            event_id = self._events.last_failure(external_order_id)
        return None if event_id is None else self._events.document(event_id)

    def last_lost(self, external_order_id: str) -> Document | None:
        """The newest event of this order that was ignored as the order was unknown, or None."""
        with self.lock:
            event_id = self._events.last_lost(external_order_id)
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

    def event(self, event_id: int) -> Document | None:
        """The whole record of an event, or None."""
        return self._events.find(event_id)

    def event_types(self) -> list[Document]:
        """All event types, in the order they appeared."""
        return self._event_types.documents()

    def event_counts(self, by: str = "type") -> dict[str, int]:
        """Count the stored events for each `type`, `verdict`, `reason` … or `group`."""
        with self.lock:
            return self._events.index.counts(by)

    def history(self, external_order_id: str) -> list[Document]:
        """The history lines of an order, oldest first."""
        with self.lock:
            return self._tables["history"].group(external_order_id)

    def history_back(self, history_id: int) -> Iterator[Document]:
        """A line of history and those before it, newest first, without a lock."""
        table = self._tables["history"]
        with self.lock:
            line = table.find(history_id)
            ids = [] if line is None else [*table.group_ids(line["externalOrderId"])]
        for each in reversed(ids[: bisect_right(ids, history_id)]):
            if (found := table.document(each)) is not None:
                yield found

    def needs_base(self, external_order_id: str) -> bool:
        """Whether the next line of a history needs the whole order: each 16th, or distrust."""
        with self.lock:
            ids = self._tables["history"].group_ids(external_order_id)
            return not ids or len(ids) % _BASE_EVERY == 0 or ids[-1] < self._trusted_from

    def distrust_history(self) -> None:
        """Take note that orders may have been changed by others than events."""
        self._emails.clear()
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
        return self.table(table).find(key)

    def rows(self, table: str) -> list[Document]:
        """All documents of a table as of now, oldest first; they are read with no lock held."""
        with self.lock:
            live = self.table(table)
            held = live.freeze()
        return [jsonio.loads(live.read(data)) for _, data in held()]

    def group(self, table: str, value: str) -> list[Document]:
        """The documents of a table whose index field has this value, oldest first."""
        with self.lock:
            return self.table(table).group(value)

    def counts(self) -> dict[str, int]:
        """Count the documents of each table."""
        return {name: len(table) for name, table in self._tables.items()}

    def count(self, table: str) -> int:
        """Count the documents of a table."""
        return len(self._tables[table])
