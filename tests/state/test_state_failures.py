"""A failure at every single step that touches the disk: nothing acknowledged is lost by it.

One run of `_work` is repeated with the first, the second, … call to the system failing. What was
acknowledged is then compared with what the store holds, and with what a server finds that starts
on the files of one that was killed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from state_samples import order, place

from mock_server.state import StateError, Store, UnwritableError
from mock_server.state.files import durable, fold_thread, log, state_files

_SYSTEM_CALLS = ("open", "write", "fsync", "ftruncate", "stat", "fstat", "lseek", "read")
_PATH_CALLS = ("open", "replace", "unlink")
FAILURES: dict[str, Callable[[], BaseException]] = {
    "no room": lambda: OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
    "too many open files": lambda: OSError(errno.EMFILE, os.strerror(errno.EMFILE)),
    "read-only": lambda: OSError(errno.EROFS, os.strerror(errno.EROFS)),
    "no permission": lambda: PermissionError(errno.EACCES, os.strerror(errno.EACCES)),
    "out of memory": lambda: MemoryError(),
}


class Faulty:
    """Counts the calls of the engine to the system, and lets one of them fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.calls = 0
        self.fails_at = 0
        self.failure: Callable[[], BaseException] = MemoryError
        self._folder = str(folder)
        for module in (durable, log):
            monkeypatch.setattr(module, "os", self)
        for name in _PATH_CALLS:
            monkeypatch.setattr(Path, name, self._of_path(getattr(Path, name)))

    def _count(self) -> None:
        self.calls += 1
        if self.calls == self.fails_at:
            raise self.failure()

    def __getattr__(self, name: str) -> Any:
        call = getattr(os, name)
        if name not in _SYSTEM_CALLS:
            return call

        def counted(*arguments: Any) -> Any:
            self._count()
            return call(*arguments)

        return counted

    def _of_path(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(path: Path, *arguments: Any, **named: Any) -> Any:
            if str(path).startswith(self._folder):
                self._count()
            return call(path, *arguments, **named)

        return counted


@pytest.fixture(autouse=True)
def no_background(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folds happen where the test has them, and each commit looks whether its log is there."""
    monkeypatch.setattr(fold_thread, "_PAUSE", 600)
    monkeypatch.setattr(log, "_LOOK_EVERY", 0)


def _other_state() -> Any:
    with Store() as store:
        place(store.account("default"), "imported")
        return store.export()


def _work(store: Store, path: Path) -> list[str]:
    """Commits, folds, an import, a reset, a log that is deleted; what was acknowledged is left."""
    account = store.account("default")
    held: list[str] = []
    imported = _other_state()

    def attempt(act: Callable[[], object], then: list[str]) -> None:
        nonlocal held
        try:
            act()
        except StateError:
            pass
        else:
            held = then
        assert account.recent_order_ids(99)[::-1] == held

    attempt(lambda: place(account, "a"), ["a"])
    attempt(store.flush, held)
    attempt(lambda: place(account, "b"), [*held, "b"])
    attempt(lambda: place(account, "c"), [*held, "c"])
    attempt(store.flush, held)
    attempt(lambda: place(account, "d"), [*held, "d"])
    attempt(lambda: store.replace(imported), ["imported"])
    attempt(lambda: place(account, "e"), [*held, "e"])
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path.parent / "state.json.log")  # noqa: PTH108  (one that is not counted)
    attempt(lambda: place(account, "f"), [*held, "f"])
    attempt(lambda: account.reset(frozenset()), [])
    attempt(lambda: place(account, "g"), [*held, "g"])
    attempt(store.flush, held)
    attempt(lambda: place(account, "h"), [*held, "h"])
    return held


def _found_after_a_kill(path: Path, copy: Path) -> list[str]:
    copy.mkdir()
    for each in path.parent.iterdir():
        if each.is_file() and not each.name.endswith(".lock"):
            shutil.copyfile(each, copy / each.name)
    with Store(copy / path.name, warn=lambda _: None) as again:
        return again.account("default").recent_order_ids(99)[::-1]


@pytest.mark.parametrize(
    ("failure", "fsync"),
    [
        ("no room", False),
        *(
            pytest.param(name, False, marks=pytest.mark.full)
            for name in FAILURES
            if name != "no room"
        ),
        pytest.param("no room", True, marks=pytest.mark.full),
    ],
)
def test_nothing_acknowledged_is_lost_and_nothing_refused_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str, fsync: bool
) -> None:
    folder = tmp_path / "count"
    folder.mkdir()
    faulty = Faulty(monkeypatch, tmp_path / "run")
    store = Store(folder / "state.json", fsync=fsync, warn=lambda _: None)
    faulty._folder = str(folder)
    faulty.calls = 0
    assert _work(store, folder / "state.json") == ["g", "h"]
    total = faulty.calls
    store.close()
    assert total > 40
    faulty.failure = FAILURES[failure]
    for number in range(1, total + 1):
        folder = tmp_path / f"run{number}"
        folder.mkdir()
        path = folder / "state.json"
        store = Store(path, fsync=fsync, warn=lambda _: None)
        faulty._folder = str(folder)
        faulty.calls, faulty.fails_at = 0, number
        held = _work(store, path)
        faulty.fails_at = 0
        assert _found_after_a_kill(path, tmp_path / f"killed{number}") == held, number
        store.close()
        shutil.rmtree(folder)
        shutil.rmtree(tmp_path / f"killed{number}")


def test_an_import_has_happened_once_its_file_is_there(tmp_path: Path) -> None:
    """The log that cannot be shortened is a warning, and its old commits are skipped."""
    path = tmp_path / "state.json"
    told: list[str] = []
    store = Store(path, warn=told.append)
    account = store.account("default")
    place(account, "old")
    (tmp_path / "state.json.log.new").mkdir()  # in the way of a shorter log
    store.replace(_other_state())
    place(account, "new")
    assert [each for each in told if "cannot shorten" in each]
    (tmp_path / "state.json.log.new").rmdir()
    assert _found_after_a_kill(path, tmp_path / "killed") == ["imported", "new"]
    store.close()


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_log_that_somebody_takes_away_is_made_again(tmp_path: Path, how: str) -> None:
    path, told = tmp_path / "state.json", list[str]()
    store = Store(path, warn=told.append)
    account = store.account("default")
    place(account, "a")
    taken = tmp_path / "state.json.log"
    taken.unlink()
    if how == "replaced":
        taken.write_text("mine", "utf-8")
    place(account, "b")
    place(account, "c")
    assert len([each for each in told if "deleted or replaced by somebody else" in each]) == 1
    assert _found_after_a_kill(path, tmp_path / "killed") == ["a", "b", "c"]
    kept = [each.read_text("utf-8") for each in tmp_path.glob("*.foreign*")]
    assert kept == (["mine"] if how == "replaced" else [])
    store.close()


@pytest.mark.parametrize("how", ["deleted", "replaced", "edited"])
def test_a_state_file_that_somebody_changes_is_kept_aside(tmp_path: Path, how: str) -> None:
    path, told = tmp_path / "state.json", list[str]()
    with Store(path, warn=told.append) as store:
        place(store.account("default"), "a")
        store.flush()
        if how != "edited":
            path.unlink()
        if how != "deleted":
            path.write_text("theirs", "utf-8")
        place(store.account("default"), "b")
    assert _found_after_a_kill(path, tmp_path / "killed") == ["a", "b"]
    kept = [each.read_text("utf-8") for each in tmp_path.glob("*.foreign*")]
    assert kept == ([] if how == "deleted" else ["theirs"])
    assert len(told) == len(kept)


@pytest.mark.parametrize("kind", ["fifo", "device", "folder", "link to a device"])
def test_what_is_no_regular_file_is_refused_and_left_alone(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "state.json"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        if os.getuid() != 0:
            pytest.skip("a device is made by root only")
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 3))
    else:
        path.symlink_to("/dev/null")
    before = path.lstat()[:7]  # all but the times: who looks where a link leads leaves one
    with pytest.raises(StateError, match=r"cannot use .*: it is a"):
        Store(path)
    assert path.lstat()[:7] == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_is_mounted_by_itself_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated: a container that mounts the single file says so in /proc/self/mountinfo."""
    path = tmp_path / "state file.json"
    path.write_text("{}", "utf-8")
    mounted = str(path).replace(" ", "\\040")
    read = Path.read_text

    def mountinfo(self: Path, *arguments: Any) -> str:
        if str(self) == "/proc/self/mountinfo":
            return f"36 35 98:0 /host/x {mounted} rw,noatime shared:1 - ext4 /dev/root rw\n"
        return read(self, *arguments)

    monkeypatch.setattr(Path, "read_text", mountinfo)
    with pytest.raises(StateError, match="mount the folder, not the file"):
        Store(path)


def test_whole_states_and_folds_and_events_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock order cannot be inverted: any number of rounds, and the store still answers."""
    monkeypatch.setattr(fold_thread, "_PAUSE", 0.0005)
    path, rounds = tmp_path / "state.json", 60
    store = Store(path, warn=lambda _: None)
    account = store.account("default")
    place(account, "first")
    whole = store.export()

    def events() -> None:
        for number in range(rounds * 4):
            account.commit({"orders": [order(f"{threading.get_ident()}-{number}")]})

    def imports() -> None:
        for _ in range(rounds):
            store.replace(whole)

    def flushes() -> None:
        for _ in range(rounds):
            store.flush()

    def resets() -> None:
        for _ in range(rounds):
            account.reset(frozenset())

    pool = ThreadPoolExecutor(6)
    jobs = [pool.submit(each) for each in (events, events, imports, imports, flushes, resets)]
    for each in jobs:
        each.result(timeout=60)
    pool.shutdown()
    store.close()


def test_closing_never_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wake-up between two lines cannot be lost: there is one condition to wait for."""
    monkeypatch.setattr(fold_thread, "_PAUSE", 0.0)
    for number in range(150):
        store = Store(tmp_path / f"{number}.json", warn=lambda _: None)
        place(store.account("default"), "a")
        closing = threading.Thread(target=store.close)
        closing.start()
        closing.join(timeout=20)
        assert not closing.is_alive()


def test_nobody_waits_for_a_fold_that_hangs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that does not answer: commits go on, whoever waits is told, and closing ends."""
    monkeypatch.setattr(fold_thread, "_PAUSE", 0.0)
    monkeypatch.setattr(state_files, "_PATIENCE", 0.05)
    path, told = tmp_path / "state.json", []
    hanging, answer = threading.Event(), threading.Event()
    write = state_files.write_snapshot

    def hang(*arguments: Any) -> Any:
        hanging.set()
        answer.wait(60)
        return write(*arguments)

    store = Store(path, warn=told.append)
    monkeypatch.setattr(state_files, "write_snapshot", hang)
    place(store.account("default"), "a")
    assert hanging.wait(60)
    place(store.account("default"), "b")
    for wait in (store.flush, lambda: store.replace({})):
        with pytest.raises(UnwritableError, match="has been writing"):
            wait()
    store.close()
    assert [line for line in told if "See why the disk does not answer" in line]
    with pytest.raises(StateError, match="is in use by"):
        Store(path)
    assert Store.read(path) == store.export()

    answer.set()
    assert store._files._thread.stop(60)
    assert Store.read(path) == store.export()
    store._files._file_lock.release()


def test_there_is_one_thread_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold_thread, "_PAUSE", 0.0)
    before = set(threading.enumerate())
    for _ in range(2):
        with Store(tmp_path / "state.json", warn=lambda _: None) as store:
            for number in range(300):
                place(store.account("default"), str(number))
            assert len(set(threading.enumerate()) - before) == 1
        assert set(threading.enumerate()) == before
