"""ENV-20 for Add orders and Past events: what a body was meant to be, and fixes of its parts."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from mock_server.emulator.fixing import applied, fix_document, request_of, under
from mock_server.rules.fix import mend, mend_batch, mend_order
from mock_server.rules.order.add_orders import add_order
from mock_server.rules.order.batches import EVENTS, ORDERS, meant_by
from mock_server.rules.outcome import EventRequest

ORDER = {
    "externalOrderId": "1",
    "email": "a@b.c",
    "totalCost": "1200.50",
    "status": "DELIVERED",
    "date": "2025-11-30T12:05:06",
    "currency": "UAH",
    "items": [{"externalItemId": "5", "quantity": 1, "cost": "1200.50"}],
}
PARAMS = [{"name": name, "value": value} for name, value in ORDER.items()]
EVENT = {"eventTypeKey": "visit", "keyValue": "1", "occurred": "2025-11-30T12:05", "params": []}
GOOD = {"orders": [ORDER]}


# What a body was meant to be


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ([ORDER], "is a list, of 1"),
        (ORDER, "is one order"),
        ({"params": PARAMS, "eventTypeKey": "orderCreated"}, "is an event"),
        ({"params": ORDER}, "is an event"),
        ({"Orders": [ORDER]}, "has orders as Orders"),
        ({"order": ORDER}, "has orders as order"),
        ({"data": [ORDER]}, "has orders as data"),
        ({"orders": {"0": ORDER}}, "has orders with the keys 0, 1, …"),
        ({"orders": json.dumps([ORDER])}, "has orders as text"),
        (json.dumps(GOOD), "was encoded as JSON twice"),
        (json.dumps([ORDER]), "was encoded as JSON twice"),
    ],
)
def test_the_body_of_add_orders_that_was_meant_is_recognised(body: Any, seen: str) -> None:
    assert meant_by(body, None, ORDERS) == (seen, GOOD)


def test_text_around_the_body_is_recognised() -> None:
    text = f"<b>Warning</b> {json.dumps(GOOD)}"
    assert meant_by(None, text, ORDERS) == ("has text around its JSON", GOOD)
    assert meant_by(None, "nothing", ORDERS) is None


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ([EVENT], "is a list, of 1"),
        (EVENT, "is one event"),
        ({"event": EVENT}, "has events as event"),
        ({"events": {"3": EVENT}}, "has events with the keys 0, 1, …"),
    ],
)
def test_the_body_of_past_events_that_was_meant_is_recognised(body: Any, seen: str) -> None:
    assert meant_by(body, None, EVENTS) == (seen, {"events": [EVENT]})


@pytest.mark.parametrize(
    "body",
    [None, 7, "text", [], [7], {}, {"orders": None}, {"orders": "x"}, {"orders": {}}, {"data": 7}],
)
def test_what_cannot_be_recognised_is_left_alone(body: Any) -> None:
    assert meant_by(body, None, ORDERS) is None


# The fix of an order


SPOILT: dict[str, dict[str, Any]] = {
    **{f"status {x}": {"status": x} for x in ("completed", "delivered", "виконано")},
    **{f"date {x}": {"date": x} for x in ("30.11.2025 12:05:06", 1764504306)},
    **{f"total {x}": {"totalCost": x} for x in ("1 200,50", "1200,50 грн")},
    "total named otherwise": {"totalCost": ..., "totalcost": "1200.50"},
    "contact named otherwise": {"email": ..., "EmailAddress": "a@b.c"},
    "items with gaps": {"items": {"1": ORDER["items"][0]}},
    "item as text": {"items": [json.dumps(ORDER["items"][0])]},
    "quantity misspelt": {"items": [{"externalItemId": "5", "qantity": 1, "cost": "1200.50"}]},
    "info as text": {"additionalInfo": '{"gift": "yes"}'},
    "info as pairs": {"additionalInfo": [{"name": "gift", "value": "yes"}]},
    "currency in words": {"currency": "грн"},
    "a field misspelt": {"firstname": "Ann"},
    "id with blanks": {"externalOrderId": " 1 "},
}
UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "no status": ({"status": ...}, "/status"),
    "no currency": ({"currency": " "}, "/currency"),
    "nobody": ({"email": ...}, "/email"),
    "contact an object": ({"email": {}}, "/email"),
    "two readings": ({"date": "03/04/2025"}, "/date"),
    "item without an id": ({"items": [{"quantity": 1}]}, "/items/0/externalItemId"),
}


def spoilt(changes: dict[str, Any]) -> dict[str, Any]:
    order = {**copy.deepcopy(ORDER), **changes}
    return {name: value for name, value in order.items() if value is not ...}


@pytest.mark.parametrize("changes", SPOILT.values(), ids=list(SPOILT))
def test_the_fix_of_an_order_is_complete_where_its_value_was_sent(case: Any, changes: Any) -> None:
    """BLK-02, ORD-24: as for events, and nothing else is touched."""
    sent = spoilt(changes)
    fix = fix_document(sent, mend_order(sent, case.view(), case.NOW))
    assert fix is not None
    assert (fix["complete"], fix["unknown"], fix["arrange"]) == (True, [], [])
    corrected = applied(sent, fix["patch"])
    decision = add_order(corrected, case.view(), case.NOW)
    assert (decision.error, decision.outcome.warnings) == ("", [])
    for name in ORDER.keys() - changes.keys():
        assert corrected[name] == ORDER[name]


@pytest.mark.parametrize(("changes", "at"), UNKNOWN.values(), ids=list(UNKNOWN))
def test_what_only_the_shop_knows_of_an_order_is_named(case: Any, changes: Any, at: str) -> None:
    sent = spoilt(changes)
    fix = fix_document(sent, mend_order(sent, case.view(), case.NOW))
    assert fix is not None
    assert (fix["complete"], fix["unknown"]) == (False, [at])
    moved = under(fix, "/orders/3")
    assert moved is not None
    assert moved["unknown"] == [f"/orders/3{at}"]
    assert all(each["path"].startswith("/orders/3/") for each in moved["patch"])


@pytest.mark.parametrize(
    ("sent", "finding"),
    [
        (json.dumps(ORDER), "BLK-02/not_an_object"),
        ([ORDER], "BLK-02/not_an_object"),
        ({"params": PARAMS}, "ENV-20/inside_order"),
        ({"order": ORDER}, "ENV-20/inside_order"),
    ],
)
def test_an_order_in_the_wrong_shape_is_taken_out_of_it(case: Any, sent: Any, finding: str) -> None:
    failed = add_order(sent, case.view(), case.NOW)
    assert finding in [step.finding for step in failed.outcome.trace]
    mended = mend_order(sent, case.view(), case.NOW)
    assert (mended.body, mended.complete) == (ORDER, True)


@pytest.mark.parametrize("sent", [None, 7, "text", [], [ORDER, ORDER]])
def test_what_is_no_order_has_no_fix(case: Any, sent: Any) -> None:
    mended = mend_order(sent, case.view(), case.NOW)
    assert fix_document(sent, mended) is None
    assert under(None, "/orders/0") is None


def test_info_that_cannot_be_read_has_no_fix(case: Any) -> None:
    sent = spoilt({"additionalInfo": "x"})
    assert fix_document(sent, mend_order(sent, case.view(), case.NOW)) is None


# The fix of a whole body


def fixed(case: Any, body: Any) -> Any:
    def mend_one(order: Any) -> Any:
        return mend_order(order, case.view(), case.NOW)

    return mend_batch(body, None, ORDERS, mend_one)


def test_the_fix_of_a_whole_body_is_that_of_its_shape_and_of_each_order(case: Any) -> None:
    mended = fixed(case, [spoilt({"status": "paid"}), spoilt({"totalCost": "1 200,50"})])
    assert mended.complete
    assert mended.was_dropped
    assert mended.body == {"orders": [{**ORDER, "status": "IN_PROGRESS"}, ORDER]}
    assert not fixed(case, [ORDER, spoilt({"status": ...})]).complete
    assert fixed(case, {"orders": []}) is None
    assert fixed(case, 7) is None
    assert not fixed(case, GOOD).was_dropped


def test_what_stands_beside_the_only_order_is_moved_into_it(case: Any) -> None:
    body = {"orders": [spoilt({"items": ...})], "items": ORDER["items"], "shop": "main"}
    assert fixed(case, body).body == {"shop": "main", "orders": [ORDER]}
    several = {"orders": [ORDER, ORDER], "items": []}
    assert fixed(case, several).body == several


# Past events


def past(case: Any, **changes: Any) -> Any:
    event = {name: each for name, each in {**EVENT, **changes}.items() if each is not ...}
    return mend(EventRequest(event, is_past=True), case.view(), case.NOW)


DATED = [{"name": "date", "value": "30.11.2025 12:05:06"}]


@pytest.mark.parametrize(
    ("changes", "occurred"),
    [
        ({"occurred": "30.11.2025 12:05"}, "2025-11-30T12:05:00"),
        ({"occurred": 1764504306}, "2025-11-30T12:05:06"),
        ({"occurred": ..., "occured": "2025-11-30"}, "2025-11-30"),
        ({"occurred": ..., "params": DATED}, "2025-11-30T12:05:06"),
        ({"occurred": ..., "params": {"occurred": "2025-11-30", "page": "x"}}, "2025-11-30"),
        ({"occurred": ..., "params": [{"name": "occurred", "value": "2025-11-30"}]}, "2025-11-30"),
    ],
)
def test_when_a_past_event_occurred_follows_from_what_was_sent(
    case: Any, changes: Any, occurred: str
) -> None:
    """PST-02, ORD-24."""
    mended = past(case, **changes)
    assert mended.body["occurred"] == occurred
    assert mended.complete
    assert "occurred" not in str(mended.body["params"])


@pytest.mark.parametrize(
    ("changes", "unknown"),
    [
        ({"occurred": ...}, ["/occurred"]),
        ({"occurred": "03/04/2025"}, ["/occurred"]),
        ({"occurred": "soon"}, ["/occurred"]),
        ({"keyValue": ...}, ["/keyValue"]),
    ],
)
def test_what_only_the_shop_knows_of_a_past_event_is_named(
    case: Any, changes: Any, unknown: list[str]
) -> None:
    mended = past(case, **changes)
    assert (mended.complete, mended.unknown) == (False, unknown)


def test_the_key_of_a_past_order_event_is_its_order(case: Any) -> None:
    params = [{"name": "externalOrderId", "value": 7}, {"name": "phone", "value": "380501234567"}]
    mended = past(case, eventTypeKey="orderDelivered", keyValue=..., params=params)
    assert mended.body["keyValue"] == "7"
    assert [each["path"] for each in mended.arrange] == ["/_mock/seed"]
    assert mended.complete


def test_segmentation_is_switched_on_for_past_events(case: Any) -> None:
    view = case.view(event_types=[{"eventTypeKey": "visit", "segmentation": False}])
    mended = mend(EventRequest(EVENT, is_past=True), view, case.NOW)
    assert [each["path"] for each in mended.arrange] == ["/_mock/event-types/visit"]
    assert mended.complete


def test_a_record_tells_a_past_event_by_its_rules() -> None:
    record = {"body": EVENT, "trace": ["PST-02/missing"], "occurred": None}
    assert request_of(record).is_past
    assert not request_of({**record, "trace": ["ENV-01/object"]}).is_past
