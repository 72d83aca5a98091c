"""The state is TinyDB: its tables behave as stock ones, and stock TinyDB opens its file."""

from __future__ import annotations

import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from state_samples import event, order, place, stored
from tinydb import Query, TinyDB, operations, where
from tinydb.storages import MemoryStorage
from tinydb.table import Document

from mock_server.state import AccountDB, StateError, Store

KEYS = {
    "groups": lambda number: {"id": number, "name": "g"},
    "tokens": lambda number: {"token": f"t{number}"},
    "orders": lambda number: {
        "externalOrderId": f"o{number}",
        "orderId": number,
        "contactId": None,
    },
    "event_types": lambda number: {
        "eventTypeKey": f"e{number}",
        "segmentation": True,
        "validateParams": False,
        "params": [],
    },
    "history": lambda number: {"historyId": number, "externalOrderId": "a"},
    "contacts": lambda number: {"id": number},
}

OPERATIONS = {
    "length": len,
    "all": lambda table: table.all(),
    "iteration": lambda table: [(each.doc_id, each) for each in table],
    "search": lambda table: table.search(where("parity") == "odd"),
    "search twice": lambda table: [table.search(where("n") > 2) for _ in range(2)],
    "count": lambda table: table.count(where("n") > 1),
    "get by id": lambda table: table.get(doc_id=2),
    "get by ids": lambda table: table.get(doc_ids=[3, 1, 99]),
    "get by query": lambda table: table.get(where("n") == 3),
    "get nothing": lambda table: (table.get(doc_id=77), table.get(where("n") == 77)),
    "contains": lambda table: (
        table.contains(doc_id=2),
        table.contains(doc_id=77),
        table.contains(where("n") == 1),
    ),
    "update all": lambda table: table.update({"seen": True}),
    "update some": lambda table: table.update({"seen": True}, where("n") < 3),
    "update ids": lambda table: table.update({"seen": True}, doc_ids=[1, 3, 50]),
    "update none": lambda table: table.update({"seen": True}, where("n") > 99),
    "update by function": lambda table: table.update(lambda each: each.pop("parity"), doc_ids=[2]),
    "update several": lambda table: table.update_multiple(
        [({"a": 1}, where("n") == 1), ({"b": 2}, where("n") == 2)]
    ),
    "upsert there": lambda table: table.upsert(Document({"up": 1}, doc_id=2)),
    "remove some": lambda table: table.remove(where("n") > 2),
    "remove ids": lambda table: table.remove(doc_ids=[1, 3, 50]),
    "truncate": lambda table: table.truncate(),
    "representation": lambda table: repr(table).split(" storage")[0].split("name")[1],
    "cache": lambda table: table.clear_cache(),
}


@pytest.fixture(params=KEYS)
def tables(request, account):
    """A live table and a stock one, with the same five documents."""
    live, stock = (
        AccountDB(account).table(request.param),
        TinyDB(storage=MemoryStorage).table(request.param),
    )
    for number in range(1, 6):
        document = {
            **KEYS[request.param](number),
            "n": number,
            "parity": ("even", "odd")[number % 2],
        }
        assert live.insert(document) == stock.insert(document) == number
    return live, stock


def content(table):
    return {each.doc_id: dict(each) for each in table}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_does_what_it_does_to_a_stock_table(tables, operation):
    live, stock = tables

    assert operation(live) == operation(stock)
    assert content(live) == content(stock)
    assert len(live) == len(stock)


def test_ids_go_on_as_in_a_stock_table(tables):
    live, stock = tables
    make = KEYS[live.name]

    for table in tables:
        table.remove(doc_ids=[2])
    assert live.insert(make(6)) == stock.insert(make(6)) == 6
    more = [make(7), Document(make(12), doc_id=12), make(8 if live.live._numbered else 20)]
    ids = [table.insert_multiple(more[:2]) for table in tables]
    assert ids[0] == ids[1] == [7, 12]
    assert content(live) == content(stock)

    for table in tables:
        table.truncate()
    assert live.insert(make(1)) == stock.insert(make(1)) == 1


@pytest.mark.parametrize(
    ("operation", "error"),
    [
        (lambda table: table.insert(Document({"x": 1}, doc_id=2)), ValueError),
        (lambda table: table.insert_multiple([Document({"x": 1}, doc_id=2)]), ValueError),
        (lambda table: table.insert([1]), ValueError),
        (lambda table: table.get(), RuntimeError),
        (lambda table: table.remove(), RuntimeError),
        (lambda table: table.update(lambda each: each["nothing"]), KeyError),
    ],
)
def test_what_a_stock_table_refuses_is_refused_and_changes_nothing(tables, operation, error):
    live, stock = tables
    before = content(live)

    for table in (live, stock):
        with pytest.raises(error):
            operation(table)
    assert content(live) == before


