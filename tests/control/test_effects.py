"""What an event did to an order is told whole, although only what differs is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_server import jsonio
from mock_server.emulator import Account, Emulator
from mock_server.emulator.examples import EXAMPLES, demo_shop
from mock_server.rules.outcome import EventRequest

KEYS = ("1", "2")
CONTACT = {"email": "first.customer@example.com"}
VALUES = st.sampled_from([None, 1, 1.5, "x", "", [1], {"a": None}])
NAMES = st.sampled_from(["currency", "firstName", "storeId", "own", "deliveryAddress", "source"])
DAYS = st.integers(1, 9)


def _params(key: str, day: int, more: dict[str, Any]) -> dict[str, Any]:
    whole = {
        "externalOrderId": key,
        "totalCost": day,
        "status": "INITIALIZED",
        "date": f"2026-11-0{day}T10:00:00",
        **CONTACT,
    }
    return {**whole, **more}


def _event(kind: str, params: dict[str, Any], occurred: str | None = None) -> EventRequest:
    listed = [{"name": name, "value": value} for name, value in {**CONTACT, **params}.items()]
    return EventRequest({"eventTypeKey": kind, "params": listed}, occurred=occurred)


READ = tuple(
    (
        "eventId account eventTypeKey verdict reasons warnings contactId externalOrderId "
        "receivedAt occurred apiVersion keyValue eventKey params causedBy hint effect trace"
    ).split()
)
MORE = st.dictionaries(NAMES, VALUES, max_size=3)
OCCURRED = st.sampled_from([None, "2026-11-20T10:00:00.000Z", "2026-11-21T10:00:00.000Z"])
KEY = st.sampled_from(KEYS)
STEPS = st.one_of(
    st.builds(lambda k, d, m, o: ("event", _event("orderCreated", _params(k, d, m), o)),
              KEY, DAYS, MORE, OCCURRED),
    st.builds(lambda k, m, o: ("event", _event("orderUpdated", {"externalOrderId": k, **m}, o)),
              KEY, MORE, OCCURRED),
    st.builds(lambda k, kind: ("event", _event(kind, {"externalOrderId": k})),
              KEY, st.sampled_from(["orderDelivered", "orderCancelled"])),
    st.builds(lambda k, d, m: ("add", {**_params(k, d, {}), "additionalInfo": m}), KEY, DAYS, MORE),
    st.builds(lambda k, d: ("seed", {"orders": [_params(k, d, {})]}), KEY, DAYS),
    st.builds(lambda k, m: ("insert", {"externalOrderId": k, "contactId": 1, **m}), KEY, MORE),
    st.just(("keep events", None)),
)  # fmt: skip


def _as_read(effect: Any) -> Any:
    return jsonio.loads(jsonio.dumps(effect))


def _do(account: Account, step: tuple[str, Any]) -> None:
    way, what = step
    if way == "event":
        account.generate_event(what)
    elif way == "add":
        account.resources.orders.add([what])
    elif way == "seed":
        account.seed(what)
    elif way == "insert":
        if not isinstance(what.get("currency", ""), str | None):
            what = {**what, "currency": None}  # another kind is refused (ORD-07)
        if account.db.table("orders").live.find(what["externalOrderId"]) is None:
            account.db.table("orders").insert(what)
    else:
        account.reset(["events"])
        account.add_contact(CONTACT)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=1, max_size=40))
def test_the_effect_that_is_read_is_the_one_that_was_decided(steps: list[tuple[str, Any]]) -> None:
    decided: dict[int, Any] = {}
    with Emulator() as emulator:
        emulator.on_event.append(
            lambda told: decided.update({told["eventId"]: _as_read(told["effect"])})
        )
        account = emulator.account()
        account.add_contact(CONTACT)
        for step in steps:
            _do(account, step)
        read = {event_id: account.event(event_id)["effect"] for event_id in decided}
        state = jsonio.loads(jsonio.dumps(emulator.export_state()))
        with Emulator() as other:
            other.import_state(state)
            again = {event_id: other.account().event(event_id)["effect"] for event_id in decided}
    assert read == decided
    assert again == decided


@pytest.fixture
def account() -> Iterator[Account]:
    with Emulator(seeds=[demo_shop()]) as emulator:
        yield emulator.account()


def test_a_record_is_small(account: Account) -> None:
    account.generate_event(EventRequest(EXAMPLES["orderCreated"], size=654))
    record = account.db.table("events").all()[0]
    kept = json.dumps(record, separators=(",", ":"), ensure_ascii=False, default=float)
    assert len(kept.encode()) <= 1900
    read = account.event(1)
    assert list(read)[: len(READ)] == list(READ)
    assert read["eventKey"] == read["externalOrderId"]
    assert account.event(1)["hint"] is None


def test_of_a_long_history_few_lines_are_read(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.generate_event(EventRequest(EXAMPLES["orderCreated"]))
    for number in range(100):
        account.generate_event(
            _event("orderUpdated", {"externalOrderId": "12345679", "storeId": str(number)})
        )
    table = account.db.table("history").live
    read: list[int] = []
    document = table.document
    monkeypatch.setattr(table, "document", lambda each: read.append(each) or document(each))
    effect = account.event(101)["effect"]
    assert effect["before"]["storeId"] == "98"
    assert effect["after"]["storeId"] == "99"
    assert effect["after"]["items"]
    assert len(read) <= 17


def test_a_history_says_null_for_what_was_not_there(account: Account) -> None:
    account.generate_event(EventRequest(EXAMPLES["orderCreated"]))
    account.generate_event(_event("orderUpdated", {"externalOrderId": "12345679", "storeId": "s"}))
    last = account.order("12345679")["history"][-1]
    assert last["before"] == {"email": None, "storeId": None}
    assert last["after"] == {"email": CONTACT["email"], "storeId": "s"}
    assert "storeId" not in account.event(2)["effect"]["before"]
    assert all("base" not in each for each in account.order("12345679")["history"])


def test_an_order_that_is_made_again_begins_its_history_again(account: Account) -> None:
    account.generate_event(EventRequest(EXAMPLES["orderCreated"]))
    account.generate_event(_event("orderDelivered", {"externalOrderId": "12345679"}))
    account.reset(["events", "contacts"])
    account.generate_event(EventRequest(EXAMPLES["orderCreated"]))
    changes = [each["eventId"] for each in account.order("12345679")["history"]]
    assert changes == [3]
    assert account.event(2)["effect"]["after"]["status"] == "DELIVERED"


def test_an_effect_whose_line_is_gone_is_none(account: Account) -> None:
    account.generate_event(EventRequest(EXAMPLES["orderCreated"]))
    account.db.table("history").truncate()
    assert account.event(1)["effect"] is None


def test_an_effect_that_was_written_by_hand_is_shown_as_it_is(account: Account) -> None:
    effect = {"order": "x", "change": "created", "before": None, "after": {"status": "DELIVERED"}}
    account.db.table("events").insert({"verdict": "applied", "effect": effect})
    assert account.event(1)["effect"] == effect
