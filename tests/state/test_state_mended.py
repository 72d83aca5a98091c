"""A log that others delete or change while it is being folded keeps every commit."""

from __future__ import annotations

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