def test_a_document_without_its_number_gets_the_id_for_one(account):
    groups = AccountDB(account).table("groups")

    assert groups.insert({"name": "g"}) == 1
    assert account.get("groups", 1) == {"id": 1, "name": "g"}
    with pytest.raises(ValueError, match='Document with ID 2 has "id" 7'):
        groups.insert({"id": 7})


def test_a_key_cannot_be_given_twice(account):
    tokens = AccountDB(account).table("tokens")
    tokens.insert_multiple([{"token": "a"}, {"token": "b"}])

    with pytest.raises(ValueError, match='key "a" already exists'):
        tokens.insert({"token": "a"})
    with pytest.raises(ValueError, match='key "c" already exists'):
        tokens.insert_multiple([{"token": "c"}, {"token": "c"}])
    with pytest.raises(ValueError, match='key "b" already exists'):
        tokens.update({"token": "b"}, doc_ids=[1])
    with pytest.raises(StateError, match='"token" must be a text'):
        tokens.insert({"x": 1})
    assert content(tokens) == {1: {"token": "a"}, 2: {"token": "b"}}


def test_a_key_can_change_and_the_id_stays(account):
    tokens = AccountDB(account).table("tokens")
    tokens.insert_multiple([{"token": "a"}, {"token": "b"}])
    tokens.update({"token": "z"}, doc_ids=[1])

    assert content(tokens) == {1: {"token": "z"}, 2: {"token": "b"}}
    assert account.get("tokens", "a") is None
    assert account.get("tokens", "z") == {"token": "z"}


def test_a_table_of_one_document_holds_only_one(account):
    settings = AccountDB(account).table("settings")
    assert settings.insert({"strict": True}) == 1
    assert account.settings.strict is True

    settings.update({"rate_limits": True})
    assert account.settings.rate_limits is True
    with pytest.raises(ValueError, match="already exists"):
        settings.insert({"strict": False})
    settings.remove(doc_ids=[1])
    assert account.settings.strict is False


def test_events_are_a_table_too(account):
    account.commit({"events": [event(each) for each in range(1, 20)]})
    events = AccountDB(account).table("events")

    assert events.get(doc_id=17) == stored(event(17))
    assert [each.doc_id for each in events.search(where("eventId") > 16)] == [17, 18, 19]
    assert events.insert(event(20)) == 20
    assert events.update({"note": 1}, where("eventId") == 3) == [3]
    assert account.event(3)["note"] == 1
    assert events.remove(where("eventId") < 19) == list(range(1, 19))
    assert len(events) == 2


def test_tables_are_listed_and_dropped_by_the_database(account):
    place(account, "a")
    account.commit({"contacts": [{"firstName": "A"}]})
    assert AccountDB(account).tables() == {"events", "orders", "history", "contacts"}

    AccountDB(account).drop_table("orders")
    AccountDB(account).drop_table("orders")
    assert AccountDB(account).tables() == {"events", "history", "contacts"}
    assert account.next_order_id() == 1

    AccountDB(account).drop_tables()
    assert AccountDB(account).tables() == set()
    database = AccountDB(account)
    assert database.table("events") is database.table("events")


def test_stock_tinydb_opens_the_state_file(open_store, path):
    store = open_store()
    account = store.account("default")
    for key in "ab":
        place(account, key)
    account.commit({"contacts": [{"firstName": "Ann"}]})
    store.flush()

    with TinyDB(path, access_mode="r") as database:
        assert database.table("events").get(doc_id=2) == stored(event(2, externalOrderId="b"))
        assert database.table("orders").search(where("externalOrderId") == "b") == [
            {"account": "default", "externalOrderId": "b", "orderId": 2, **ORDER}
        ]
        assert database.table("contacts").all() == [
            {"account": "default", "id": 1, "changeNumber": 1, "firstName": "Ann"}
        ]
        assert database.table("accounts").all() == [
            {
                "account": "default",
                "next": {"contacts": 2, "orders": 3, "history": 3, "events": 3},
            }
        ]
        assert len(database) == 0


ORDER = {"status": "INITIALIZED", "contactId": 1}


