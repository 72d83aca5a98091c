"""Reading a state file that somebody else wrote or changed, and states given as a whole.

A file edited by hand, or written by TinyDB or `jq`, is parsed in full and every document checked;
what does not fit is refused, with the line where it is as long as there is one document to a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from mock_server import jsonio
from mock_server.model import DEFAULT_ACCOUNT, Document

from .account import AccountState
from .errors import StateError
from .own import Accounts
from .snapshot import META
from .specs import TABLES

Place = tuple[str, Any, str]
"""A table's name, a document, and where that is, for messages."""

_TABLE_LINE = re.compile(rb'"([a-z_]+)": \{\n')
_DOCUMENT_LINE = re.compile(rb'"[0-9]+": ')
_COLUMN = re.compile(r" at line 1 column ([0-9]+)$")
WAY_OUT = "correct it, or restore the file from a backup"


def fill(documents: Iterator[Place], accounts: Accounts) -> Document:
    """Put checked documents into accounts; returns the document of `meta`, if there is one.

    Raises `StateError` naming the place of a document that does not fit.
    """
    meta: Document = {}
    numbers: list[tuple[AccountState, Document, str]] = []
    for table, document, where in documents:
        try:
            if not isinstance(document, dict):
                raise StateError("a document must be an object")
            if table == META:
                meta = document
                continue
            name = document.get("account", DEFAULT_ACCOUNT)
            if type(name) is not str or not name:
                raise StateError('"account" must be a text that is not empty')
            account = accounts(name)
            if table == "accounts":
                numbers.append((account, document.pop("next", {}), where))
                document.pop("account", None)
                if not document:
                    continue
            live = account.db.table(table)
            key, data, terms = live.prepare(document)
            if live.doc_id_of(key) is not None:
                raise StateError(f'table "{table}": {jsonio.text_of(key)} is there twice')
            live.store(key, data, terms)
        except StateError as error:
            raise StateError(f"{where}: {error}; {WAY_OUT}") from None
    for account, following, where in numbers:
        _restore_numbers(account, following, where)
    return meta


def _restore_numbers(account: AccountState, following: Any, where: str) -> None:
    if not isinstance(following, dict) or any(
        type(value) is not int for value in following.values()
    ):
        raise StateError(f'{where}: "next" must be an object of whole numbers; {WAY_OUT}')
    account.restore_numbers(following)


def foreign_documents(path: Path, handle: BinaryIO) -> Iterator[Place]:
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
    """The document lines of a file in our layout: (line number, table, line)."""
    table = None
    opened = False
    for number, line in enumerate(handle, start=1):
        if number == 1:
            if line != b"{\n":
                raise _NotLines
        elif table is None:
            if (found := _TABLE_LINE.fullmatch(line)) is not None:
                table = found[1].decode()
                opened = True
            elif line != b"}\n" or not opened:
                raise _NotLines
        elif line in (b"},\n", b"}\n"):
            table = None
        elif _DOCUMENT_LINE.match(line) is not None and line.endswith(b"\n"):
            yield number, table, line
        else:
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
    column = _COLUMN.search(problem)
    if column is not None:
        where = f"{where}, column {int(column[1]) + start}"
        problem = problem[: column.start()]
    raise StateError(f"{where}: {problem}; {WAY_OUT}")


def _whole_documents(path: Path, content: bytes) -> Iterator[Place]:
    if not content.strip():
        return  # TinyDB makes such a file, and means no documents
    try:
        state = jsonio.loads(content)
        json.loads(content, object_pairs_hook=_no_name_twice)
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
            raise StateError(
                f'{prefix}there is no table "{table}"; tables are {", ".join(TABLES)}; {WAY_OUT}'
            )
        if not isinstance(documents, dict):
            raise StateError(f'{prefix}table "{table}" must be an object of documents; {WAY_OUT}')
        numbers = list(documents)
        if all(number.isascii() and number.isdigit() for number in numbers):
            numbers.sort(key=int)
        for number in numbers:
            document = documents[number]
            copied = dict(document) if isinstance(document, dict) else document
            yield table, copied, f"{prefix}document {jsonio.text_of(number)}"
