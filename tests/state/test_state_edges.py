"""The state at its edges: one test for each line that could be wrong and nobody would see."""

from __future__ import annotations

import json

import pytest
from state_samples import event, order, place

from mock_server.state import StateError
from mock_server.state.files import fold_thread, state_files
from mock_server.state.files.log import CommitLog
from mock_server.state.tables.bitmap import BitIndex, newest
from mock_server.state.tables.search import EventQuery


@pytest.fixture
def no_fold(monkeypatch):
    """The thread that folds does not come to it by itself."""
    monkeypatch.setattr(fold_thread, "_PAUSE", 60)


def log_of(path):
    return path.with_name(path.name + ".log")


def test_a_large_state_is_folded_once_the_log_outgrows_the_file(
    open_store, path, no_fold, monkeypatch
):
    monkeypatch.setattr(state_files, "SMALL", 0)
    store = open_store()
    account = store.account("default")
    for number in range(20):
        place(account, f"first-{number}")
    store.flush()
    size = path.stat().st_size

    log_size = 0
    while log_of(path).exists() or not log_size:
        place(account, f"later-{log_size}")
        log_size = log_of(path).stat().st_size
        store._files._fold_if_due()  # as the thread does that was woken
        assert log_of(path).exists() is (log_size <= size)
    assert path.stat().st_size > size


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
@pytest.mark.parametrize("has_token", [False, True])
def test_a_file_keeps_its_mode_and_one_with_tokens_is_nobody_elses(
    open_store, path, no_fold, mode, has_token
):
    open_store().close()
    path.chmod(mode)
    store = open_store()
    store.account("default").commit({"tokens": [{"token": "t"}] * has_token})
    place(store.account("default"), "a")
    store.flush()
    assert path.stat().st_mode & 0o777 == (mode & 0o600 if has_token else mode)


def test_event_17_is_number_17_where_one_account_has_events(open_store, path, no_fold):
    store = open_store()
    store.account("default").commit({"events": [event(each) for each in (3, 17, 20)]})
    store.flush()
    held = json.loads(path.read_text("utf-8"))["events"]
    assert {key: each["eventId"] for key, each in held.items()} == {"3": 3, "17": 17, "20": 20}
    store.account("other").commit({"events": [event(17)]})
    store.flush()
    held = json.loads(path.read_text("utf-8"))["events"]
    assert [(key, each["eventId"]) for key, each in held.items()] == [
        ("1", 3), ("2", 17), ("3", 20), ("4", 17),
    ]  # fmt: skip


def test_a_log_that_lacks_one_commit_is_damaged(open_store, path, no_fold, tmp_path):
    store = open_store()
    for key in "abcd":
        place(store.account("default"), key)
    header, *lines = log_of(path).read_bytes().splitlines(keepends=True)
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())
    log_of(copy).write_bytes(b"".join([header, lines[0], *lines[2:]]))
    with pytest.raises(StateError, match="line 3: damaged"):
        open_store(copy)


@pytest.mark.parametrize("lost", [0, 1])
def test_only_what_the_state_file_holds_may_be_missing_in_the_log(
    open_store, path, no_fold, tmp_path, monkeypatch, lost
):
    """After an import whose log could not be shortened the very next commit follows a gap."""
    store = open_store()
    account = store.account("default")
    place(account, "a")

    def fail(*_):
        raise OSError("no room")

    with monkeypatch.context() as broken:
        broken.setattr(CommitLog, "fold", fail)
        store.replace(store.export())
    for key in "bcd":
        place(account, key)
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())
    header, before, *lines = log_of(path).read_bytes().splitlines(keepends=True)
    log_of(copy).write_bytes(b"".join([header, before, *lines[lost:]]))
    if lost:
        with pytest.raises(StateError, match="line 3: damaged"):
            open_store(copy)
    else:
        assert open_store(copy).account("default").recent_order_ids(9) == ["d", "c", "b", "a"]


def test_numbers_of_one_change_follow_the_highest_that_was_given_before(account):
    account.commit({"contacts": [{}, {"id": 10}, {"id": 3}, {}, {}]})
    assert account.contact_ids() == [12, 11, 10, 3, 1]
    orders = [{"externalOrderId": "a"}, {"externalOrderId": "b", "orderId": 7}]
    account.commit({"orders": [*orders, {"externalOrderId": "c", "orderId": 5}, order("d")]})
    held = {key: account.get("orders", key)["orderId"] for key in "abcd"}
    assert held == {"a": 1, "b": 7, "c": 5, "d": 8}


def test_no_number_is_given_twice_after_a_high_one(open_store, path):
    store = open_store()
    account = store.account("default")
    account.commit(
        {
            "contacts": [{"id": 1000}],
            "orders": [order("a", orderId=2000)],
            "events": [event(3000)],
        }
    )
    account.commit({}, {"contacts": [1000], "orders": ["a"], "events": [3000]})
    for _ in range(2):
        assert account.next_event_id() == 3001
        assert account.next_order_id() == 2001
        store.close()
        store = open_store()
        account = store.account("default")
    account.commit({"contacts": [{}]})
    assert account.contact_ids() == [1001]


@pytest.mark.parametrize("text", ["Key-77", "key-77", 'quo"ted', "сьомий"])
def test_an_event_is_found_by_its_event_key(account, text):
    keys = ("x", 'Key-77 quo"ted Сьомий', "y")
    account.commit(
        {"events": [event(n, eventKey=key, params=[]) for n, key in enumerate(keys, start=1)]}
    )
    found = account.find_events(EventQuery(q=text))
    assert [each["eventId"] for each in found.items] == [2]


def test_rows_are_found_up_to_the_very_edge_of_a_chunk():
    rows = [0, 1, 510, 511, 512, 513, 1022, 1023, 1024, 1535, 1536]
    index = BitIndex("kind")
    for row in rows:
        index.add(row, ["even" if row % 2 == 0 else "odd"])
    edges = [-1, 0, 1, 510, 511, 512, 513, 1022, 1023, 1024, 1025, 1535, 1536, 1537]
    for above in edges:
        for upto in [*edges, None]:
            for kind in (None, "even", "odd"):
                where = [] if kind is None else [("kind", kind)]
                expected = [
                    row
                    for row in rows
                    if above < row <= (10_000 if upto is None else upto)
                    and kind in (None, "even" if row % 2 == 0 else "odd")
                ]
                found = list(newest(index.select(where, above, upto)))
                assert found == expected[::-1], (above, upto, kind)
