"""The tables of one account as a TinyDB database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage

from mock_server import jsonio
from mock_server.documents.tables import TABLES
from mock_server.names import way_out
from mock_server.state.errors import StateError
from mock_server.state.tables.contacts import ContactTable
from mock_server.state.tables.event_types import EventTypeTable
from mock_server.state.tables.events import EventTable
from mock_server.state.tables.orders import OrderTable
from mock_server.state.tables.settings import SettingsTable
from mock_server.state.tables.table import Committer, LiveTable
from mock_server.state.tables.tinydb_views import Documents

_CLASSES: dict[str, type[LiveTable]] = {
    "contacts": ContactTable,
    "orders": OrderTable,
    "event_types": EventTypeTable,
    "settings": SettingsTable,
}


class LiveStorage(Storage):
    """What TinyDB asks of a storage, answered by the live tables.

    TinyDB itself uses it only to name, to drop one and to drop all tables.
    """

    def __init__(self, account: Committer, tables: dict[str, LiveTable]) -> None:
        self._account = account
        self._tables = tables

    def read(self) -> Any:  # TinyDB says dict, and reads it as a mapping
        """All tables that hold anything."""
        return {name: Documents(table) for name, table in self._tables.items() if len(table)}

    def write(self, data: dict[str, Any]) -> None:
        """Drop the tables that are not in `data`; the others are as they were read."""
        with self._account.changing():
            self._account.reset(keep=[name for name in self._tables if name in data])


class AccountDB(TinyDB):
    """A TinyDB database over the live tables of one account.

    There is no default table: ask a table, as in `db.table("orders").search(…)`. The database
    itself has the length of all its tables, and iterates over their documents, table by table.
    """

    default_storage_class = LiveStorage  # type: ignore[assignment]  # a Storage, as documented

    def __init__(self, account: Committer, name: str, **events: Any) -> None:
        self.live: dict[str, LiveTable] = {}
        self._account = account
        super().__init__(account, self.live)
        for spec in TABLES.values():
            if spec.name == "events":
                table: LiveTable = EventTable(self.storage, account, name, spec, **events)
            else:
                table = _CLASSES.get(spec.name, LiveTable)(self.storage, account, name, spec)
            self.live[spec.name] = table

    def table(self, name: str, **_options: Any) -> LiveTable:
        """A table by name. Raises `StateError` for one that is not in `TABLES`."""
        if name not in self.live:
            raise StateError(f'there is no table "{name}". {way_out(name, self.live)}')
        return self.live[name]

    def __len__(self) -> int:
        return sum(map(len, self.live.values()))

    def __iter__(self) -> Iterator[Any]:
        with self._account.lock:  # all tables of one moment
            frozen = [(table, table.snapshot()) for table in self.live.values()]
        for table, held in frozen:
            for doc_id in held:
                yield table.document_class(
                    jsonio.loads(table.read(held.get(doc_id) or b"")), doc_id
                )

    def __repr__(self) -> str:
        held = ", ".join(f"{name}: {len(table)}" for name, table in self.live.items() if len(table))
        return f"<{type(self).__name__} {held or 'empty'}>"

    def __getattr__(self, name: str) -> Any:
        """What stock TinyDB would ask its default table; that there is none is said."""
        raise AttributeError(
            f'the database has no "{name}": ask a table, as in db.table("orders").{name}(…);'
            f" tables are {', '.join(TABLES)}"
        )
