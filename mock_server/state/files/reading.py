"""Reading the state file and the log back into accounts."""

import gc
import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from mock_server.model import Document
from mock_server.state.errors import StateError
from mock_server.state.files.edited_file import Accounts, edited_documents, fill
from mock_server.state.files.file_format import LaterFormatError, check_format, is_of_version_0_1_0
from mock_server.state.files.log import LogReader
from mock_server.state.files.snapshot import META, META_LINE
from mock_server.state.tables.orders import as_kept_now

_CHUNK = 1 << 20
_META = re.compile(META_LINE + rb'"1": (\{.*\})\n\}\n\}\n\Z')
_META_AT_MOST = 500
_TABLE_LINE = re.compile(rb'"([a-z_]+)": \{\n')
_ACCOUNT = re.compile(rb'[{,]"account":("(?:[^"\\]|\\.)*"),?')

_WAY_OUT = "correct it, or restore the file from a backup"


@dataclass(slots=True)
class Loaded:
    """What a state file and its log said; `checked` counts documents of a foreign file."""

    state: str | None = None
    commit: int = 0
    size: int = 0
    is_of_version_0_1_0: bool = False
    checked: int | None = None
    log_size: int = 0
    log_commits: int = 0
    torn: bool = False


def load_state(path: Path, log: Path, accounts: Accounts) -> Loaded:
    """Fill accounts from a state file and its log; either may be missing. Raises `StateError`."""
    loaded = Loaded()
    try:
        with _no_collecting():
            if path.exists():
                _load_snapshot(path, accounts, loaded)
            _replay(path, log, accounts, loaded)
    except OSError as error:
        raise StateError(f"cannot read {path}: {error.strerror or error}") from None
    return loaded


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Nothing here makes cycles, and the collector would look through all of it many times."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _load_snapshot(path: Path, accounts: Accounts, loaded: Loaded) -> None:
    with path.open("rb", buffering=1 << 20) as handle:
        try:
            loaded.size = os.fstat(handle.fileno()).st_size
            meta = checked_meta(handle, loaded.size)
            handle.seek(0)
            if meta is not None:
                _check_format(path, meta)
            # What version 0.1.0 wrote it had not checked as this one does.
            if meta is not None and not is_of_version_0_1_0(meta):
                _load_checked(handle, accounts)
            else:
                documents = edited_documents(path, handle)
                if meta is not None:
                    documents = (
                        (table, as_kept_now(each) if table == "orders" else each, where)
                        for table, each, where in documents
                    )
                meta, loaded.checked = fill(documents, accounts)
        except LaterFormatError:
            raise
        except StateError as error:
            raise StateError(f"{error}; {_WAY_OUT}") from None
    state, commit = meta.get("state"), meta.get("commit", 0)
    if not (state is None or type(state) is str) or type(commit) is not int or commit < 0:
        raise StateError(
            f'{path}: table "meta": "state" must be a text and "commit" a whole number; {_WAY_OUT}'
        )
    loaded.state, loaded.commit = state, commit
    loaded.is_of_version_0_1_0 = is_of_version_0_1_0(meta)


def _check_format(path: Path, meta: Document) -> None:
    try:
        check_format(meta)
    except StateError as error:
        raise type(error)(f"{path}: {error}") from None


def _replay(path: Path, log: Path, accounts: Accounts, loaded: Loaded) -> None:
    reader = LogReader(log)
    for entry in reader.entries(loaded.commit):
        if not loaded.log_commits:
            _check_belongs(path, reader, loaded)
        loaded.log_commits += 1
        if entry.number > loaded.commit:
            accounts(entry.frame["account"]).replay(entry)
            loaded.commit = entry.number
    loaded.log_size, loaded.torn = reader.size, reader.torn
    if loaded.state is None:
        loaded.state = reader.state


def _check_belongs(path: Path, reader: LogReader, loaded: Loaded) -> None:
    is_other = loaded.state != reader.state and (loaded.size or reader.base)
    if not is_other and reader.base <= loaded.commit:
        return
    last = max((each.number for each in LogReader(reader.path).entries()), default=reader.base)
    holds = f"{reader.path.name} holds the commits {reader.base + 1} to {last}"
    if not path.exists():
        problem = f"{path} is missing, which held the commits up to {reader.base}; {holds}"
    elif is_other:
        problem = f"{holds} of another state file than {path}"
    else:
        problem = f"the commits {loaded.commit + 1} to {reader.base} are missing: {path} ends"
        problem += f" before them, and {holds}"
    raise StateError(
        f"{problem}. Restore the {path.name} it belongs to, or delete {reader.path.name}, which"
        " loses its commits"
    )


# -- a file that is just as we wrote it: its checksum vouches for every line ----------------------


def checked_meta(handle: BinaryIO, size: int) -> Document | None:
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


def _load_checked(handle: BinaryIO, accounts: Accounts) -> None:
    """Fill accounts from a file that `checked_meta` has vouched for, from its beginning on."""
    handle.seek(0)
    for line in handle:
        found = _TABLE_LINE.fullmatch(line)
        if found is None:
            continue  # a bracket
        name = found[1].decode()
        if name == "accounts":
            for each in _documents(handle):
                _load_account(each, accounts)
        elif name != META:
            _load_table(handle, accounts, name)


def _documents(handle: BinaryIO) -> Iterator[bytes]:
    for line in handle:
        if line.startswith(b"}"):
            return
        yield line[line.index(b"{") : -2 if line.endswith(b",\n") else -1]


def _load_table(handle: BinaryIO, accounts: Accounts, name: str) -> None:
    """Fill a table; those of one account stand together, and begin with the same `opening`."""
    is_theirs = name == "events"  # which name their account themselves, after their eventId
    opening, start = b"?", 0
    for data in _documents(handle):
        if is_theirs:
            start = data.index(b",")
        if not data.startswith(opening, start):
            found = _ACCOUNT.match(data, start)
            assert found is not None  # noqa: S101  (the checksum says that we wrote it)
            opening, load = found[0], accounts(orjson.loads(found[1])).table(name).load
        load(data if is_theirs else b"{" + data[len(opening) :])


def _load_account(data: bytes, accounts: Accounts) -> None:
    document = orjson.loads(data)
    account = accounts(document.pop("account"))
    account.restore_numbers(document.pop("next"))
    if document:
        table = account.table("accounts")
        table.store(*table.prepare(document))
