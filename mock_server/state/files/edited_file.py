"""State files that somebody else wrote or changed, and whole states: each document is checked."""

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, Protocol

from mock_server import jsonio
from mock_server.documents.tables import TABLES
from mock_server.model import DEFAULT_ACCOUNT, Document
from mock_server.names import way_out
from mock_server.state.errors import StateError
from mock_server.state.files.file_format import check_format
from mock_server.state.files.log import Entry
from mock_server.state.files.snapshot import META
from mock_server.state.tables.table import LiveTable


class AccountToFill(Protocol):
    """The part of an account that reading needs."""

    def table(self, name: str) -> LiveTable:
        """A table by name."""

    def replay(self, entry: Entry) -> None:
        """Make a change again that the log holds."""

    def restore_numbers(self, following: Mapping[str, int]) -> None:
        """Go on numbering from these."""


Accounts = Callable[[str], AccountToFill]
Place = tuple[str, Any, str]
"""A table's name, a document, and where that is, for messages."""

_TABLE_LINE = re.compile(rb'"([a-z_]+)": \{\n')
_DOCUMENT_LINE = re.compile(rb'"[0-9]+": ')
_PLACE = re.compile(r" at line ([0-9]+) column ([0-9]+)$")


def fill(documents: Iterator[Place], accounts: Accounts) -> tuple[Document, int]:
    """Put checked documents into accounts; that of `meta`, and the count. Or `StateError`."""
    meta: Document = {}
    numbers: list[tuple[AccountToFill, Document]] = []
    count = 0
    for table, document, where in documents:
        count += 1
        try:
            if not isinstance(document, dict):
                raise StateError("a document must be an object")
            if table == META:
                meta = document
                check_format(meta)
                continue
            name = document.pop("account", DEFAULT_ACCOUNT)
            if type(name) is not str or not name:
                raise StateError(f'table "{table}": "account" must be a text that is not empty')
            account = accounts(name)
            live = account.table(table)
            live.check(document)
            if table == "accounts":
                numbers.append((account, document.pop("next", {})))
                if not document:
                    continue
            key, data, terms = live.prepare(document)
            if live.doc_id_of(key) is not None:
                raise StateError(f'table "{table}": {jsonio.text_of(key)} is there twice')
            live.store(key, data, terms)
        except StateError as error:
            raise type(error)(f"{where}: {error}") from None
    for account, following in numbers:
        account.restore_numbers(following)
    return meta, count


def edited_documents(path: Path, handle: BinaryIO) -> Iterator[Place]:
    """The documents of a file, wherever it comes from. Raises `StateError`."""
    try:
        for _ in _structure(handle):
            pass
    except _NotLines:
        handle.seek(0)
        return _whole_documents(path, handle.read())
    handle.seek(0)
    return _line_documents(path, handle)


class _NotLines(Exception):  # noqa: N818  (a finding, not an error)
    """The file does not have one document to a line."""


def _structure(handle: BinaryIO) -> Iterator[tuple[int, str, bytes]]:
    """(line number, table, line) of a file in our layout; else raises `_NotLines`."""
    seen: set[str] = set()
    table = None
    ended = False
    # Whether a comma promised another table, or document; None before the first.
    more_tables = more = None
    for number, line in enumerate(handle, start=1):
        if number == 1:
            fits = line == b"{\n"
        elif ended:
            fits = not line.strip()
        elif table is None:
            found = _TABLE_LINE.fullmatch(line)
            if found is not None:
                table, more = found[1].decode(), None
                fits = more_tables is not False and table not in seen
                seen.add(table)
            else:
                ended = True
                fits = line.rstrip() == b"}" and more_tables is False
        elif line in (b"},\n", b"}\n"):
            table, more_tables = None, line == b"},\n"
            fits = more is not True
        else:
            fits = _DOCUMENT_LINE.match(line) is not None and more is not False
            more = line.endswith(b",\n")
            if fits:
                yield number, table, line
        if not fits:
            raise _NotLines
    if not ended:
        raise _NotLines


def _line_documents(path: Path, handle: BinaryIO) -> Iterator[Place]:
    for number, table, line in _structure(handle):
        where = f"{path}, line {number}"
        start = line.index(b":") + 2
        data = line[start:].rstrip(b"\n").removesuffix(b",")
        try:
            document = jsonio.loads(data)
        except jsonio.MalformedJson as error:
            _refuse(where, str(error), start)
        yield table, document, where


def _refuse(where: str, problem: str, start: int = 0) -> NoReturn:
    """Raise `StateError`; `problem` may end in a place, to be counted from `where`."""
    place = _PLACE.search(problem)
    if place is not None:
        line = "" if "line" in where else f", line {place[1]}"
        where = f"{where}{line}, column {int(place[2]) + start}"
        problem = problem[: place.start()]
    raise StateError(f"{where}: {problem}")


def _whole_documents(path: Path, content: bytes) -> Iterator[Place]:
    content = content.removeprefix(codecs.BOM_UTF8)
    if not content.strip():
        return  # TinyDB makes such a file, and means no documents
    try:
        text = content.decode()
        state = jsonio.loads(content)
        json.loads(text, object_pairs_hook=_no_name_twice, parse_int=str, parse_float=str)
    except UnicodeDecodeError as error:
        lines = content.count(b"\n", 0, error.start)
        _refuse(f"{path}, line {lines + 1}", "not UTF-8")
    except (jsonio.MalformedJson, _NameTwice) as error:
        _refuse(str(path), str(error))
    yield from state_documents(state, f"{path}, ")


class _NameTwice(Exception):  # noqa: N818  (a finding, not an error)
    """An object names something twice; JSON parsers keep the last and lose the others."""


def _no_name_twice(pairs: list[tuple[str, Any]]) -> Document:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _NameTwice(f"{jsonio.text_of(twice)} is there twice in one object")
    return found


def state_documents(state: Any, prefix: str = "") -> Iterator[Place]:
    """The documents of a whole state in TinyDB's shape. Raises `StateError`."""
    if not isinstance(state, dict):
        raise StateError(f"{prefix}the state must be an object of tables")
    for table, documents in state.items():
        if table not in TABLES and table != META:
            if table == "_default" and not documents:
                continue  # TinyDB's own table, made by merely looking at it
            raise StateError(f'{prefix}there is no table "{table}". {way_out(table, TABLES)}')
        if not isinstance(documents, dict):
            raise StateError(f'{prefix}table "{table}" must be an object of documents')
        numbers = list(documents)
        if all(number.isascii() and number.isdigit() for number in numbers):
            numbers.sort(key=int)
        for number in numbers:
            document = documents[number]
            copied = dict(document) if isinstance(document, dict) else document
            yield table, copied, f"{prefix}document {jsonio.text_of(number)}"