def test_what_stock_tinydb_changed_is_there_after_a_restart(open_store, path):
    store = open_store()
    for key in "ab":
        place(store.account("default"), key)
    store.close()

    with TinyDB(path) as database:
        database.table("orders").update({"status": "DELIVERED"}, doc_ids=[2])
        database.table("contacts").insert({"id": 9, "firstName": "Ann"})
        database.table("orders").remove(doc_ids=[1])

    account = open_store().account("default")
    assert account.order("b")["status"] == "DELIVERED"
    assert account.order("a") is None
    assert account.contact(9) == {"id": 9, "firstName": "Ann"}
    assert account.next_contact_id() == 10
    assert account.event(1) == stored(event(1, externalOrderId="a"))
    assert account.next_order_id() == 3


def test_the_file_has_one_document_to_a_line(open_store, path):
    store = open_store()
    place(store.account("default"), "a")
    store.account("b").commit({"orders": [order("a"), order("b")]})
    store.close()

    lines = path.read_bytes().splitlines()
    assert json.loads(path.read_bytes())["events"]["1"]["eventId"] == 1
    (line,) = [each for each in lines if b'"orderCreated"' in each]
    assert line.startswith(b'"1": {"eventId":1,"account":"default","eventTypeKey":"orderCreated"')
    assert [each[:20] for each in lines if b'"status":"INIT' in each] == [
        b'"1": {"account":"b",',
        b'"2": {"account":"b",',
        b'"3": {"account":"def',
    ]


def test_a_table_that_is_being_changed_reads_as_a_dictionary(account):
    """What TinyDB's own operations, and those of extensions, may do with it."""
    tokens = AccountDB(account).table("tokens")
    tokens.insert_multiple([{"token": each} for each in "abc"])

    def change(table):
        assert (len(table), list(table)) == (3, [1, 2, 3])
        del table[2]
        table[4] = {"token": "d"}
        assert (len(table), list(table), 2 in table, 4 in table) == (3, [1, 3, 4], False, True)
        for missing in (2, 99):
            with pytest.raises(KeyError):
                table[missing]
            with pytest.raises(KeyError):
                del table[missing]
        table[2] = {"token": "back"}
        table[3]["token"] = "changed"
        assert table.pop(1) == {"token": "a"}

    tokens._update_table(change)
    assert content(tokens) == {2: {"token": "back"}, 3: {"token": "changed"}, 4: {"token": "d"}}
    assert len(tokens._read_table()) == 3


def test_what_fails_half_way_changes_nothing(account):
    tokens = AccountDB(account).table("tokens")
    tokens.insert({"token": "a"})

    def documents():
        yield {"token": "b"}
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tokens.insert_multiple(documents())
    assert content(tokens) == {1: {"token": "a"}}
    assert tokens.insert({"token": "b"}) == 3, "an id that was given is not given again"


def test_the_database_counts_and_iterates_over_all_tables_and_has_none_by_default(account):
    database = AccountDB(account)
    assert (len(database), list(database), repr(database)) == (
        0,
        [],
        "<AccountDB empty>",
    )
    place(account, "a")
    database.table("tokens").insert({"token": "t"})

    assert len(database) == len(list(database)) == 4
    assert {"token": "t"} in list(database)
    assert repr(database) == "<AccountDB orders: 1, history: 1, events: 1, tokens: 1>"
    with pytest.raises(AttributeError, match=r'ask a table, as in db\.table\("orders"\)\.search'):
        database.search(where("parity") == "odd")
    assert not hasattr(database, "upsert")


@pytest.mark.parametrize("table", KEYS)
def test_a_document_that_was_read_is_the_reader_s_own(account, table):
    live = AccountDB(account).table(table)
    live.insert({**KEYS[table](1), "inner": {"list": [1]}})

    for read in (live.all()[0], live.get(doc_id=1), live.search(where("inner").exists())[0]):
        read["inner"]["list"].append(2)
        read["other"] = True
    assert live.all() == [{**KEYS[table](1), "inner": {"list": [1]}}]


def test_queries_of_every_kind_find_what_they_find_in_a_stock_table(account):
    documents = [
        {"id": 1, "name": "Ann", "tags": ["a", "b"], "at": {"city": "Kyiv"}, "n": 1},
        {"id": 2, "name": "Bob", "tags": [], "at": {"city": None}, "n": 2},
        {"id": 3, "name": "ann", "tags": ["b"], "n": 3, "rows": [{"n": 1}, {"n": 5}]},
    ]
    live, stock = AccountDB(account).table("groups"), TinyDB(storage=MemoryStorage).table("groups")
    for table in (live, stock):
        table.insert_multiple(documents)
    queries = [
        where("n") != 2,
        (where("n") >= 2) & (where("n") <= 2),
        (where("n") == 1) | (where("name") == "ann"),
        ~(where("n") == 1),
        where("at").city == "Kyiv",
        where("at")["city"] == None,  # noqa: E711  (a query)
        where("rows").exists(),
        where("name").matches("A"),
        where("name").search("n+"),
        where("name").test(str.islower),
        where("tags").any(["a", "x"]),
        where("tags").all(["a", "b"]),
        where("rows").any(where("n") == 5),
        where("rows").all(where("n") > 0),
        where("n").one_of([1, 3]),
        where("name").map(len) == 3,
        where("at").fragment({"city": "Kyiv"}),
        Query().fragment({"n": 2}),
        Query().noop(),
    ]
    for query in queries:
        found = stock.search(query)
        assert found, query
        assert (live.search(query), live.count(query)) == (found, len(found)), query
        assert live.contains(query) is bool(found)
        assert live.get(query) == stock.get(query)


