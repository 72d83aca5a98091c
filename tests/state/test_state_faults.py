"""Faults from outside: clocks, limits, file systems and people who take files away or change them.

What failing calls do stands in `test_state_failures`, and damaged content in `test_state_damage`.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import threading
import time
from itertools import count

import pytest
from state_samples import contact, event, order, place
from test_state_restart import copy_of

from mock_server.state import Store, UnwritableError
from mock_server.state.files import fold_thread, lock, log, state_files


@pytest.fixture(autouse=True)
def no_background(monkeypatch):
    """Folds happen where the test has them, and each commit looks whether its log is there."""
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    monkeypatch.setattr(log, "_LOOK_EVERY", 0)


def text_of(store):
    return b"".join(store.export_text())


def log_of(path):
    return path.with_name(path.name + ".log")


# -- clocks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [-3600.0, 0.0, 10**8], ids=["back", "frozen", "ahead"])
def test_a_clock_that_jumps_changes_nothing(open_store, path, tmp_path, monkeypatch, step):
    ticks = count()
    monkeypatch.setattr(time, "time", lambda: 2e9 + step * next(ticks))
    monkeypatch.setattr(time, "time_ns", lambda: int(2e18 + step * 1e9 * next(ticks)))
    store = open_store()
    for number in range(6):
        place(store.account(), str(number))
        if number % 2:
            path.write_text(f"theirs {number}")
            store.flush()
    assert store.account().recent_order_ids(9) == ["5", "4", "3", "2", "1", "0"]
    kept = {each.name: each.read_text() for each in path.parent.glob("*.foreign*")}
    assert kept == {
        "state.json.foreign": "theirs 1",
        "state.json.foreign-2": "theirs 3",
        "state.json.foreign-3": "theirs 5",
    }
    place(store.account(), "last")
    assert text_of(open_store(copy_of(path, tmp_path / "killed"))) == text_of(store)


# -- a file system without locks, a limit of size --------------------------------------------------


def test_a_file_system_without_locks_serves_and_says_so(open_store, path, warnings, monkeypatch):
    monkeypatch.setattr(lock, "_try_lock", lambda _: None)
    store = open_store()
    place(store.account(), "a")
    store.close()
    assert open_store().account().recent_order_ids(9) == ["a"]
    said = (
        f"the file system of {path} has no locks: nothing keeps a second server from using the"
        " same file, and two lose each other's events"
    )
    assert warnings == [said, said]


def test_a_warning_that_cannot_be_printed_harms_nothing(path, monkeypatch):
    """As where the output goes to the same full disk."""

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(fold_thread, "_PAUSE", 0)
    monkeypatch.setattr(fold_thread, "_RETRY", 0)
    tried = threading.Semaphore(0)
    with Store(path, warn=full) as store:
        with monkeypatch.context() as patched:
            patched.setattr(log.os, "write", full)
            with pytest.raises(UnwritableError, match="No space left on device"):
                place(store.account(), "a")
        monkeypatch.setattr(state_files, "write_snapshot", lambda *_: (tried.release(), full()))
        place(store.account(), "b")
        for _ in range(3):
            assert tried.acquire(timeout=10), "the thread that folds goes on"
        monkeypatch.undo()
    assert [each["externalOrderId"] for each in Store.read(path)["orders"].values()] == ["b"]


LIMITED = """
import resource, signal, sys
from mock_server.state import Store, StateError
store = Store(sys.argv[1], warn=print)
account = store.account("default")
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

def fill(number, upto=200):
    try:
        while number < upto:
            account.commit({"orders": [{"externalOrderId": str(number), "note": "x" * 500}]})
            number += 1
    except StateError as error:
        print(error)
    return number

held = fill(0, 30)
store.flush()
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
full = fill(held)
try:
    store.flush()
