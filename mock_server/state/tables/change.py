"""One change of an account: checked as a whole, written as one line, then made in memory."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import orjson

from mock_server.documents.tables import Key
from mock_server.model import Document
from mock_server.state.tables.table import LiveTable, Prepared


class TableChange:
    """Keys to delete and documents to put; with `keep`, after emptying all `tables` but those."""

    __slots__ = ("_deletes", "_puts", "_tables", "keep")

    def __init__(
        self, tables: Mapping[str, LiveTable], keep: Collection[str] | None = None
    ) -> None:
        self._tables = tables
        self.keep = keep
        self._puts: list[tuple[LiveTable, list[Prepared]]] = []
        self._deletes: list[tuple[LiveTable, Sequence[Key]]] = []

    def __bool__(self) -> bool:
        return bool(self._puts or self._deletes) or self.keep is not None

    def put(self, table: LiveTable, documents: Sequence[Document], numbers: LiveTable) -> None:
        """Check and encode documents, numbered by `numbers`. Raises `StateError`."""
        if len(documents) == 1:
            self._puts.append((table, [numbers.prepare(documents[0])]))
        elif documents:
            prepared = []
            last = 0
            for document in documents:
                ready = numbers.prepare(document, last)
                last = max(last, numbers.number_of(ready))
                prepared.append(ready)
            self._puts.append((table, prepared))

    def put_stored(self, table: LiveTable, documents: Sequence[bytes]) -> None:
        """Add documents to put, in the very form they were stored in before."""
        self._puts.append((table, [table.prepare_stored(data) for data in documents]))

    def delete(self, table: LiveTable, keys: Sequence[Key]) -> None:
        """Add keys to delete."""
        if keys:
            self._deletes.append((table, keys))

    def touched(self) -> Iterable[str]:
        """The tables that may hold other documents afterwards."""
        if self.keep is not None:
            return self._tables
        return {table.name: None for table, _ in (*self._deletes, *self._puts)}

    def line(self, commit: int, account: bytes) -> bytes:
        """The change as a line of the log, without its end; `log` describes the format."""
        parts = [b'{"commit":%d,"account":%b' % (commit, account)]
        if self.keep is not None:
            parts.append(b',"reset":{"keep":%b}' % orjson.dumps(sorted(self.keep)))
        if self._deletes:
            deletes = {table.name: list(keys) for table, keys in self._deletes}
            parts.append(b',"delete":%b' % orjson.dumps(deletes))
        if self._puts:
            opening = b',"put":{"%b":[\t'
            for table, prepared in self._puts:
                parts.append(opening % table.name.encode())
                parts.append(b"\t,\t".join([data for _, data, _ in prepared]))
                opening = b'\t],"%b":[\t'
            parts.append(b"\t]}")
        return b"".join(parts)

    def apply(self) -> None:
        """Make the change in memory; all of it has been checked, and cannot fail."""
        if self.keep is not None:
            for name, table in self._tables.items():
                if name not in self.keep:
                    table.clear()
        for table, keys in self._deletes:
            for key in keys:
                table.discard(key)
        for table, prepared in self._puts:
            for key, data, terms in prepared:
                table.store(key, data, terms)
