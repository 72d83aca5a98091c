"""The state file: all documents of all accounts as one JSON object that TinyDB opens.

Tables by name, in each the documents by a number, one document to a line:

    {
    "contacts": {
    "1": {"account":"default","id":1,…},
    …
    },
    …
    "meta": {
    "1": {"format":1,"state":"6f…","commit":1234,"crc":"9a0c1e55"}
    }
    }

Every document names its account first, an event right after its eventId. When one account alone
holds documents of a table whose key is a number, that is their number, so that event 17 is number
17; otherwise they are counted through. `meta` says which format this is (`file_format`),
which commits of the log the file holds, and the CRC-32 of all lines before that of `meta`; a file
that was edited does not match it, and is then read with more care, not refused.
"""

import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from mock_server import jsonio
from mock_server.documents.tables import TABLES
from mock_server.model import Document
from mock_server.state.files.durable import replace, sync, sync_folder, unlink
from mock_server.state.files.file_format import FORMAT

_BATCH = 1 << 16
META = "meta"
META_LINE = b'"meta": {\n'

Rows = Callable[[], Iterator[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class FrozenAccount:
    """An account at one moment: rows by table, and the next number of each numbered table."""

    name: str
    tables: dict[str, Rows]
    extra: Document
    next_numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class Frozen:
    """All accounts at one moment, to be written or exported while the store goes on."""

    accounts: list[FrozenAccount]

    def rows(self, table: str) -> Iterator[tuple[int, bytes]]:
        """The documents of a table as the state file holds them: number and JSON, in order."""
        is_numbered = TABLES[table].key_type == "number"
        holders = [each for each in self.accounts if table in each.tables]
        counted = 0
        for holder in holders:
            start = b'{"account":%b' % orjson.dumps(holder.name)
            for doc_id, data in holder.tables[table]():
                counted += 1
                if table != "events":  # which name their account themselves
                    data = start + (b"," if data != b"{}" else b"") + data[1:]
                yield doc_id if is_numbered and len(holders) == 1 else counted, data
        if table == "accounts":
            for number, each in enumerate(self.accounts, start=1):
                document = {"account": each.name, **each.extra, "next": each.next_numbers}
                yield number, jsonio.dumps(document)

    def text(self, *, every: bool) -> Iterator[bytes]:
        """The text up to the line of `meta`, in parts; `every` table, or those that hold any."""
        part = bytearray(b"{\n")
        for table in TABLES:
            opening = b'"%b": {\n' % table.encode()
            before = opening
            for number, data in self.rows(table):
                part += b'%b"%d": %b' % (before, number, data)
                before = b",\n"
                if len(part) > _BATCH:
                    yield bytes(part)
                    part.clear()
            if before != opening:
                part += b"\n},\n"
            elif every:
                part += opening + b"},\n"
        yield bytes(part)

    def export(self) -> Iterator[bytes]:
        """The text of an export, in parts: tables that hold something, and the format."""
        yield from self.text(every=False)
        yield b'"%b": {"1": {"format": %d}}\n}\n' % (META.encode(), FORMAT)


def write_snapshot(path: Path, frozen: Frozen, state: str, commit: int) -> tuple[Path, int]:
    """Write a state file next to `path`, durably; its path and size, or `OSError`."""
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as handle:
            crc = size = 0
            for part in frozen.text(every=True):
                crc = zlib.crc32(part, crc)
                size += handle.write(part)
            meta = {"format": FORMAT, "state": state, "commit": commit, "crc": f"{crc:08x}"}
            size += handle.write(META_LINE + b'"1": %b\n}\n}\n' % orjson.dumps(meta))
            handle.flush()
            sync(handle.fileno())
        if path.exists():
            shutil.copymode(path, fresh)
        if any(True for _ in frozen.rows("tokens")):
            fresh.chmod(fresh.stat().st_mode & 0o600)  # they are nobody else's business
    except BaseException:
        unlink(fresh)
        raise
    return fresh, size


def install_snapshot(fresh: Path, path: Path) -> None:
    """Replace the last state file with one that was written, atomically."""
    replace(fresh, path)
    sync_folder(path.parent)
