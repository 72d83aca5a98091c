"""The tables of one account as a TinyDB database, over the live tables of the emulator.

By TinyDB's public extension points: an update decodes what it touches alone, and goes through the
account's commit. Nothing but this module knows TinyDB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Table

from mock_server import jsonio
from mock_server.documents.checking import value_shown
from mock_server.documents.tables import SINGLE, TABLES, Key
from mock_server.model import Document
from mock_server.state.account import AccountState
from mock_server.state.tables.document_bytes import DocumentBytes
from mock_server.state.tables.table import LiveTable


class AccountDB(TinyDB):
    """A TinyDB database over the live tables of one account, without a default table."""

    def __init__(self, account: AccountState) -> None:
        self._account = account
        super().__init__(account, storage=_AccountStorage)
        self._ours: dict[str, AccountTable] = {}

    def table(self, name: str, **_options: Any) -> AccountTable:
        """A table by name. Raises `StateError` for one that is not in `TABLES`."""
        live = self._account.table(name)
        if name not in self._ours:
            self._ours[name] = AccountTable(self.storage, self._account, live)
        return self._ours[name]

    def __len__(self) -> int:
        return sum(self._account.counts().values())

    def __iter__(self) -> Iterator[Any]:
        with self._account.lock:  # all tables of one moment
            frozen = [(self.table(name), self._account.table(name).snapshot()) for name in TABLES]
        for table, held in frozen:
            for doc_id in held:
                yield table.document_class(
                    jsonio.loads(table.live.read(held.get(doc_id) or b"")), doc_id
                )

    def __repr__(self) -> str:
        held = ", ".join(f"{name}: {many}" for name, many in self._account.counts().items() if many)
        return f"<{type(self).__name__} {held or 'empty'}>"

    def __getattr__(self, name: str) -> Any:
        """What stock TinyDB would ask its default table; that there is none is said."""
        raise AttributeError(
            f'the database has no "{name}": ask a table, as in db.table("orders").{name}(…);'
            f" tables are {', '.join(TABLES)}"
        )


class _AccountStorage(Storage):
    """What TinyDB asks of a storage, to name, to drop one and to drop all tables."""

    def __init__(self, account: AccountState) -> None:
        self._account = account

    def read(self) -> Any:  # TinyDB says dict, and reads it as a mapping
        """All tables that hold anything."""
        held = [name for name, many in self._account.counts().items() if many]
        return {name: Documents(self._account, name) for name in held}

    def write(self, data: dict[str, Any]) -> None:
        """Drop the tables that are not in `data`; the others are as they were read."""
        with self._account.changing():
            self._account.reset(keep=[name for name in TABLES if name in data])


class AccountTable(Table):
    """A live table, with TinyDB's interface; what is changed goes through the account's commit."""

    def __init__(self, storage: Storage, account: AccountState, live: LiveTable) -> None:
        super().__init__(storage, live.name, cache_size=0)  # a cache would outlive a commit
        self.live = live
        self._account = account

    def __len__(self) -> int:
        return len(self.live)

    def truncate(self) -> None:
        """Remove all documents; ids start at 1 again."""
        with self._account.changing():
            self._account.reset(keep=[name for name in TABLES if name != self.name])

    # An id is given, and what is there looked for, within the change that they are for.

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._account.changing(), self._account.lock:
            yield

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a document; return its id."""
        with self._changing():
            return super().insert(document)

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Insert documents, all or none; return their ids."""
        with self._changing():
            return super().insert_multiple(documents)

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Update the documents that match, or insert this one; return the ids."""
        with self._changing():
            return super().upsert(document, cond)

    def _get_next_id(self) -> int:
        live = self.live
        live.last_given = max(live.last_given + 1, live.next_id)
        return live.last_given

    def _read_table(self) -> Any:  # TinyDB says dict, and reads it as a mapping
        return Documents(self._account, self.name)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._changing():
            draft = TableDraft(self.live)
            updater(draft)
            puts, deletes, self.live.wanted = draft.changes()
            try:
                for document in puts:
                    self.live.check(document)
                self._account.commit({self.name: puts}, {self.name: deletes})
                self._account.distrust_history()
            finally:
                self.live.wanted = {}


