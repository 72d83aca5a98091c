"""The state of one account, and the one way to change it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import orjson

from mock_server.documents.tables import TABLES, Key
from mock_server.model import Document
from mock_server.state.files.log import Entry
from mock_server.state.files.snapshot import FrozenAccount
from mock_server.state.lists import AccountLists
from mock_server.state.tables.change import TableChange
from mock_server.state.tables.contacts import ContactTable
from mock_server.state.tables.events import EventTable
from mock_server.state.tables.orders import OrderTable
from mock_server.state.tables.small import EventTypeTable, SettingsTable
from mock_server.state.tables.table import LiveTable

_CLASSES: dict[str, type[LiveTable]] = {
    "contacts": ContactTable,
    "orders": OrderTable,
    "event_types": EventTypeTable,
    "settings": SettingsTable,
}
_NOTHING: Mapping[str, Sequence[Any]] = {}


class Home(Protocol):
    """The part of a store that its accounts need."""

    lock: Any
    max_events: int

    def dropped(self) -> None:
        """Take note of an event that was dropped for `max_events`."""

    def make(self, account: AccountState, change: TableChange) -> None:
        """Write a change to the log, durably, then make it; a `StateError`: nothing happened."""

    def keep(self, account: AccountState) -> None:
        """Remember an account although it may hold no document."""

    def neighbours(self, account: AccountState) -> list[AccountState]:
        """Other accounts that hold contacts, as many as an event may look into (IDN-09)."""


class AccountState(AccountLists):
    """The state of one account. Get it from `Store.account`.

    Any number of threads may read while one commits; `lock` holds one moment for several answers.
    Documents must not be changed in place.
    """

    def __init__(self, store: Home, name: str) -> None:
        tables = {each: _table(name, each, store) for each in TABLES}
        super().__init__(name, store.lock, tables, store.neighbours)
        self.json_name = orjson.dumps(name)
        self.changing: Callable[[], AbstractContextManager[None]] = nullcontext
        self.watch: Callable[[Mapping[str, Any], Collection[str]], None] = lambda *_: None
        self._store = store

    # -- changes -------------------------------------------------------------------------------

    def commit(
        self,
        puts: Mapping[str, Sequence[Document]],
        deletes: Mapping[str, Sequence[Key]] = _NOTHING,
    ) -> None:
        """Change documents, all or nothing; when this returns the change will not be lost.

        `puts` replace whole documents by key, `deletes` come before, unknown ones do not matter.
        `StateError`: a key does not fit, or it cannot be written; the caller has checked the rest.
        """
        with self.lock:
            change = TableChange(self._tables)
            for name, keys in deletes.items():
                change.delete(self.table(name), keys)
            for name, documents in puts.items():
                table = self.table(name)
                if table is self._contacts:
                    documents = self._contacts.stamped(documents)
                change.put(table, documents, table)
            if change:
                self._store.make(self, change)
                for order in puts.get("orders", ()):
                    self._add_email(order)
                if "orders" in deletes:
                    self._emails.clear()
                self.watch(puts, deletes)

    def reset(
        self, keep: Collection[str] = (), puts: Mapping[str, Sequence[Document]] = _NOTHING
    ) -> None:
        """Empty all but `keep`, then put documents, all or nothing; ids start at 1."""
        with self.lock:
            kept = {self.table(name).name for name in keep}
            change = TableChange(self._tables, kept)
            for name, documents in puts.items():
                table = self.table(name)
                numbers = table if name in kept else _table(self.name, name, self._store)
                change.put(table, documents, numbers)
            self._store.make(self, change)
            self.distrust_history()
            self.watch({}, TABLES)

    def keep(self) -> None:
        """Remember the account although nothing may be stored: a caller keeps something with it."""
        self._store.keep(self)

    # -- for loading and folding -----------------------------------------------------------------

    def replay(self, entry: Entry) -> None:
        """Make a change again that the log holds; the account is still being loaded."""
        change = TableChange(self._tables, entry.frame.get("reset", {}).get("keep"))
        for name, keys in entry.frame.get("delete", {}).items():
            change.delete(self.table(name), keys)
        for name, documents in entry.documents.items():
            change.put_stored(self.table(name), documents)
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
        """Say whether anything is, or ever was, stored in this account."""
        return any(map(len, self._tables.values())) or bool(self.next_numbers())

    def take_over(self, other: AccountState) -> None:
        """Make everything that another account holds this one's; the other is not used again."""
        for name, table in self._tables.items():
            table.take_over(other.table(name))
        self.distrust_history()

    def next_numbers(self) -> dict[str, int]:
        """The next number of each table that numbers its documents, where it is not 1."""
        numbers = {name: table.next_number for name, table in self._tables.items()}
        return {name: number for name, number in numbers.items() if number > 1}

    def restore_numbers(self, following: Mapping[str, int]) -> None:
        """Go on numbering from these, so that no number is given twice."""
        for name, number in following.items():
            if name in self._tables:
                self._tables[name].number_from(number)


def _table(account: str, name: str, store: Home) -> LiveTable:
    if name == "events":
        return EventTable(account, TABLES[name], store.max_events, store.dropped)
    return _CLASSES.get(name, LiveTable)(account, TABLES[name])
