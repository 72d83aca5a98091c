"""A log that others delete or change while it is being folded keeps every commit."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mock_server.state.files.log import CommitLog, LogReader, seal


def commit(log: CommitLog, number: int) -> None:
    log.append(seal(b'{"commit":%d,"account":"default"' % number), number)


@contextmanager
def folding(log: CommitLog, lock: threading.RLock, path: Path) -> Iterator[None]:
    """While this is open five commits of six are being folded; the lock is held."""
    with lock:
        for number in range(1, 6):
            commit(log, number)
        mark = log.mark
        commit(log, 6)
        fold = threading.Thread(target=log.fold, args=(mark, 5))
        fold.start()
        fresh = path.with_name("state.json.log.new")
        while not (fresh.exists() and fresh.stat().st_size):
            assert fold.is_alive()
        yield
    fold.join()


def deleted(path: Path) -> None:
    path.unlink()


def replaced(path: Path) -> None:
    held = path.read_bytes()
    path.unlink()
    path.write_bytes(held)


@pytest.mark.parametrize("others", [deleted, replaced])
def test_a_log_that_is_made_again_during_a_fold_keeps_all(
    tmp_path: Path, others: Callable[[Path], None]
) -> None:
    path, lock = tmp_path / "state.json.log", threading.RLock()
    log = CommitLog(path, "s", lock, print, fsync=False)
    with folding(log, lock, path):
        others(path)
        log.look(6)
    commit(log, 7)
    assert [each.number for each in LogReader(path).entries()] == [*range(1, 8)]
    log.fold(log.mark, 7)
    assert not path.exists()


def test_a_log_that_is_begun_anew_during_a_fold_keeps_what_came_then(tmp_path: Path) -> None:
    path, lock = tmp_path / "state.json.log", threading.RLock()
    log = CommitLog(path, "s", lock, print, fsync=False)
    with folding(log, lock, path):
        path.write_bytes(b"")
        log.look(6)
        commit(log, 7)
        commit(log, 8)
    assert log.lost_upto == 6  # and is folded from memory
    assert [each.number for each in LogReader(path).entries(6)] == [7, 8]


@pytest.mark.parametrize("folded", [False, True], ids=["at the start", "after a fold"])
@pytest.mark.parametrize("refused", [1, 3])
def test_a_log_whose_first_line_was_refused_begins_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folded: bool, refused: int
) -> None:
    """The disk is full just then: there is room for all but the last byte."""
    path, lock = tmp_path / "state.json.log", threading.RLock()
    log = CommitLog(path, "s", lock, print, fsync=False)
    if folded:
        commit(log, 1)
        log.fold(log.mark, 1)
    first = 2 if folded else 1
    write = os.write

    def full(handle: int, data: bytes) -> int:
        if len(data) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data[:-1])

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        for _ in range(refused):
            with pytest.raises(OSError, match="No space left"):
                commit(log, first)
    for number in range(first, first + 3):
        commit(log, number)
    assert [each.number for each in LogReader(path).entries()] == [first, first + 1, first + 2]


def test_a_log_that_was_emptied_and_deleted_is_begun_anew(tmp_path: Path) -> None:
    path, lock = tmp_path / "state.json.log", threading.RLock()
    log = CommitLog(path, "s", lock, print, fsync=False)
    for number in (1, 2):
        commit(log, number)
    path.write_bytes(b"")
    path.unlink()
    log.look(2)
    assert log.lost_upto == 2  # and is folded from memory
    commit(log, 3)
    assert [each.number for each in LogReader(path).entries(2)] == [3]