class Documents(Mapping[str, Document]):
    """A table as TinyDB reads it, by id as text; of one moment if more than one is read."""

    def __init__(self, account: AccountState, name: str) -> None:
        self._table = account.table(name)
        self._lock = account.lock
        self._held: DocumentBytes | None = None

    def freeze(self) -> DocumentBytes:
        """Hold the documents of this moment, or of the first time that this was called."""
        if self._held is None:
            with self._lock:  # no change of several documents is seen half done
                self._held = self._table.snapshot()
        return self._held

    def __getitem__(self, doc_id: str) -> Document:
        if self._held is None:
            data = self._table.data_at(int(doc_id))
        else:
            data = self._held.get(int(doc_id))
            data = None if data is None else self._table.read(data)
        if data is None:
            raise KeyError(doc_id)
        found: Document = jsonio.loads(data)  # the reader's own, to change as they like
        return found

    def __iter__(self) -> Iterator[str]:
        return iter([str(each) for each in self.freeze()])

    def __len__(self) -> int:
        return len(self.freeze())


class TableDraft(MutableMapping[int, Document]):
    """A table as TinyDB changes it; nothing is real until `changes` has been committed."""

    def __init__(self, table: LiveTable) -> None:
        self._table = table
        self._touched: dict[int, Document] = {}
        self._removed: dict[int, None] = {}

    def __getitem__(self, doc_id: int) -> Document:
        if doc_id in self._removed:
            raise KeyError(doc_id)
        if doc_id not in self._touched:
            data = self._table.data_at(doc_id)
            if data is None:
                raise KeyError(doc_id)
            self._touched[doc_id] = jsonio.loads(data)  # the updater may change it in place
        return self._touched[doc_id]

    def __contains__(self, doc_id: object) -> bool:
        if doc_id in self._touched:
            return True
        return doc_id not in self._removed and self._table.data_at(doc_id) is not None  # type: ignore[arg-type]  # not an id: not in it

    def __setitem__(self, doc_id: int, document: Document) -> None:
        self._touched[doc_id] = document
        self._removed.pop(doc_id, None)

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._touched.pop(doc_id, None)
        self._removed[doc_id] = None

    def __iter__(self) -> Iterator[int]:
        held = [each for each in self._table.doc_ids() if each not in self._removed]
        return iter([*held, *(each for each in self._touched if self._table.data_at(each) is None)])

    def __len__(self) -> int:
        return len(list(iter(self)))

    def changes(self) -> tuple[list[Document], list[Key], dict[Key, int]]:
        """Documents to put, keys to delete, and the id each key is to have."""
        table = self._table
        name = table.spec.key
        puts, wanted = [], {}
        deletes = {self._old_key(doc_id) for doc_id in self._removed}
        for doc_id, document in self._touched.items():
            data = table.data_at(doc_id)
            if data is not None and jsonio.dumps(document) == data:
                continue  # only looked at
            key = self._new_key(doc_id, document)
            if data is not None and self._old_key(doc_id) != key:
                deletes.add(self._old_key(doc_id))
            holder = table.doc_id_of(key)
            if (holder not in (None, doc_id) and key not in deletes) or key in wanted:
                raise ValueError(f"Document with key {value_shown(key)} already exists")
            wanted[key] = doc_id
            puts.append({name: key, **document} if name else document)
        return puts, [key for key in deletes if table.doc_id_of(key) is not None], wanted

    def _new_key(self, doc_id: int, document: Document) -> Key:
        table = self._table
        if table.spec.key is None:
            return SINGLE
        if table.spec.key_type == "text":
            return table.key_of(document)
        key = document.get(table.spec.key, doc_id)
        if key != doc_id:
            raise ValueError(
                f'Table "{table.spec.name}": Document with ID {doc_id} has'
                f' "{table.spec.key}" {value_shown(key)}: leave that out, or insert a'
                " tinydb.table.Document with that ID"
            )
        return doc_id

    def _old_key(self, doc_id: int) -> Key:
        table = self._table
        if table.spec.key is None:
            return SINGLE
        if table.spec.key_type == "number":
            return doc_id
        key: str = jsonio.loads(table.data_at(doc_id) or b"{}")[table.spec.key]
        return key
