"""Reading a state file that is just as we wrote it, fast.

The checksum vouches for every line, so a line is cut up at known places and only what the indices
need is decoded.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
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
_DOCUMENT_LINE = re.compile(rb'"[0-9]+": \{("eventId":[0-9]+,)?"account":("(?:[^"\\]|\\.)*"),?')


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
    name = ""
    raw_account = b""
    for line in handle:
        found = _DOCUMENT_LINE.match(line)
        if found is None:
            table_line = _TABLE_LINE.fullmatch(line)
            name, raw_account = table_line[1].decode() if table_line else "", b""
        elif name == "accounts":
            _load_account(line, accounts)
        elif name != META:
            event_id, account = found.groups()
            if account != raw_account:
                raw_account = account
                load = accounts(orjson.loads(account)).db.table(name).load
            # An event names its account itself.
            start = found.start(1) - 1 if event_id else found.end()
            load((b"" if event_id else b"{") + line[start : -2 if line.endswith(b",\n") else -1])


def _load_account(line: bytes, accounts: Accounts) -> None:
    document = orjson.loads(line[line.index(b":") + 1 :].rstrip(b",\n"))
    account = accounts(document.pop("account"))
    account.restore_numbers(document.pop("next"))
    if document:
        table = account.db.table("accounts")
        table.store(*table.prepare(document))
