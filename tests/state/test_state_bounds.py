"""Bounds: events are dropped, records are compressed, and nothing that should stay goes."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from state_samples import event, order, place, stored

from mock_server.state import EventQuery
from mock_server.state.tables import document_bytes
from mock_server.state.tables.bitmap import BitIndex, count, newest
from mock_server.state.tables.document_bytes import DocumentBytes
from mock_server.state.tables.postings import Postings


def dropped(count, bound):
    return (
        f"{count} of the oldest events dropped so far: an account keeps {bound};"
        " orders, contacts and history stay"
    )


@pytest.mark.parametrize("bound", [1, 3, 8, 20])
def test_the_oldest_events_go_and_only_events(open_store, path, warnings, bound):
    for at in (None, path):
        store = open_store(at, max_events=bound)
        account = store.account("default")
        for number in range(30):
            place(account, str(number), verdict="ignored")

        kept = list(range(30, 30 - bound, -1))
        found = account.find_events(EventQuery(limit=100))
        assert [each["eventId"] for each in found.items] == kept
        assert account.counts()["orders"] == account.counts()["history"] == 30
        assert account.event(30 - bound) is None
        assert account.order_events("0") == []
        assert account.last_failure("0") is None
        assert account.last_failure("29")["eventId"] == 30
        assert account.event_counts("verdict") == {"ignored": bound}
        assert store.dropped_events == 30 - bound
        assert account.next_event_id() == 31
        store.close()

    again = open_store(path, max_events=bound)
    assert again.account("default").find_events(EventQuery(limit=100)).items == found.items
    assert again.dropped_events == 0


def test_dropping_is_told_at_the_first_and_at_the_end(open_store, warnings):
    store = open_store(None, max_events=5)
    for number in range(30):
        place(store.account("default"), str(number))
    assert warnings == [dropped(1, 5)]
    store.close()
    assert warnings[1:] == [dropped(25, 5)]


def test_dropping_is_told_again_after_many(open_store, warnings, monkeypatch):
    monkeypatch.setattr("mock_server.state.store._REPORT_EVERY", 10)
    store = open_store(None, max_events=5)
    for number in range(30):
        place(store.account("default"), str(number))

    assert [warning.split()[0] for warning in warnings] == ["1", "10", "20"]


def test_each_account_has_its_own_bound(open_store):
    store = open_store(None, max_events=3)
    for number in range(5):
        place(store.account("a"), str(number))
    place(store.account("b"), "0")

    assert store.account("a").counts()["events"] == 3
    assert store.account("b").counts()["events"] == 1


def test_no_bound_keeps_every_event(open_store):
    store = open_store(None, max_events=0)
    store.account("default").commit({"events": [event(each) for each in range(1, 2000)]})

    assert store.account("default").counts()["events"] == 1999


def test_a_lower_bound_at_the_next_start_drops_what_is_too_much(open_store, path, warnings):
    store = open_store()
    for number in range(30):
        place(store.account("default"), str(number), verdict="ignored")
    store.close()

    store = open_store(max_events=10)
    account = store.account("default")
    assert account.find_events(EventQuery(limit=100)).total == 10
    assert account.event(20) is None
    assert account.event(21)["eventId"] == 21
    assert store.dropped_events == 0
    assert warnings == [dropped(20, 10)]
    store.close()
    store = open_store(max_events=10)
    place(store.account("default"), "more")
    store.close()
    account = open_store().account("default")
    assert account.find_events(EventQuery(limit=100)).total == 10


def test_dropped_events_leave_nothing_in_the_indices(open_store):
    store = open_store(None, max_events=600)
    account = store.account("default")
    for number in range(1200):
        account.commit(
            {"events": [event(number + 1, verdict="ignored", externalOrderId=str(number))]}
        )
    assert len(account.table("events")._by_order._numbers) == 600
    assert account.last_failure("100") is None
    assert account.last_failure("1100")["eventId"] == 1101


# -- compressed records ----------------------------------------------------------------------------


def test_many_events_are_read_back_as_they_were(account):
    for number in range(300):
        place(account, str(number))

    for number in range(300):
        assert account.event(number + 1) == stored(event(number + 1, externalOrderId=str(number)))
    found = account.find_events(EventQuery(limit=500)).items
    assert [each["eventId"] for each in found] == list(range(300, 0, -1))


def test_an_old_event_can_be_changed_and_removed(account):
    for number in range(100):
        place(account, str(number))
    account.commit({"events": [event(2, note="changed"), event(90, note="changed too")]})
    account.commit({}, {"events": [1, 3, 5]})
    place(account, "more")

    assert account.event(2) == stored(event(2, note="changed"))
    assert account.event(90) == stored(event(90, note="changed too"))
    assert account.event(3) is None
    assert account.event(4)["externalOrderId"] == "3"
    account.commit({"events": [event(3)]})
    assert account.event(3) == stored(event(3))
    for event_id in range(1, 9):
        account.commit({}, {"events": [event_id]})
    assert account.find_events(EventQuery(until=9)).total == 1
    account.reset()
    assert account.find_events(EventQuery()).total == 0


def test_records_take_little_memory_also_when_they_change_their_nature():
    def held(records):
        return sum(len(each) for each in records._kept.values())

    records = DocumentBytes(compressed=True)
    written = {}
    for number in range(5000):
        kind = "a word of one kind " if number < 1000 else "something altogether different "
        written[number] = b'{"number":%d,"text":"%b"}' % (number, (kind * 20).encode())
        records[number] = written[number]

    assert dict(records.freeze()()) == written
    assert held(records) < sum(map(len, written.values())) / 10


@pytest.mark.parametrize("what", ["ZstdCompressor", "ZstdDict"])
def test_a_record_is_kept_as_it_is_where_there_is_no_memory_to_compress_it(monkeypatch, what):
    """What is written down already must be in memory too."""

    class NoMemory:
        FLUSH_FRAME = 2

        def __init__(self, *_: object, **__: object) -> None:
            if what == "ZstdDict":
                raise MemoryError

        def compress(self, *_: object) -> bytes:
            raise MemoryError

    records = DocumentBytes(compressed=True)
    with monkeypatch.context() as patch:
        patch.setattr(document_bytes._zstd(), what, NoMemory)
        for number in range(40):
            records[number] = b'{"number":%d}' % number
    records[40] = b'{"number":40}'
    assert [json.loads(data)["number"] for _, data in records.freeze()()] == list(range(41))


def test_records_are_read_by_many_threads_while_they_change():
    records = DocumentBytes(compressed=True)
    for number in range(1000):
        records[number] = b'{"number":%d,"text":"%b"}' % (number, b"word " * 500)

    def read(start):
        return all(
            json.loads(records.get(each))["number"] == each for each in range(start, 1000, 4)
        )

    with ThreadPoolExecutor(4) as threads:
        reading = [threads.submit(read, start) for start in range(4)]
        for number in range(1000, 3000):
            records[number] = b'{"number":%d}' % number
        assert all(each.result() for each in reading)


# -- the parts -------------------------------------------------------------------------------------


def test_postings_keep_each_number_once_and_in_order():
    postings = Postings()
    for number in (5, 5, 9, 7, 9, 7, 1):
        postings.add("a", number)

    assert list(postings.get("a")) == [1, 5, 7, 9]
    for number in (7, 8, 7, 1, 5, 9):
        postings.remove("a", number)
    assert postings.get("a") == ()
    postings.remove("a", 1)
    postings.add("a", 3)
    postings.remove("a", 4)
    assert list(postings.get("a")) == [3]


def test_rows_come_and_go_in_any_order():
    index = BitIndex("kind", "codes")
    index.add(1000, ("a", ["x", "y"]))
    index.add(5, ("a", []))
    index.add(2, (None, ["x"]))

    assert len(index) == 3
    assert list(newest(index.select())) == [1000, 5, 2]
    assert index.first() == 2
    assert index.counts("codes") == {"x": 2, "y": 1}
    index.change(1000, ("b", ["y"]))
    index.change(2, ("b", []))
    assert index.counts("codes") == {"y": 1}
    assert list(newest(index.select([("kind", "b")]))) == [1000, 2]
    assert index.has(2, "kind", "b")
    assert not index.has(2, "kind", "a")
    assert not index.has(7000, "kind", "a")
    index.remove(2)
    index.remove(2)
    index.remove(7000)
    index.remove(5)
    assert count(index.select()) == 1
    index.add(5, ("c", []))
    index.add(6, ("c", []))
    assert list(newest(index.select([("kind", "c")]))) == [6, 5]
    index = BitIndex("kind", "codes")
    assert index.first() is None
    assert index.select() == []


def test_rows_are_split_by_the_order_of_their_values_after_any_change():
    index = BitIndex("time")
    held = {}

    def agree():
        low, high = "0100", "0999"
        for first, last in (
            ("", "~"),
            (low, high),
            ("0300", "0300"),
            ("0300x", "0300y"),
            ("~", "~"),
        ):
            asked = index.select(within=("time", first, last))
            within = {row: each for row, each in held.items() if first <= each <= last}
            assert {*newest(asked)} == {*within}
            known = min(within.values(), default=None), max(within.values(), default=None)
            assert (index.extremes("time", first, last) or (None, None)) == known
        edges = ["0100", "0500", "0501", "0999"]
        told = [
            {base + bit for base, bits in part.items() for bit in range(512) if bits >> bit & 1}
            for part in index.parts("time", edges)
        ]
        assert told == [
            {row for row, each in held.items() if first <= each < last}
            for first, last in pairwise(edges)
        ]

    for row in range(1, 1200):
        held[row] = f"{row // 2:04}"
        index.add(row, (held[row],))
    agree()
    for row, time in ((1, "0700"), (1100, "0000"), (1100, "0001"), (512, "0256"), (600, "0300")):
        held[row] = time
        index.change(row, (time,))
        agree()
    for row in (600, 1199, 2, 1):
        del held[row]
        index.remove(row)
        agree()
    index.add(600, ("0998",))
    held[600] = "0998"
    agree()


def test_numbers_are_not_given_twice_by_tables_either(account):
    account.commit({"groups": [{"name": "g"}], "orders": [order("a")]})
    account.commit({}, {"groups": [1]})
    assert account.next_numbers() == {"groups": 2, "orders": 2}
