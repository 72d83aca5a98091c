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

from __future__ import annotations

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

_BATCH = 1 << 20
_PART = 1 << 15
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

    def documents(self) -> Iterator[tuple[str, int, bytes]]:
        """Every document as the state file holds it: (table, number, JSON), in its order."""
        for table, spec in TABLES.items():
            is_numbered = spec.key_type == "number"
            holders = [each for each in self.accounts if table in each.tables]
            counted = 0
            for holder in holders:
                start = b'{"account":%b' % orjson.dumps(holder.name)
                for doc_id, data in holder.tables[table]():
                    counted += 1
                    number = doc_id if is_numbered and len(holders) == 1 else counted
                    if table != "events":  # which name their account themselves
                        data = start + (b"," if data != b"{}" else b"") + data[1:]
                    yield table, number, data
            if table == "accounts":
                for number, each in enumerate(self.accounts, start=1):
                    document = {"account": each.name, **each.extra, "next": each.next_numbers}
                    yield table, number, jsonio.dumps(document)

    def text(self) -> Iterator[bytes]:
        """The state file's text up to the line of `meta`, line by line."""
        yield b"{\n"
        current = None
        for table, number, data in self.documents():
            if table == current:
                yield b',\n"%d": %b' % (number, data)
            else:
                yield from self._between(current, table)
                current = table
                yield b'"%d": %b' % (number, data)
        yield from self._between(current, None)

    def export(self) -> Iterator[bytes]:
        """The text of an export, in parts: tables that hold something, and the format."""
        current = None
        part = bytearray(b"{")
        for table, number, data in self.documents():
            if table == current:
                part += b',\n"%d": %b' % (number, data)
            else:
                part += b"" if current is None else b"\n},"
                part += b'\n"%b": {\n"%d": %b' % (table.encode(), number, data)
                current = table
            if len(part) > _PART:
                yield bytes(part)
                part.clear()
        part += b"" if current is None else b"\n},"
        yield bytes(part) + b'\n"%b": {"1": {"format": %d}}\n}\n' % (META.encode(), FORMAT)

    @staticmethod
    def _between(current: str | None, following: str | None) -> Iterator[bytes]:
        """The end of one table, those that are empty, and the beginning of the next."""
        names = list(TABLES)
        start = 0 if current is None else names.index(current) + 1
        end = len(names) if following is None else names.index(following)
        if current is not None:
            yield b"\n},\n"
        for name in names[start:end]:
            yield b'"%b": {\n},\n' % name.encode()
        if following is not None:
            yield b'"%b": {\n' % following.encode()


def write_snapshot(path: Path, frozen: Frozen, state: str, commit: int) -> tuple[Path, int]:
    """Write a state file next to `path`, safe on disk; returns its path and size.

    Raises `OSError`; then the file does not exist.
    """
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as handle:
            crc = 0
            batch: list[bytes] = []
            size = held = 0
            for piece in frozen.text():
                batch.append(piece)
                held += len(piece)
                if held > _BATCH:
                    content = b"".join(batch)
                    crc = zlib.crc32(content, crc)
                    size += handle.write(content)
                    batch, held = [], 0
            content = b"".join(batch)
            crc = zlib.crc32(content, crc)
            meta = orjson.dumps(
                {"format": FORMAT, "state": state, "commit": commit, "crc": f"{crc:08x}"}
            )
            size += handle.write(content + META_LINE + b'"1": %b\n}\n}\n' % meta)
            handle.flush()
            sync(handle.fileno())
        if path.exists():
            shutil.copymode(path, fresh)
        if _has_tokens(frozen):
            fresh.chmod(fresh.stat().st_mode & 0o600)  # they are nobody else's business
    except BaseException:
        unlink(fresh)
        raise
    return fresh, size


def _has_tokens(frozen: Frozen) -> bool:
    """Return whether any account has given out bearer tokens."""
    rows = (each.tables["tokens"]() for each in frozen.accounts if "tokens" in each.tables)
    return any(next(iter(each), None) is not None for each in rows)


def install_snapshot(fresh: Path, path: Path) -> None:
    """Replace the last state file with one that was written, atomically."""
    replace(fresh, path)
    sync_folder(path.parent)
