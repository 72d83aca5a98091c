"""ORD-09 to ORD-13 and ORD-15 to ORD-20: what an order event does to which order."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.rules.order.orders import order_from_params
from mock_server.rules.trace import Trace

CHANGING = ("orderUpdated", "orderDelivered", "orderCancelled")


def changes(before: Any, after: Any) -> Any:
    """What differs between two orders."""
    return {name: after[name] for name in after if after[name] != (before or {}).get(name)}


# A new order


def test_documented_order_is_created(case: Any) -> None:
    """ORD-01, ORD-18, ORD-20."""
    outcome = case.judge(case.order())
    assert case.say(outcome) == ("applied", [], [], [], None)
    effect = outcome.effect
    assert (effect.order, effect.change, effect.before) == ("12345679", "created", None)
    sent = {each["name"]: each["value"] for each in case.order()["params"]}
    assert effect.after == {
        **sent,
        "orderId": 1,
        "contactId": 7,
        "additionalInfo": {},
        "createdAt": case.NOW,
        "updatedAt": case.NOW,
    }


# ORD-09 and ORD-10: an order that exists


def test_order_created_again_is_updated(case: Any) -> None:
    """ORD-09."""
    before = case.existing(storeId="1")
    outcome = case.judge(case.order(status="IN_PROGRESS"), case.view(orders=[before]))
    assert case.say(outcome) == ("applied", [], ["order_already_exists"], [], None)
    assert (outcome.effect.change, outcome.effect.before) == ("updated", before)
    assert outcome.effect.after == {**before, "status": "IN_PROGRESS"}
    assert case.steps(outcome, "ORD-09") == ["noted order 12345679 exists already: it is updated"]


@pytest.mark.parametrize(
    ("sent", "changed"),
    [
        pytest.param({}, {}, id="ORD-10 only the id"),
        pytest.param({"totalCost": 5, "items": []}, {"totalCost": 5, "items": []}, id="ORD-10 two"),
        pytest.param({"storeId": "9"}, {"storeId": "9"}, id="ORD-10 a new field"),
        pytest.param({"totalCost": None, "storeId": " "}, {}, id="ORD-10 not filled stays"),
        pytest.param(
            {"gift": 2}, {"additionalInfo": {"coupon": "X", "gift": 2}}, id="ORD-10 additional"
        ),
        pytest.param(
            {"coupon": "Y"}, {"additionalInfo": {"coupon": "Y"}}, id="ORD-10 additional replaced"
        ),
    ],
)
def test_update_replaces_what_is_filled(case: Any, sent: Any, changed: Any) -> None:
    before = case.existing(additionalInfo={"coupon": "X"}, createdAt="then", updatedAt="then")
    body = case.event("orderUpdated", externalOrderId="12345679", **sent)
    outcome = case.judge(body, case.view(orders=[before]))
    assert outcome.verdict == "applied"
    assert outcome.effect.change == "updated"
    assert changes(before, outcome.effect.after) == {**changed, "updatedAt": case.NOW}
    assert before["additionalInfo"] == {"coupon": "X"}, "what was stored is not changed in place"


def test_update_replaces_the_whole_list_of_items(case: Any) -> None:
    """ORD-10."""
    item = case.item(externalItemId="2")
    body = case.event("orderUpdated", externalOrderId="12345679", items=[item])
    outcome = case.judge(body, case.view(orders=[case.existing()]))
    assert outcome.effect.after["items"] == [item]
    assert case.steps(outcome, "ORD-10") == [
        "passed order 12345679 exists; replaced: items; the rest stays"
    ]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("status", "PAID", "status_invalid"),
        ("date", "today", "date_invalid"),
        ("totalCost", "much", "total_cost_invalid"),
        ("items", {}, "items_not_a_list"),
        ("items", "[", "items_not_json"),
        ("items", [{}], "item_required_missing"),
    ],
)
def test_bad_value_ignores_the_whole_update(case: Any, name: str, value: Any, reason: str) -> None:
    """ORD-10."""
    body = case.event("orderUpdated", externalOrderId="12345679", storeId="9", **{name: value})
    outcome = case.judge(body, case.view(orders=[case.existing()]))
    assert (outcome.verdict, outcome.reasons, outcome.effect) == ("ignored", [reason], None)


# ORD-11: orderUpdated for an unknown order


def test_update_of_an_unknown_order_creates_it(case: Any) -> None:
    """ORD-11."""
    outcome = case.judge(case.order("orderUpdated"))
    assert case.say(outcome) == ("applied", [], [], [], None)
    assert outcome.effect.change == "created"
    assert outcome.effect.after == case.existing()
    assert case.steps(outcome, "ORD-11") == [
        "noted order 12345679 is unknown, so the requirements of orderCreated apply",
        (
            "passed filled: externalOrderId, totalCost, status, date,"
            " and one of externalCustomerId / email / phone"
        ),
    ]


@pytest.mark.parametrize("name", ["totalCost", "status", "date"])
def test_update_of_an_unknown_order_needs_what_a_new_one_needs(case: Any, name: str) -> None:
    """ORD-11."""
    assert case.told(case.order("orderUpdated", **{name: ...})) == (
        "ignored",
        ["required_missing"],
        [],
        [("ORD-11", name)],
        f"would be applied if {name} were filled",
    )


def test_update_of_an_unknown_order_needs_a_contact(case: Any) -> None:
    """ORD-11, ORD-15."""
    told = case.told(case.order("orderUpdated"), case.view({}))
    assert (told.verdict, told.reasons) == ("ignored", ["contact_not_found"])


# ORD-12 and ORD-13: delivered and cancelled


STATUS_EVENTS = [
    pytest.param("orderDelivered", "ORD-12", "DELIVERED", id="ORD-12"),
    pytest.param("orderCancelled", "ORD-13", "CANCELLED", id="ORD-13"),
]


@pytest.mark.parametrize(("key", "rule", "status"), STATUS_EVENTS)
def test_status_is_set_and_nothing_else(case: Any, key: str, rule: str, status: str) -> None:
    before = case.existing(updatedAt="then")
    # Values that would fail in another event are not looked at.
    body = case.order(key, status="?", totalCost="?", date="?", items="?", coupon="X")
    outcome = case.judge(body, case.view(orders=[before]))
    assert case.say(outcome) == ("applied", [], [], [], None)
    assert outcome.effect.change == "status"
    assert changes(before, outcome.effect.after) == {"status": status, "updatedAt": case.NOW}
    assert case.steps(outcome, rule) == [
        f"passed the order's status becomes {status}; nothing else changes"
    ]


@pytest.mark.parametrize(
    ("key", "rule"), [("orderDelivered", "ORD-12"), ("orderCancelled", "ORD-13")]
)
def test_status_of_an_unknown_order_is_ignored(case: Any, key: str, rule: str) -> None:
    outcome = case.judge(case.order(key))
    assert case.say(outcome) == (
        "ignored",
        ["order_not_found"],
        [],
        [(rule, "externalOrderId")],
        "would be applied if order 12345679 existed (there are no orders yet)",
    )


@pytest.mark.parametrize("key", ["orderDelivered", "orderCancelled"])
def test_status_is_set_without_a_contact(case: Any, key: str) -> None:
    """ORD-15."""
    body = case.event(key, externalOrderId="12345679")
    outcome = case.judge(body, case.view({}, orders=[case.existing()]))
    assert case.say(outcome) == ("applied", [], ["contact_identifier_missing"], [], None)
    assert outcome.contact_id == 7, "whose the order is"


# ORD-15: whose order


@pytest.mark.parametrize("key", ["orderCreated", *CHANGING])
def test_order_keeps_its_contact(case: Any, key: str) -> None:
    """ORD-15."""
    view = case.view({7: {"phone": "1"}, 8: {"phone": "380501234567"}}, orders=[case.existing()])
    outcome = case.judge(case.order(key, status="IN_PROGRESS"), view)
    assert outcome.verdict == "applied"
    assert "order_contact_differs" in outcome.warnings
    assert (outcome.contact_id, outcome.effect.after["contactId"]) == (8, 7)
    assert case.steps(outcome, "ORD-15") == [
        "noted the event names contact 8; the order keeps contact 7"
    ]


@pytest.mark.parametrize(
    ("contacts", "warnings", "said"),
    [
        pytest.param(
            {7: {"phone": "380501234567"}},
            [],
            "passed the order belongs to contact 7, as the event says",
            id="ORD-15 the same",
        ),
        pytest.param(
            {},
            ["contact_not_found"],
            'noted no contact has phone "380501234567"; the order keeps contact 7',
            id="ORD-15 unknown",
        ),
    ],
)
def test_change_of_an_order_needs_no_contact(
    case: Any, contacts: Any, warnings: list[str], said: str
) -> None:
    view = case.view(contacts, orders=[case.existing()])
    outcome = case.judge(case.order("orderUpdated", status="IN_PROGRESS"), view)
    assert (outcome.verdict, outcome.warnings, outcome.contact_id) == ("applied", warnings, 7)
    assert case.steps(outcome, "ORD-15") == [said]


@pytest.mark.parametrize("contacts", [{}, {8: {"phone": "1"}}], ids=["unknown", "another"])
def test_what_an_event_says_of_somebody_else_is_not_the_orders(case: Any, contacts: Any) -> None:
    """ORD-15: the order's email, phone and external ID stay as they are."""
    view = case.view(contacts, orders=[case.existing(email="ann@shop.test")])
    body = case.order("orderUpdated", phone="1", email="x@y.z", externalCustomerId="X")
    after = case.judge(body, view).effect.after
    assert (after["phone"], after["email"]) == ("380501234567", "ann@shop.test")
    assert "externalCustomerId" not in after


