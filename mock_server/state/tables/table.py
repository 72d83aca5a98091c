"""Live tables: documents kept as JSON, found by key at constant cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NoReturn

from mock_server import jsonio
from mock_server.documents.checking import problem_of, value_shown
from mock_server.documents.tables import SINGLE, Key, TableSpec
from mock_server.model import Document
from mock_server.state.errors import StateError
from mock_server.state.tables.document_bytes import DocumentBytes
from mock_server.state.tables.postings import Postings

Prepared = tuple[Key, bytes, Any]
"""A checked document: its key, its JSON, and what the table's indices need to know of it."""


# How a document begins in a table with numbers for keys and an index of texts.
_INDEXED_HEAD = re.compile(rb'\{"[A-Za-z]+":([0-9]+),"[A-Za-z]+":"([^"\\]*)"')


class LiveTable:
    """A table of one account, in memory; who changes anything holds the store's lock.

    `wanted` are the numbers that documents with a text for a key are to get.
    """

    def __init__(self, account_name: str, spec: TableSpec) -> None:
        self.spec = spec
        self.name = spec.name
        self.account_name = account_name
        self._numbered = spec.key_type == "number" and spec.key is not None
        self.wanted: dict[Key, int] = {}
        self.clear()

    def clear(self) -> None:
        """Forget everything, ids included."""
        self.next_id = 1
        self.last_given = 0  # to TinyDB, perhaps for a change that came to nothing
        self._data = DocumentBytes(compressed=self.spec.compressed)
        self._doc_ids: dict[Key, int] = {}  # only of tables whose key is not a number
        self._groups = Postings()  # by the field spec.index
        self._decoded: dict[int, Document] = {}

    def __len__(self) -> int:
        return len(self._data)

    @property
    def next_number(self) -> int:
        """The number the next document will get; 1 as well where documents get no numbers."""
        return self.next_id if self._numbered else 1

    def number_from(self, number: int) -> None:
        """Give no number below this one, so that none is given twice."""
        self.next_id = max(number, self.next_id)

    def prepare(self, document: Document, after: int = 0) -> Prepared:
        """Check a document's key, or number it (after `after`), and encode it."""
        key = self.key_of(document, after)
        spec = self.spec
        record = {name: document[name] for name in spec.head if name in document}
        if spec.key is not None:
            record = {spec.key: key, **record, **document, spec.key: key}
        else:
            record.update(document)
        record.pop("account", None)
        return key, jsonio.dumps(record), self.terms(record)

    def prepare_stored(self, data: bytes) -> Prepared:
        """The same for JSON that this table has made before; the text is kept as it is."""
        if self.spec.index is not None and (head := _INDEXED_HEAD.match(data)) is not None:
            return int(head[1]), data, head[2].decode()
        document = jsonio.loads_roughly(data)  # exact numbers do not matter to an index
        return self.key_of(document, 0), data, self.terms(document)

    def load(self, data: bytes) -> None:
        """Keep JSON that this table has made before, of a document that it does not hold."""
        key, data, terms = self.prepare_stored(data)
        doc_id = self._new_doc_id(key)
        self._enter(doc_id, terms, is_new=True)
        self._data[doc_id] = data

    def terms(self, document: Document) -> Any:
        """What the indices of this table need to know of a document."""
        return None if self.spec.index is None else document[self.spec.index]

    def check(self, document: Any) -> None:
        """Refuse a document from outside that does not fit its schema. Raises `StateError`."""
        if not isinstance(document, dict):
            self.refuse("it must be an object")
        problem = problem_of(self.name, document)
        if problem is not None:
            self.refuse(problem, document)

    def number_of(self, prepared: Prepared) -> int:
        """The number that the next document of the same change has to be above."""
        return prepared[0] if self._numbered else 0  # type: ignore[return-value]  # a number then

    def store(self, key: Key, data: bytes, terms: Any) -> None:
        """Keep a prepared document; one with the same key is replaced."""
        doc_id = self.doc_id_of(key)
        if is_new := doc_id is None:
            doc_id = self._new_doc_id(key)
        else:
            self._decoded.pop(doc_id, None)
        self._enter(doc_id, terms, is_new=is_new)
        self._data[doc_id] = data

    def discard(self, key: Key) -> None:
        """Forget the document with this key, if there is one."""
        doc_id = self.doc_id_of(key)
        if doc_id is None:
            return
        self._leave(doc_id)
        del self._data[doc_id]
        self._decoded.pop(doc_id, None)
        if not self._numbered:
            del self._doc_ids[key]

    def find(self, key: Key) -> Document | None:
        """The document with this key, or None. Needs no lock."""
        doc_id = self.doc_id_of(key)
        return None if doc_id is None else self.document(doc_id)

    def document(self, doc_id: int) -> Document | None:
        """The document with this TinyDB id, or None. Needs no lock."""
        found = self._decoded.get(doc_id)
        if found is None and (data := self.data_at(doc_id)) is not None:
            found = jsonio.loads(data)
            if self.spec.cached:
                self._decoded[doc_id] = found
        return found

    def data_at(self, doc_id: int) -> bytes | None:
        """The JSON of the document with this TinyDB id, or None. Needs no lock."""
        data = self._data.get(doc_id)
        return None if data is None else self.read(data)

    def read(self, data: bytes) -> bytes:
        """JSON as it is kept, without what the table alone needs."""
        return data

    def records(self, doc_ids: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        """Ids and JSON of those of these documents that are there. Needs no lock."""
        for doc_id in doc_ids:
            if (data := self.data_at(doc_id)) is not None:
                yield doc_id, data

    def doc_id_of(self, key: Key) -> int | None:
        """The TinyDB id of the document with this key, or None."""
        if self._numbered:
            return key if key in self._data else None  # type: ignore[return-value]  # a number then
        return self._doc_ids.get(key)

    def documents(self) -> list[Document]:
        """All documents, oldest first."""
        return [found for each in self.doc_ids() if (found := self.document(each)) is not None]

    def group(self, value: Any) -> list[Document]:
        """The documents whose index field has this value, oldest first."""
        return [
            found
            for each in list(self.group_ids(value))
            if (found := self.document(each)) is not None
        ]

    def group_ids(self, value: Any) -> Sequence[int]:
        """The TinyDB ids of the documents whose index field has this value, oldest first."""
        return self._groups.get(value)

    def doc_ids(self) -> list[int]:
        """The TinyDB ids of all documents, oldest first."""
        return list(self._data)

    def freeze(self) -> Callable[[], Iterator[tuple[int, bytes]]]:
        """What the table holds now, to be read later: TinyDB ids and JSON, oldest first."""
        return self._data.freeze()

    def snapshot(self) -> DocumentBytes:
        """Return the JSON of all documents as they are now, by TinyDB id; the lock is held."""
        return self._data.copy()

    def take_over(self, other: LiveTable) -> None:
        """Hold what another table of the same name holds; the other is not used again."""
        vars(self).update(vars(other))

    def refuse(self, problem: str, document: Mapping[str, Any] | None = None) -> NoReturn:
        """Raise the `StateError` for a document of this table."""
        which = ""
        key = self.spec.key
        if document is not None and key is not None and key in document:
            which = f" {value_shown(document[key])}"
        raise StateError(f'table "{self.name}", document{which}: {problem}')

    # -- for subclasses ------------------------------------------------------------------------

    def _enter(self, doc_id: int, terms: Any, *, is_new: bool) -> None:
        """Index a document about to be kept, reading its JSON only where that is needed."""
        if self.spec.index is not None:
            if not is_new:
                self._leave(doc_id)
            self._groups.add(terms, doc_id)

    def _leave(self, doc_id: int) -> None:
        """Take a document that is still held out of the indices."""
        if self.spec.index is not None:
            self._groups.remove(self._held(doc_id)[self.spec.index], doc_id)

    def _held(self, doc_id: int) -> Document:
        """A document as it is held, its numbers roughly."""
        held: Document = jsonio.loads_roughly(self._data.get(doc_id) or b"{}")
        return held

    def key_of(self, document: Document, after: int = 0) -> Key:
        """The key of a document; a number that is missing is given. Raises `StateError`."""
        if not isinstance(document, dict):
            self.refuse("it must be an object")
        name = self.spec.key
        if name is None:
            return SINGLE
        value = document.get(name)
        if self._numbered:
            if value is None:
                return max(self.next_id, after + 1)
            if type(value) is not int or value < 1:
                self.refuse(f'"{name}" must be a whole number from 1 on', document)
        elif type(value) is not str or not value:
            self.refuse(f'"{name}" must be a text that is not empty', document)
        return value

    def _new_doc_id(self, key: Key) -> int:
        if self._numbered:
            doc_id: int = key  # type: ignore[assignment]  # a number, see key_of
        else:
            doc_id = self.wanted.pop(key, self.next_id)
            self._doc_ids[key] = doc_id
        if doc_id >= self.next_id:
            self.next_id = doc_id + 1
        elif self._numbered:
            self._data.is_mixed = True
        return doc_id