except StateError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
print(full, fill(full), account.count("orders"))
store.flush()
signal.raise_signal(signal.SIGKILL)
"""


def test_a_limit_of_file_size_is_told_and_over_once_it_is_lifted(open_store, path):
    """RLIMIT_FSIZE: the process lives on, nothing is half-stored, and what follows is stored."""
    command = [sys.executable, "-c", LIMITED, path]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (ran.returncode, ran.stderr) == (-9, "")
    told, refused, unfolded, counts = ran.stdout.splitlines()
    full, done, held = map(int, counts.split())
    assert told.endswith("File too large; nothing is stored until there is room or access")
    assert refused.startswith(f"cannot write to {log_of(path)}: File too large. Nothing was stored")
    assert unfolded.startswith(f"cannot write {path}: File too large.")
    assert 30 < full < done == held == 200
    assert open_store().account().count("orders") == 200


# -- files that are taken away or changed under a running server -----------------------------------


@pytest.mark.parametrize("what", ["emptied", "cut short", "appended to", "overwritten"])
@pytest.mark.parametrize("seen_by", ["a commit", "a fold"])
def test_a_log_that_somebody_writes_to_is_put_aside(open_store, path, tmp_path, what, seen_by):
    told = []
    store = Store(path, warn=told.append)
    account = store.account()
    place(account, "a")
    store.flush()
    place(account, "b")
    place(account, "c")
    content = log_of(path).read_bytes()
    theirs = {
        "emptied": b"",
        "cut short": content[:-20],
        "appended to": content + b"theirs",
        "overwritten": b"theirs",
    }[what]
    log_of(path).write_bytes(theirs)
    if seen_by == "a commit":
        place(account, "d")
        place(account, "e")
    assert store._files._fold_if_due(), "it is due, however large the state"
    place(account, "f")
    again = open_store(copy_of(path, tmp_path / "killed"))
    assert text_of(again) == text_of(store)
    (said,) = told
    assert said == (
        f"{log_of(path)} was changed by somebody else while the server runs; all that it held is"
        " written to the state file now"
    )
    assert [each.read_bytes() for each in path.parent.glob("*.log.foreign")] == [theirs]
    store.close()
    assert text_of(open_store()) == text_of(again)


def test_a_state_file_that_is_deleted_is_written_again_however_large(
    open_store, path, tmp_path, monkeypatch
):
    monkeypatch.setattr(state_files, "SMALL", 0)
    store = open_store()
    for key in "abc":
        place(store.account(), key)
    store.flush()
    path.unlink()
    place(store.account(), "d")
    assert store._files._fold_if_due()
    assert text_of(open_store(copy_of(path, tmp_path / "killed"))) == text_of(store)
    before = text_of(store)
    path.unlink()
    store.close()
    assert text_of(open_store()) == before, "also where nothing newer is left to be written"


def test_a_fold_that_finds_another_log_leaves_that_and_loses_nothing(
    open_store, path, tmp_path, monkeypatch
):
    """Somebody writes to the log while a state file is being written."""
    store = open_store()
    place(store.account(), "a")
    install = state_files.install_snapshot

    def meanwhile(*arguments):
        monkeypatch.setattr(state_files, "install_snapshot", install)
        log_of(path).write_bytes(b"theirs")
        place(store.account(), "b")
        install(*arguments)

    monkeypatch.setattr(state_files, "install_snapshot", meanwhile)
    store.flush()
    place(store.account(), "c")
    store.flush()
    assert text_of(open_store(copy_of(path, tmp_path / "killed"))) == text_of(store)


# -- older versions, with a log left behind --------------------------------------------------------


def test_contacts_of_version_two_in_a_log_go_by_their_times(open_store, path, tmp_path):
    """CON-14: lines that such a server left when it was killed say no `changeNumber`."""
    store = open_store()
    state = json.loads(path.read_text())["meta"]["1"]
    writing = state_files.CommitLog(log_of(path), state["state"], store.lock, print, fsync=False)
    line = b'{"commit":%d,"account":"default","put":{"contacts":[\t%b\t]}'
    for number, day in ((2, b"01"), (1, b"02")):
        body = b'{"id":%d,"channels":[{"type":"email","value":"a@b.c"}]' % number
        body += b',"updatedAt":"2026-01-%bT00:00:00.000Z"}' % day
        writing.append(state_files.seal(line % (3 - number, body)), 3 - number)
    writing.close()
    killed = copy_of(path, tmp_path / "killed")
    for _ in range(2):
        with Store(killed) as again:
            assert again.account().holders("email", "a@b.c").newest == [1, 2]


# -- one order of documents ------------------------------------------------------------------------


def test_an_export_lists_the_same_documents_in_the_same_order_after_a_restart(
    open_store, path, tmp_path
):
    store = open_store()
    account = store.account()
    groups = [{"id": 9, "name": "x"}, {"id": 3, "name": "y"}]
    account.commit(
        {
            "events": [event(5), event(3)],
            "orders": [order("a", orderId=9), order("b", orderId=2), order("c")],
            "contacts": [contact(7), contact(2)],
            "groups": groups,
            "tokens": [{"token": "x"}, {"token": "a"}],
        }
    )
    account.commit({"orders": [order("a")], "contacts": [contact(1)]}, {"orders": ["a"]})
    expected = text_of(store)
    assert text_of(open_store(copy_of(path, tmp_path / "killed"))) == expected
    store.replace(store.export())
    assert text_of(store) == expected, "an import"
    store.close()
    store = open_store()
    assert text_of(store) == expected, "a restart"
    assert [each["eventId"] for each in store.account().rows("events")] == [3, 5]
    store.close()
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1))
    assert text_of(open_store()) == expected, "a file that another program wrote"
