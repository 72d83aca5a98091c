"""Reading a state file that is just as we wrote it, fast.

The checksum vouches for every line, so a line is cut up at known places and only what the indices
need is decoded.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

import orjson

from mock_server.model import Document

from .account import AccountState
from .snapshot import META, META_LINE

Accounts = Callable[[str], AccountState]

_CHUNK = 1 << 20
_META = re.compile(META_LINE + rb'"1": (\{.*\})\n\}\n\}\n\Z')
_META_AT_MOST = 500
_TABLE_LINE = re.compile(rb'"([a-z_]+)": \{\n')
_ACCOUNT = re.compile(rb'\{"account":("(?:[^"\\]|\\.)*"),?')


def own_meta(handle: BinaryIO, size: int) -> Document | None:
    """The document of `meta`, if every byte before it is as its checksum says; else None."""
    handle.seek(max(0, size - _META_AT_MOST))
    found = _META.search(handle.read())
    if found is None:
        return None
    try:
        meta: Document = orjson.loads(found[1])
    except orjson.JSONDecodeError:
        return None
    left = size - (found.end() - found.start())
    handle.seek(0)
    crc = 0
    while left and (chunk := handle.read(min(left, _CHUNK))):
        crc = zlib.crc32(chunk, crc)
        left -= len(chunk)
    return meta if meta.get("crc") == f"{crc:08x}" else None


def load_own(handle: BinaryIO, accounts: Accounts) -> None:
    """Fill accounts from a file that `own_meta` has vouched for, from its beginning on."""
    handle.seek(0)
    for line in handle:
        found = _TABLE_LINE.fullmatch(line)
        if found is None:
            continue  # a bracket
        name = found[1].decode()
        if name == "accounts":
            for each in _documents(handle):
                _load_account(each, accounts)
        elif name == "events":
            _load_events(handle, accounts)
        elif name != META:
            _load_table(handle, accounts, name)


def _documents(handle: BinaryIO) -> Iterator[bytes]:
    """The lines of a table up to its end, each from its document on."""
    for line in handle:
        if line.startswith(b"}"):
            return
        yield line[line.index(b"{") : -2 if line.endswith(b",\n") else -1]


def _load_table(handle: BinaryIO, accounts: Accounts, name: str) -> None:
    opening = b"?"
    for data in _documents(handle):
        if not data.startswith(opening):
            load, opening = _loader(data, accounts, name)
        load(b"{" + data[len(opening) :])


def _load_events(handle: BinaryIO, accounts: Accounts) -> None:
    """Fill tables of events, which name their account themselves, after their eventId."""
    opening = b"?"
    for data in _documents(handle):
        if not data.startswith(opening, data.index(b",") + 1):
            load, opening = _loader(b"{" + data[data.index(b",") + 1 :], accounts, "events")
            opening = opening[1:]
        load(data)


def _loader(data: bytes, accounts: Accounts, name: str) -> tuple[Callable[[bytes], None], bytes]:
    """What takes the documents of the same account as this one, and how those begin."""
    found = _ACCOUNT.match(data)
    assert found is not None  # noqa: S101  (the checksum says that we wrote it)
    return accounts(orjson.loads(found[1])).db.table(name).load, found[0]


def _load_account(data: bytes, accounts: Accounts) -> None:
    document = orjson.loads(data)
    account = accounts(document.pop("account"))
    account.restore_numbers(document.pop("next"))
    if document:
        table = account.db.table("accounts")
        table.store(*table.prepare(document))