def test_new_order_belongs_to_the_contact_of_its_event(case: Any) -> None:
    """ORD-15."""
    outcome = case.judge(case.order())
    assert (outcome.contact_id, outcome.effect.after["contactId"]) == (7, 7)
    assert case.steps(outcome, "ORD-15") == ["passed the new order belongs to contact 7"]


def test_new_order_without_a_contact_cites_both_rules(case: Any) -> None:
    """ORD-15, IDN-06."""
    outcome = case.judge(case.order(), case.view({}))
    assert case.steps(outcome, "IDN-06", "ORD-15") == [
        'failed no contact has phone "380501234567"',
        "noted a new order is saved only for an identified contact",
    ]


# ORD-16: how a status moves


@pytest.mark.parametrize(
    ("before", "key", "sent", "warnings"),
    [
        ("INITIALIZED", "orderUpdated", "IN_PROGRESS", []),
        ("IN_PROGRESS", "orderUpdated", "INITIALIZED", ["order_goes_back"]),
        ("ABANDONED_SHOPPING_CART", "orderDelivered", ..., []),
        ("INITIALIZED", "orderUpdated", "INITIALIZED", ["status_unchanged"]),
        ("DELIVERED", "orderDelivered", ..., ["status_unchanged"]),
        ("CANCELLED", "orderCancelled", ..., ["status_unchanged"]),
        ("DELIVERED", "orderCancelled", ..., ["status_reopened"]),
        ("CANCELLED", "orderDelivered", ..., ["status_reopened"]),
        ("DELIVERED", "orderUpdated", "IN_PROGRESS", ["status_reopened"]),
        ("CANCELLED", "orderCreated", "INITIALIZED", ["order_already_exists", "status_reopened"]),
        ("DELIVERED", "orderUpdated", ..., []),
    ],
)
def test_status_may_move_anywhere(
    case: Any, before: str, key: str, sent: Any, warnings: list[str]
) -> None:
    """ORD-16."""
    view = case.view(orders=[case.existing(status=before)])
    outcome = case.judge(case.order(key, status=sent), view)
    assert (outcome.verdict, outcome.warnings) == ("applied", warnings)


