"""Reading the state file and the log back into accounts."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mock_server.model import Document

from .errors import StateError
from .file_format import LaterFormatError, check_format, is_of_version_0_1_0
from .foreign import fill, foreign_documents
from .log import LogReader
from .own import Accounts, load_own, own_meta

_WAY_OUT = "correct it, or restore the file from a backup"


@dataclass(slots=True)
class Loaded:
    """What a state file and its log said about themselves."""

    state: str | None = None
    commit: int = 0
    size: int = 0
    is_of_version_0_1_0: bool = False
    log_size: int = 0
    log_commits: int = 0
    torn: bool = False


def load(path: Path, log: Path, accounts: Accounts) -> Loaded:
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
            meta = own_meta(handle, loaded.size)
            handle.seek(0)
            if meta is not None:
                _check_format(path, meta)
                load_own(handle, accounts)
            else:
                meta = fill(foreign_documents(path, handle), accounts)
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
    except LaterFormatError as error:
        raise LaterFormatError(f"{path}: {error}") from None
    except StateError as error:
        raise StateError(f"{path}: {error}") from None


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
    if loaded.state != reader.state and (loaded.size or reader.base):
        problem = "belongs to another state file"
    elif reader.base > loaded.commit:
        problem = f"goes on after commit {reader.base}, but the state file ends at {loaded.commit}"
    else:
        return
    raise StateError(
        f"{reader.path} {problem}: restore the {path.name} it belongs to,"
        " or delete it, which loses its commits"
    )
