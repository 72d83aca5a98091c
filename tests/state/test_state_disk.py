"""Disks that are full or read-only, and two servers on one state file."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from state_samples import order, place
from test_state_restart import copy_of

from mock_server.state import StateError, Store
from mock_server.state.files import fold_thread, lock, log, reading, snapshot, state_files


def no_room(*_args, **_options):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def read_only(*_args, **_options):
    raise OSError(errno.EROFS, os.strerror(errno.EROFS))


@pytest.fixture(autouse=True)
def no_background(monkeypatch):
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)


# -- a second server -------------------------------------------------------------------------------


HOLDER = """
import os, sys
from mock_server.state import Store
store = Store(sys.argv[1], owner="http://127.0.0.1:9380")
print("ready", flush=True)
sys.stdin.readline()
store.describe_owner("http://127.0.0.1:1")
print("ready", flush=True)
sys.stdin.readline()
"""


def test_a_second_process_is_refused_and_the_first_one_named(path, open_store):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        try:
            holder.stdout.readline()
            expected = rf"state\.json is in use by process {holder.pid}, http://127\.0\.0\.1:9380; "
            for _ in range(2):
                with pytest.raises(StateError, match=expected):
                    open_store()
            holder.stdin.write(b"\n")
            holder.stdin.flush()
            holder.stdout.readline()
            with pytest.raises(StateError, match=r", http://127\.0\.0\.1:1; stop that server"):
                open_store()
        finally:
            holder.kill()
    assert path.with_name("state.json.lock").exists(), "as a killed server leaves it"
    open_store()


def test_a_holder_can_say_something_shorter_of_itself(open_store, path):
    lock_file = path.with_name("state.json.lock")
    store = open_store(owner="http://127.0.0.1:9380")
    assert lock_file.read_text() == f"process {os.getpid()}, http://127.0.0.1:9380\n"
    store.describe_owner("")
    assert lock_file.read_text() == f"process {os.getpid()}\n"


def test_a_second_store_in_the_same_process_is_refused_too(open_store, path):
    first = open_store()
    with pytest.raises(StateError, match=rf"in use by process {os.getpid()};"):
        open_store()
    with pytest.raises(StateError, match="in use"):
        open_store(path.parent / "." / path.name)
    first.close()
    open_store()


def test_a_holder_that_says_nothing_is_another_process(open_store, path):
    open_store()
    path.with_name("state.json.lock").write_bytes(b"")

    with pytest.raises(StateError, match="in use by another process"):
        open_store()


def test_a_lock_file_that_was_removed_meanwhile_is_not_taken_for_the_lock(path, monkeypatch):
    """The last holder removes the file between our opening it and our locking it."""
    try_lock = lock._try_lock

    def remove_first(handle):
        monkeypatch.setattr(lock, "_try_lock", try_lock)
        path.unlink()
        return try_lock(handle)

    monkeypatch.setattr(lock, "_try_lock", remove_first)
    held = lock.FileLock(path, "me")
    with pytest.raises(StateError, match=rf"in use by process {os.getpid()}, me"):
        lock.FileLock(path, "you")
    held.release()
    assert not path.exists()


def test_a_file_system_without_locks_is_used_without(path, monkeypatch):
    def not_here(*_args):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(lock.fcntl, "flock", not_here)
    lock.FileLock(path, "me").release()


def test_a_lock_that_fails_otherwise_is_an_error(open_store, monkeypatch):
    def broken(*_args):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(lock.fcntl, "flock", broken)
    with pytest.raises(StateError, match=r"cannot write .*state\.json: Input/output error"):
        open_store()


# -- at the start ----------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_named(open_store, tmp_path):
    with pytest.raises(StateError, match=r"there is no folder .*nowhere; make it"):
        open_store(tmp_path / "nowhere" / "state.json")


def test_a_folder_is_no_state_file(open_store, tmp_path):
    with pytest.raises(StateError, match=r"it is a folder; name a file in it"):
        open_store(tmp_path)


def test_a_read_only_folder_is_refused_in_one_line(open_store, monkeypatch, path):
    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(StateError) as refusal:
        open_store()

    assert str(refusal.value) == (
        f"cannot write {path}: Read-only file system."
        " Make room or give access, or choose another file"
    )


def test_a_full_disk_at_the_start_is_refused_in_one_line(open_store, monkeypatch, path):
    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StateError, match=r"cannot write .*state\.json: No space left on device."):
        open_store()

    monkeypatch.undo()
    assert list(path.parent.iterdir()) == [], "nothing half-made is left behind"
    open_store()


def test_a_file_that_cannot_be_read_is_refused(open_store, path, monkeypatch):
    open_store().close()
    path.chmod(0o000)
    opened = Path.open

    def no_access(self, *args, **options):
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(self, *args, **options)

    monkeypatch.setattr(Path, "open", no_access)
    with pytest.raises(StateError, match=r"cannot read .*state\.json: Permission denied"):
        open_store()
    with pytest.raises(StateError, match=r"cannot read .*state\.json: Permission denied"):
        Store.read(path)
    monkeypatch.undo()
    open_store()


# -- while serving ---------------------------------------------------------------------------------


def test_a_commit_that_cannot_be_written_has_not_happened(open_store, monkeypatch, path, tmp_path):
    store = open_store()
    account = store.account("default")
    place(account, "a")
    write = os.write

    def half(handle, data):
        if len(data) > 200:
            return write(handle, data[:100])
        return no_room()

    monkeypatch.setattr(log.os, "write", half)
    with pytest.raises(StateError) as refusal:
        place(account, "b")
    monkeypatch.setattr(log.os, "write", write)

    assert str(refusal.value).startswith(f"cannot write to {path}.log: No space left on device.")
    assert account.order("b") is None
    assert account.next_event_id() == 2
    place(account, "c")
    again = open_store(copy_of(path, tmp_path / "killed"))
    assert again.account("default").recent_order_ids(9) == ["c", "a"]
    assert again.export() == store.export()


def test_a_line_that_cannot_be_cut_off_again_is_cut_off_later(
    open_store, monkeypatch, path, tmp_path
):
    account = open_store().account("default")
    place(account, "a")
    write, cut = os.write, os.ftruncate

    def half(handle, data):
        write(handle, data[:100])
        return no_room()

    monkeypatch.setattr(log.os, "write", half)
    monkeypatch.setattr(log.os, "ftruncate", read_only)
    with pytest.raises(StateError):
        place(account, "b")
    monkeypatch.setattr(log.os, "write", write)
    with pytest.raises(StateError, match="Read-only file system"):
        place(account, "b")
    monkeypatch.setattr(log.os, "ftruncate", cut)
    place(account, "c")

    again = open_store(copy_of(path, tmp_path / "killed"))
    assert again.account("default").recent_order_ids(9) == ["c", "a"]


@pytest.mark.parametrize(
    "fail", [(os, "fsync"), (state_files, "write_snapshot"), (state_files, "install_snapshot")]
)
def test_a_fold_that_fails_leaves_the_last_good_file(open_store, path, tmp_path, monkeypatch, fail):
    store = open_store()
    place(store.account("default"), "a")
    store.flush()
    good = path.read_bytes()
    place(store.account("default"), "b")
    monkeypatch.setattr(*fail, no_room)
    with pytest.raises(StateError, match="No space left on device"):
        store.flush()

    assert path.read_bytes() == good
    place(store.account("default"), "c")
    killed = copy_of(path, tmp_path / "killed")
    monkeypatch.undo()
    assert open_store(killed).export() == store.export()
    store.flush()
    assert Store.read(path) == store.export()


def test_a_full_disk_is_told_once_and_serving_goes_on(open_store, path, monkeypatch, warnings):
    tried = threading.Semaphore(0)

    def no_room_here(*_args):
        tried.release()
        no_room()

    monkeypatch.setattr(fold_thread, "_PAUSE", 0)
    monkeypatch.setattr(fold_thread, "_RETRY", 0)
    write = state_files.write_snapshot
    store = open_store()
    monkeypatch.setattr(state_files, "write_snapshot", no_room_here)
    place(store.account("default"), "a")
    for _ in range(5):
        assert tried.acquire(timeout=10)
    place(store.account("default"), "b")
    (told,) = warnings
    assert told == (
        f"cannot write {path}: No space left on device; it stays as it was,"
        " and what is newer is safe in state.json.log"
    )

    monkeypatch.setattr(state_files, "write_snapshot", write)
    store.close()
    assert len(warnings) == 1
    assert open_store().account("default").recent_order_ids(9) == ["b", "a"]


def test_a_log_that_cannot_be_shortened_is_kept(open_store, path, tmp_path, monkeypatch):
    store = open_store()
    account = store.account("default")
    place(account, "a")
    install = state_files.install_snapshot

    def install_meanwhile(*args):
        place(account, "b")
        install(*args)
        monkeypatch.setattr(Path, "replace", no_room)

    monkeypatch.setattr(state_files, "install_snapshot", install_meanwhile)
    store.flush()  # the state file holds it; that the log is too long is a warning
    monkeypatch.undo()
    place(account, "c")

    again = open_store(copy_of(path, tmp_path / "killed"))
    assert again.account("default").recent_order_ids(9) == ["c", "b", "a"]
    assert sorted(each.name for each in path.parent.iterdir() if each.is_file()) == [
        "state.json",
        "state.json.lock",
        "state.json.log",
    ]


def test_replacing_that_cannot_be_written_has_not_happened(open_store, path, monkeypatch):
    store = open_store()
    place(store.account("default"), "a")
    before = store.export()
    monkeypatch.setattr(state_files, "write_snapshot", no_room)
    with pytest.raises(StateError, match="No space left on device"):
        store.replace({"orders": {"1": order("z")}})

    assert store.export() == before
    assert store.account("default").order("z") is None


# -- the edges -------------------------------------------------------------------------------------


def test_a_large_file_is_written_in_pieces(open_store, monkeypatch):
    monkeypatch.setattr(snapshot, "_BATCH", 100)
    store = open_store()
    for number in range(30):
        place(store.account("default"), str(number))
    before = store.export()
    store.close()

    monkeypatch.setattr(reading, "fill", None)  # which reads a file that others have changed
    assert open_store().export() == before, "the file is as its checksum says"


@pytest.mark.parametrize("batch", [100, 1 << 20])
def test_the_size_of_a_written_file_is_known(open_store, path, monkeypatch, batch):
    """It decides when the log is folded in."""
    monkeypatch.setattr(snapshot, "_BATCH", batch)
    account = open_store().account("default")
    for number in range(30):
        place(account, str(number))
    frozen = snapshot.Frozen([account.freeze()])
    fresh, size = snapshot.write_snapshot(path.with_name("other"), frozen, "1", 30)
    assert size == fresh.stat().st_size


def test_only_a_log_is_enough_to_read(open_store, path, tmp_path):
    store = open_store()
    place(store.account("default"), "a")
    killed = copy_of(path, tmp_path / "killed")
    killed.unlink()

    assert Store.read(killed) == store.export()
    assert open_store(killed).export() == store.export()
    assert Store.read(copy_of(killed, tmp_path / "again")) == store.export(), "killed once more"


def test_a_lock_file_that_cannot_be_written_is_let_go(open_store, monkeypatch, path):
    monkeypatch.setattr(lock.os, "write", no_room)
    with pytest.raises(StateError, match="No space left on device"):
        open_store()
    monkeypatch.undo()
    assert list(path.parent.iterdir()) == []

    store = open_store(owner="me")
    monkeypatch.setattr(lock.os, "ftruncate", no_room)
    store.describe_owner("somebody else")
    monkeypatch.undo()
    with pytest.raises(StateError, match=", me;"):
        open_store()


def test_a_log_that_somebody_removed_is_no_loss_once_all_is_folded(open_store, path, warnings):
    store = open_store()
    place(store.account("default"), "a")
    path.with_name("state.json.log").unlink()
    place(store.account("default"), "b")
    store.close()
    assert open_store().account("default").recent_order_ids(9) == ["b", "a"]