# ORD-18 to ORD-20


@pytest.mark.parametrize(
    ("body", "event_key"),
    [
        pytest.param({"externalOrderId": "A1"}, "A1", id="ORD-18 the order's id"),
        pytest.param({"externalOrderId": 5}, "5", id="ORD-18 as text"),
        pytest.param({"externalOrderId": " "}, "380501234567", id="ORD-18 else the keyValue"),
        pytest.param({"externalOrderId": []}, "380501234567", id="ORD-18 cannot be an id"),
    ],
)
def test_event_key_of_an_order_event(case: Any, body: Any, event_key: str) -> None:
    assert case.judge(case.order(**body)).event_key == event_key


def test_event_key_of_another_event_is_its_key_value(case: Any) -> None:
    """ORD-18."""
    outcome = case.judge(case.event("visit", externalOrderId="A1", phone="380501234567"))
    assert (outcome.event_key, outcome.external_order_id) == ("key", None)


def test_rejected_order_event_has_its_keys_all_the_same(case: Any) -> None:
    """ORD-18: so that a later event can blame it."""
    outcome = case.judge({**case.order(), "keyValue": "?"})
    assert outcome.verdict == "rejected"
    assert (outcome.event_key, outcome.external_order_id) == ("12345679", "12345679")


def test_order_id_is_the_next_number(case: Any) -> None:
    """ORD-18."""
    view = case.view(orders=[case.existing(externalOrderId=name) for name in "abc"])
    outcome = case.judge(case.order(), view)
    assert outcome.effect.after["orderId"] == 4
    assert case.steps(outcome, "ORD-18") == ["passed orderId 4, eventKey 12345679"]


def test_effect_holds_the_order_before_and_after(case: Any) -> None:
    """ORD-20: what the history is made of."""
    before = case.existing()
    outcome = case.judge(case.order("orderDelivered"), case.view(orders=[before]))
    assert outcome.effect.before is before
    assert case.steps(outcome, "ORD-20") == [
        "passed the order's history keeps the values before and after"
    ]


# Orders that are made without an event


def test_order_from_params_is_what_order_created_makes(case: Any) -> None:
    """ORD-01, for seeds."""
    params = {each["name"]: each["value"] for each in case.order(gift=1)["params"]}
    trace = Trace()
    order = order_from_params(params, 1, 7, case.NOW, trace)
    assert order == case.judge(case.order(gift=1)).effect.after
    assert trace.reasons == []


def test_order_from_params_without_items(case: Any) -> None:
    """ITM-01."""
    params = {each["name"]: each["value"] for each in case.order(items=...)["params"]}
    order = order_from_params(params, 1, 7, case.NOW, Trace())
    assert order is not None
    assert "items" not in order


@pytest.mark.parametrize(
    "change", [{"externalOrderId": None}, {"externalOrderId": []}, {"status": "?"}]
)
def test_order_from_params_fails_like_order_created(case: Any, change: Any) -> None:
    """ORD-01, ORD-03, ORD-06."""
    params = {each["name"]: each["value"] for each in case.order()["params"]} | change
    trace = Trace()
    assert order_from_params(params, 1, 7, case.NOW, trace) is None
    assert len(trace.failures()) == 1
