"""A live table as TinyDB reads and changes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Protocol

from mock_server import jsonio
from mock_server.documents.tables import SINGLE, Key, TableSpec
from mock_server.model import Document
from mock_server.state.tables.document_bytes import DocumentBytes


class Held(Protocol):
    """What a view needs of the table it shows: documents as JSON, by the ids that TinyDB knows."""

    spec: TableSpec

    def __len__(self) -> int:
        """Return the number of documents."""

    def doc_ids(self) -> Iterable[int]:
        """List the ids of all documents, oldest first."""

    def data_at(self, doc_id: int) -> bytes | None:
        """Return the JSON of the document with this id, or None."""

    def snapshot(self) -> DocumentBytes:
        """Return all documents as they are now."""

    def read(self, data: bytes) -> bytes:
        """Return JSON without what the table alone needs."""

    def doc_id_of(self, key: Key) -> int | None:
        """Return the id of the document with this key, or None."""

    def prepare(self, document: Document) -> tuple[Key, bytes, object]:
        """Check a document; return its key, its JSON and what the indices need of it."""


class Documents(Mapping[str, Document]):
    """A table as TinyDB reads it: documents by id, the id as text; decoded when asked for.

    Once more than one document is asked for, all of them are those of that moment.
    """

    def __init__(self, table: Held) -> None:
        self._table = table
        self._held: DocumentBytes | None = None

    def freeze(self) -> DocumentBytes:
        """Hold the documents of this moment, or of the first time that this was called."""
        if self._held is None:
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

    def __init__(self, table: Held) -> None:
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
                raise ValueError(f"Document with key {jsonio.text_of(key)} already exists")
            wanted[key] = doc_id
            puts.append({name: key, **document} if name else document)
        return puts, [key for key in deletes if table.doc_id_of(key) is not None], wanted

    def _new_key(self, doc_id: int, document: Document) -> Key:
        table = self._table
        if table.spec.key is None:
            return SINGLE
        if table.spec.key_type == "text":
            return table.prepare(document)[0]
        key = document.get(table.spec.key, doc_id)
        if key != doc_id:
            raise ValueError(
                f'Document with ID {doc_id} has "{table.spec.key}" {jsonio.text_of(key)}:'
                " leave that out, or insert a tinydb.table.Document with that ID"
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
