"""The cost of mistakes, kept as events come, is what reading all events again would tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from mock_server.emulator import Emulator, EventQuery, JournalEntry
from mock_server.emulator.account import Account
from mock_server.emulator.reports import fix_book, lost_orders
from mock_server.emulator.reports.fix_book import FixBook
from mock_server.emulator.traffic.journal import Journal
from mock_server.rules.outcome import EventRequest

CONTACT = {"phone": "380501234567", "externalCustomerId": "AV13760"}
NOON = datetime(2026, 11, 23, 12, 30, tzinfo=timezone.utc)


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    monkeypatch.setattr(fix_book, "AT_ONCE", 4)
    monkeypatch.setattr(fix_book, "_MANY", 5)
    with Emulator(max_events=30) as emulator:
        emulator.account().add_contact(CONTACT)
        yield emulator


@pytest.fixture
def account(emulator: Emulator) -> Account:
    return emulator.account()


@pytest.fixture
def send(account: Account, example: Callable[..., Any]) -> Callable[..., str]:
    """Send the event of an order; its verdict."""

    def send(order: str = "1", kind: str = "orderCreated", **changes: Any) -> str:
        body = {**example(externalOrderId=order, **changes), "eventTypeKey": kind}
        return account.generate_event(EventRequest(body)).verdict

    return send


def told(account: Account, *since: Any) -> list[tuple[str, int]]:
    return [(each.message, each.count) for each in account.costs(*since).fixes]


def lost(account: Account, *since: Any) -> tuple[int, dict[str, str]]:
    found = account.costs(*since).whole.lost()
    return found["ordersLost"], found["moneyLost"]


def everything(account: Account) -> Any:
    """What the book of an account says, and what one that is made anew says."""
    costs = account.costs()
    return [
        (each.to_document(), each.cost, each.first_at, each.last_at, each.near, each.event_ids)
        for each in costs.fixes
    ], costs.whole


def assert_as_read_again(account: Account) -> None:
    kept = everything(account)
    book = account.fix_book = FixBook(account._state, Journal())
    account._state.watch = book.note
    assert everything(account) == kept


# Which orders are lost, and what they are worth: one event is a word, "order kind total currency".

BAD, GOOD = {"status": "other"}, {"status": "INITIALIZED"}


@pytest.mark.parametrize(
    ("steps", "count", "money"),
    [
        pytest.param([("x", "orderCreated", "10", BAD)], 1, {"UAH": "10"}, id="dropped"),
        pytest.param([("x", "orderUpdated", "10", BAD)], 1, {"UAH": "10"}, id="update would make"),
        pytest.param([("x", "orderDelivered", "10", {})], 0, {}, id="no maker"),
        pytest.param([("x", "orderCreated", "10", GOOD)], 0, {}, id="applied"),
        pytest.param([("x", "orderCreated", "10", BAD)] * 3, 1, {"UAH": "10"}, id="lost once"),
        pytest.param(
            [("x", "orderCreated", "10", BAD), ("x", "orderCreated", "25.5", BAD)],
            *(1, {"UAH": "25.5"}),
            id="newest body",
        ),
        pytest.param(
            [("x", "orderCreated", "10", BAD), ("x", "orderCreated", "much", BAD)],
            *(1, {"UAH": "10"}),
            id="newest with a readable total",
        ),
        pytest.param(
            [("x", "orderCreated", "1 200,50", {})], 1, {"UAH": "1200.5"}, id="total to be mended"
        ),
        pytest.param([("x", "orderCreated", "much", {})], 1, {}, id="no total"),
        pytest.param(
            [("x", "orderCreated", "10", BAD), ("x", "orderCreated", "10", GOOD)],
            *(0, {}),
            id="came in later",
        ),
        pytest.param(
            [("x", "orderCreated", "10", GOOD), ("x", "orderUpdated", "12", BAD)],
            *(0, {}),
            id="was there before",
        ),
        pytest.param(
            [
                ("x", "orderCreated", "10", BAD),
                ("y", "orderCreated", "1", {**BAD, "currency": "USD"}),
                ("z", "orderCreated", "2", {**BAD, "currency": ...}),
                ("y", "orderUpdated", "3", {**BAD, "currency": "USD"}),
            ],
            *(3, {"UAH": "10", "XXX": "2", "USD": "3"}),
            id="by currency",
        ),
        pytest.param(
            [
                ("x", "orderCreated", "10", BAD),
                ("y", "orderCreated", "1", BAD),
                ("x", "orderUpdated", "10", GOOD),
            ],
            *(1, {"UAH": "1"}),
            id="one of two came in",
        ),
        pytest.param(
            [("x", "orderCreated", "10", {**BAD, "date": "tomorrow"})],
            *(1, {"UAH": "10"}),
            id="two causes, lost once",
        ),
    ],
)
def test_which_orders_are_lost_and_what_they_are_worth(
    account: Account, send: Callable[..., str], steps: Any, count: int, money: dict[str, str]
) -> None:
    for order, kind, total, changes in steps:
        send(order, kind, totalCost=total, **changes)
    assert lost(account) == (count, money)
    assert_as_read_again(account)
    of_those_read = account.costs_of(EventQuery(until=len(steps)))
    assert (of_those_read.whole.orders, of_those_read.whole.lost()["moneyLost"]) == (count, money)


def test_an_order_of_a_seed_is_not_lost_and_one_that_is_taken_out_is(
    account: Account, send: Callable[..., str]
) -> None:
    send("x", totalCost="10", **BAD)
    order = {
        "externalOrderId": "x",
        "totalCost": 1,
        "status": "DELIVERED",
        "date": "2026-01-01T00:00:00",
    }
    order["phone"] = CONTACT["phone"]
    account.seed({"orders": [order]})
    assert lost(account) == (0, {})
    account.db.table("orders").truncate()
    assert lost(account) == (1, {"UAH": "10"})


@pytest.mark.parametrize(
    ("sent", "state", "items"),
    [
        ("d", "open", False),
        ("ad", "open", False),
        ("da", "fixed", False),
        ("dad", "back", False),
        ("dada", "fixed", False),
        ("da", "open", True),  # an event without items has not met the rule
    ],
)
def test_fixed_and_back_again(
    account: Account, send: Callable[..., str], sent: str, state: str, items: bool
) -> None:
    bad = {"items": [{"name": "a"}]} if items else BAD
    for number, each in enumerate(sent):
        good = {"items": ...} if items else GOOD
        assert send(str(number), **(bad if each == "d" else good)) == (
            "ignored" if each == "d" else "applied"
        )
    assert {each["state"] for each in account.causes(EventQuery())["fixes"]} == {state}


# The time they are of


def test_the_times_that_pages_offer_go_by_whole_hours(
    account: Account, send: Callable[..., str]
) -> None:
    account.change_settings({"time_zone": "Europe/Kyiv"})  # its day begins at 22:00 UTC
    for at, order in ((-15, "a"), (-14, "b"), (-2, "c"), (-1, "d"), (0, "e")):
        account.clock.freeze(NOON + timedelta(hours=at))
        send(order, totalCost="1", **BAD)
    assert lost(account, "all") == lost(account, "reset") == (5, {"UAH": "5"})
    assert lost(account, "today") == (4, {"UAH": "4"})
    assert lost(account, "1h") == (2, {"UAH": "2"})
    assert [count for _, count in told(account, "1h")] == [2]
    send("a", totalCost="7", **BAD)  # it is lost now
    assert lost(account, "1h") == (3, {"UAH": "9"})
    assert lost(account, "all") == (5, {"UAH": "11"})
    send("a", **GOOD)
    assert (lost(account, "1h")[0], lost(account, "all")[0]) == (2, 4)
    found = account.causes(EventQuery(received_from=f"{NOON - timedelta(hours=2):%Y-%m-%dT%H:%M}"))
    assert (found["total"], found["ordersLost"]) == (4, 3)
    until = EventQuery(received_to=f"{NOON - timedelta(hours=2):%Y-%m-%dT%H:%M}")
    assert account.causes(until)["ordersLost"] == 2
    assert_as_read_again(account)


def test_what_a_reset_keeps_is_before_it(account: Account, send: Callable[..., str]) -> None:
    send("a", totalCost="1", **BAD)
    account.journal.add(JournalEntry("2026-11-23T12:00:00.000Z", "POST", "/x", 400, 1, None))
    assert account.costs().whole.count == 2
    account.reset(["events", "contacts"])
    assert (lost(account, "all"), lost(account, "reset")) == ((1, {"UAH": "1"}), (0, {}))
    assert account.costs().whole.count == 1
    send("b", totalCost="2", **BAD)
    assert (lost(account, "all")[0], lost(account, "reset")[0]) == (2, 1)


# Kept up


def test_only_a_first_look_reads_events(
    account: Account, send: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    find_events = account._state.find_events

    def counted(query: EventQuery) -> Any:
        page = find_events(query)
        read.extend(page.items)
        return page

    monkeypatch.setattr(account._state, "find_events", counted)
    for number in range(9):
        send(str(number), **BAD)
        account.costs()
    assert not read
    assert_as_read_again(account)
    assert len(read) == 9


def test_it_begins_anew_after_a_reset_an_import_and_an_edit(
    emulator: Emulator, account: Account, send: Callable[..., str]
) -> None:
    send("1", **BAD)
    state = emulator.export_state()
    assert len(told(account)) == 1
    account.reset(["contacts"])
    assert told(account) == []
    send("1", date="tomorrow")  # it has the same number as the one that is gone
    assert [count for _, count in told(account)] == [1]
    emulator.import_state(state)
    assert_as_read_again(account)
    emulator.import_state({})
    assert told(account) == []
    emulator.import_state(state)
    account.db.table("events").truncate()
    assert told(account) == []


def test_events_that_made_room_still_count(account: Account, send: Callable[..., str]) -> None:
    for number in range(12):
        send(str(number), **BAD)
    for number in range(24):  # of which the first six push dropped ones out
        account.generate_event(EventRequest({"eventTypeKey": f"v{number}", "keyValue": "1"}))
    assert [count for _, count in told(account)] == [12]


def test_what_a_state_file_holds_is_read_at_the_start(
    emulator: Emulator, account: Account, send: Callable[..., str], tmp_path: Path
) -> None:
    for number in range(20):
        send(str(number), **(BAD if number % 3 else GOOD))
    kept = everything(account)
    with Emulator(tmp_path / "state.json") as first:
        first.import_state(emulator.export_state())
    with Emulator(tmp_path / "state.json") as again:
        reader = again.account().fix_book._reader
        assert reader is not None
        reader.join(10)
        assert again.account().fix_book._is_whole
        assert everything(again.account()) == kept


def test_events_that_come_while_it_is_read_count_once(
    account: Account, send: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        send(str(number), **BAD)
    find_events = account._state.find_events
    busy: list[int] = []

    def meanwhile(query: EventQuery) -> Any:
        page = find_events(query)
        if not busy:
            busy.append(1)
            send("9", **BAD)
            send("0", **GOOD)
        return page

    monkeypatch.setattr(account._state, "find_events", meanwhile)
    account.fix_book = FixBook(account._state, account.journal)
    assert [count for _, count in told(account)] == [5]
    assert lost(account)[0] == 4


def test_the_orders_that_are_remembered_are_bounded(
    account: Account, send: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lost_orders, "MAX_ORDERS", 2)
    for order in "abc":
        send(order, totalCost="1", **BAD)
    assert lost(account) == (3, {"UAH": "3"})
    for order in "abc":
        send(order, **GOOD)
    assert lost(account) == (1, {"UAH": "1"})  # nobody remembers that it was order a


def test_check_says_the_same(account: Account, send: Callable[..., str]) -> None:
    from mock_server.emulator.gate.checking import check

    send("a", totalCost="1", **BAD)
    send("b", totalCost="2", **BAD)
    document = check([account], []).to_document()
    assert (document["ordersLost"], document["moneyLost"]) == lost(account) == (2, {"UAH": "3"})
    assert check([account], [], since=1).to_document()["ordersLost"] == 1
