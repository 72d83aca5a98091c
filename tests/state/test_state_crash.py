"""Killed at any moment: what was acknowledged is there after a restart, whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from state_samples import place
from test_state_restart import copy_of

from mock_server.state import Store
from mock_server.state.files import fold_thread, state_files

# Eight threads place orders and say which were acknowledged, and the state is always being folded.
SERVER = """
import os, sys, threading
sys.path.append(sys.argv[2])
from state_samples import place
from mock_server.state import Store
from mock_server.state.files import fold_thread, state_files

fold_thread._PAUSE = fold_thread._SHARE = 0
state_files.SMALL = int(sys.argv[3])
account = Store(sys.argv[1]).account("default")
os.write(1, b"ready\\n")

def serve(name):
    number = 0
    while True:
        number += 1
        key = f"{sys.argv[4]}-{name}-{number}"
        event_id = place(account, key)
        os.write(1, f"{key} {event_id}\\n".encode())

threads = [threading.Thread(target=serve, args=(name,)) for name in "abcdefgh"]
for each in threads:
    each.start()
"""


def run_and_kill(path, round_number, acknowledgements):
    """Serve until so many orders are acknowledged, kill the process, and say which they are."""
    command = [sys.executable, "-c", SERVER, path, str(Path(__file__).parent)]
    # Measuring coverage in a process that is killed leaves half-written measurements behind.
    calm = {name: value for name, value in os.environ.items() if "COVERAGE" not in name}
    small = ["0", "100000000"][round_number % 2]
    command += [small, str(round_number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=calm) as server:
        try:
            assert server.stdout.readline() == b"ready\n"
            found = [server.stdout.readline() for _ in range(acknowledgements)]
        finally:
            server.kill()
        found += server.stdout.readlines()
    return [line.decode().split() for line in found if line.endswith(b"\n")]


def test_every_acknowledged_event_survives_kill_9(path):
    choice = random.Random(4)  # noqa: S311  (moments to kill at, not secrets)
    acknowledged = {}
    for round_number in range(4):
        for key, event_id in run_and_kill(path, round_number, choice.randrange(1, 400)):
            assert acknowledged.setdefault(int(event_id), key) == key, "an id is given only once"

        state = Store.read(path)
        events = {each["eventId"]: each["externalOrderId"] for each in state["events"].values()}
        orders = {each["externalOrderId"] for each in state["orders"].values()}
        history = {each["eventId"]: each["externalOrderId"] for each in state["history"].values()}
        assert acknowledged.items() <= events.items()
        assert events == history, "no event is half-written"
        assert orders == set(events.values())


# -- between any two file operations ---------------------------------------------------------------

OPERATIONS = [
    (os, "open"),
    (os, "write"),
    (os, "fsync"),
    (os, "ftruncate"),
    (os, "close"),
    (Path, "replace"),
    (Path, "unlink"),
    (Path, "open"),
]


@pytest.mark.parametrize("fsync", [False, True])
def test_killed_between_any_two_file_operations_nothing_is_lost(path, tmp_path, monkeypatch, fsync):
    """The files are copied before and after every operation on them; each copy must load."""
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)
    copies = []
    acknowledged = []
    doing = []

    def watch(holder, name):
        operation = getattr(holder, name)

        def watched(*args, **options):
            if "copying" in doing:
                return operation(*args, **options)
            take_copy()
            try:
                return operation(*args, **options)
            finally:
                take_copy()

        monkeypatch.setattr(holder, name, watched)

    def take_copy():
        doing.append("copying")
        at = copy_of(path, tmp_path / f"copy{len(copies)}")
        copies.append((at, list(acknowledged), "resetting" in doing))
        doing.remove("copying")

    def acknowledge(key):
        place(account, key)
        acknowledged.append(key)

    folder = path.parent / "state"
    folder.mkdir()
    path = folder / path.name
    for operation in OPERATIONS:
        watch(*operation)

    store = Store(path, fsync=fsync)
    account = store.account("default")
    acknowledge("a")
    acknowledge("b")
    install = state_files.install_snapshot
    monkeypatch.setattr(
        state_files, "install_snapshot", lambda *args: (acknowledge("during"), install(*args))
    )
    store.flush()
    monkeypatch.setattr(state_files, "install_snapshot", install)
    acknowledge("c")
    store.close()
    store = Store(path, fsync=fsync)
    account = store.account("default")
    acknowledge("d")
    doing.append("resetting")
    account.reset()
    doing.clear()
    acknowledged.clear()
    store.close()
    monkeypatch.undo()

    assert len(copies) > 50
    everything = ["a", "b", "during", "c", "d"]
    for at, expected, resetting in copies:
        with Store(at) as copy:
            found = copy.account("default")
            orders = found.recent_order_ids(9)[::-1]
            # What was being written may be there already, but whole, or the reset not yet.
            assert orders[: len(expected)] == expected or (resetting and not orders)
            assert orders == everything[: len(orders)]
            assert found.counts()["events"] == found.counts()["history"] == len(orders)