def test_operations_on_fields_change_what_they_change_in_a_stock_table(account):
    name = "additional_fields"
    live, stock = AccountDB(account).table(name), TinyDB(storage=MemoryStorage).table(name)
    changes = [
        operations.set("name", "x"),
        operations.add("n", 5),
        operations.subtract("n", 2),
        operations.increment("n"),
        operations.decrement("n"),
        operations.delete("gone"),
    ]
    for table in (live, stock):
        table.insert({"id": 1, "n": 1, "gone": True})
        table.insert({"id": 2, "n": 7, "gone": True})
        for change in changes:
            assert table.update(change, where("id") == 1) == [1]
    assert content(live) == content(stock)
    assert live.upsert({"id": 2, "up": 1}, where("id") == 2) == [2]
    assert live.upsert({"id": 3, "up": 1}, where("id") == 3) == [3]
    assert live.get(doc_id=2) == {"id": 2, "n": 7, "gone": True, "up": 1}


def test_what_is_written_through_the_database_survives_a_kill(open_store, path):
    table = AccountDB(open_store().account("default")).table("tokens")
    table.insert_multiple([{"token": "a"}, {"token": "b"}])
    table.update({"seen": True}, where("token") == "a")
    table.remove(where("token") == "b")

    assert Store.read(path)["tokens"] == {"1": {"account": "default", "token": "a", "seen": True}}


def test_writes_of_many_threads_through_the_database_are_all_there(account):
    table = AccountDB(account).table("tokens")
    table.insert({"token": "n", "n": 0})

    def write(thread):
        for number in range(25):
            table.insert({"token": f"{thread}-{number}"})
            table.update(operations.increment("n"), where("token") == "n")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert (len(table), table.get(doc_id=1)["n"]) == (101, 100)


# Beside changes


def beside(work, look):
    """Do `look` while `work` is done over and over in another thread; return what it gives."""
    stop = threading.Event()

    def over_and_over():
        while not stop.is_set():
            work()

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(over_and_over)
        try:
            return look()
        finally:
            stop.set()
            done.result()


READS = {
    "all": lambda table: [each["name"] for each in table.all()],
    "iteration": lambda table: [each["name"] for each in table],
    "search": lambda table: [each["name"] for each in table.search(where("name").exists())],
    "count": lambda table: ["a" if table.count(where("name") == "a") in (0, 20) else "mixed"],
    "database": lambda table: [each["name"] for each in table.account_db],
    "ids": lambda table: [each["name"] for each in table.get(doc_ids=range(1, 21))],
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_what_is_read_beside_changes_is_of_one_moment(account, read):
    """All twenty documents change together: no reader sees some of each, or trips over one gone."""
    table = AccountDB(account).table("groups")
    table.account_db = AccountDB(account)
    names = itertools.cycle("ab")

    def change():
        name = next(names)
        account.reset(puts={"groups": [{"id": each, "name": name} for each in range(1, 21)]})

    change()
    seen = beside(change, lambda: [set(read(table)) for _ in range(300)])
    assert all(len(each) <= 1 for each in seen)
    assert set().union(*seen) <= {"a", "b"}


def test_ids_are_given_beside_other_writers(account):
    """1,500 inserts, and as many commits of an engine that numbers by itself: no id twice."""
    table = AccountDB(account).table("contacts")
    contact = {"channels": [], "externalCustomerId": "x"}

    def commit():
        with account.lock:
            account.commit({"contacts": [{**contact, "id": account.next_contact_id()}]})

    ids = beside(commit, lambda: [table.insert(dict(contact)) for _ in range(1500)])
    assert len(set(ids)) == 1500
    assert len(table) == len({each.doc_id for each in table})


def test_an_upsert_beside_another_makes_one_document(account):
    table = AccountDB(account).table("groups")

    def put(number):
        table.upsert({"name": "one", "n": number}, where("name") == "one")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(put, range(200)))
    assert len(table) == 1
