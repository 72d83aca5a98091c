"""Reading a state file that is just as we wrote it: fast, and the events stay in the file.

The checksum vouches for every line, so a line is cut up at known places and only what the indices
need is decoded.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO

import orjson

from mock_server.model import Document

from .account import AccountState
from .events import EventTable, terms_of
from .packs import PACK, FileRange
from .snapshot import META, META_LINE
from .source import SourceFile

Accounts = Callable[[str], AccountState]

_CHUNK = 1 << 20
_META = re.compile(META_LINE + rb'"1": (\{.*\})\n\}\n\}\n\Z')
_META_AT_MOST = 500
_TABLE_LINE = re.compile(rb'"([a-z_]+)": \{\n')
_DOCUMENT_LINE = re.compile(rb'"[0-9]+": \{"account":("(?:[^"\\]|\\.)*")(,?)')
# An event's line up to the last field that a filter looks at; texts with an escape do not match.
_EVENT_LINE = re.compile(
    rb'"[0-9]+": \{"eventId":([0-9]+),"account":("[^"\\]*"),"eventTypeKey":(null|"[^"\\]*"),'
    rb'"verdict":("[a-z]+"),"reasons":(\[[^\]\\]*\]),"warnings":(\[[^\]\\]*\]),'
    rb'"contactId":(null|[0-9]+),"externalOrderId":(null|"[^"\\]*"),'
)


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


def load_own(handle: BinaryIO, accounts: Accounts, source: SourceFile) -> None:
    """Fill accounts from a file that `own_meta` has vouched for, from its beginning on."""
    handle.seek(0)
    offset = 0
    loaded: dict[bytes, EventTable] = {}
    for line in handle:
        offset += len(line)
        found = _TABLE_LINE.fullmatch(line)
        if found is None:
            continue  # a bracket
        table = found[1].decode()
        if table == "events":
            offset = _load_events(handle, offset, accounts, source, loaded)
        elif table == "accounts":
            offset = _load_accounts(handle, offset, accounts)
        elif table != META:
            offset = _load_table(handle, offset, accounts, table)
    for events in loaded.values():
        events.archive.open_last()


def _load_table(handle: BinaryIO, offset: int, accounts: Accounts, name: str) -> int:
    raw_account = b""
    for line in handle:
        offset += len(line)
        found = _DOCUMENT_LINE.match(line)
        if found is None:
            break  # the end of the table
        if found[1] != raw_account:
            raw_account = found[1]
            table = accounts(orjson.loads(raw_account)).db.table(name)
            load = table.load
        end = -2 if line.endswith(b",\n") else -1
        load(b"{" + line[found.end() : end])
    return offset


def _load_accounts(handle: BinaryIO, offset: int, accounts: Accounts) -> int:
    for line in handle:
        offset += len(line)
        if not line.startswith(b'"'):
            break
        document = orjson.loads(line[line.index(b":") + 1 :].rstrip(b",\n"))
        account = accounts(document.pop("account"))
        account.restore_numbers(document.pop("next"))
        if document:
            table = account.db.table("accounts")
            table.store(*table.prepare(document))
    return offset


def _load_events(
    handle: BinaryIO,
    offset: int,
    accounts: Accounts,
    source: SourceFile,
    loaded: dict[bytes, EventTable],
) -> int:
    raw_account = b""
    table: EventTable | None = None
    known: dict[bytes, Any] = {}  # the same few types, verdicts and lists of codes, decoded
    pack, begin = -1, offset
    for line in handle:
        found = _EVENT_LINE.match(line)
        if found is not None:
            number, account, *heads, contact, order = found.groups()
            event_id = int(number)
            for head in heads:
                if head not in known:
                    known[head] = orjson.loads(head)
            terms: Any = [known[head] for head in heads]
            terms.append(None if contact == b"null" else int(contact))
            terms.append(None if order == b"null" else order[1:-1].decode())
        elif line.startswith(b'"'):
            record = orjson.loads(line[line.index(b":") + 1 :].rstrip(b",\n"))
            event_id, account = record["eventId"], orjson.dumps(record["account"])
            terms = terms_of(record)
        else:
            offset += len(line)
            break  # the end of the table
        if table is None or event_id // PACK != pack or account != raw_account:
            if table is not None:
                table.put_range(pack, FileRange(source, begin, offset - begin))
            pack, begin = event_id // PACK, offset
            if table is None or account != raw_account:
                raw_account = account
                table = accounts(orjson.loads(account)).events_table
                loaded[account] = table
        table.enter(event_id, terms)
        offset += len(line)
    if table is not None:
        table.put_range(pack, FileRange(source, begin, offset - begin))
    return offset
