"""ENV-13 to ENV-15, SEG-01 and SEG-02: event types and their switches."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.rules.event.event_types import (
    MAX_SEGMENTED,
    ORDER_EVENTS,
    new_event_type,
    why_not_segmented,
)
from mock_server.rules.trace import Trace

VALIDATED = {
    "eventTypeKey": "visit",
    "validateParams": True,
    "params": [
        {"name": "page", "required": True},
        {"name": "title", "required": False},
        {"name": "lang", "required": True},
    ],
}


def visit(case: Any, view: Any = None, /, **params: Any) -> Any:
    return case.judge(case.event("visit", phone="380501234567", **params), view)


# ENV-13


def test_unknown_key_creates_the_event_type(case: Any) -> None:
    """ENV-13, SEG-01: with segmentation, without validation."""
    outcome = visit(case)
    assert outcome.new_event_type == {
        "eventTypeKey": "visit",
        "segmentation": True,
        "validateParams": False,
        "params": [],
    }
    assert case.steps(outcome, "ENV-13") == ["noted event type visit is new: it is created"]


def test_known_event_type_stays_as_it_is(case: Any) -> None:
    """ENV-13."""
    outcome = visit(case, case.view(event_types=[{"eventTypeKey": "visit"}]))
    assert outcome.new_event_type is None
    assert case.steps(outcome, "ENV-13") == ["passed the event type is known"]


def test_ignored_order_event_creates_its_event_type_too(case: Any) -> None:
    """ENV-13."""
    view = case.view()
    del view.event_types["orderCreated"]
    outcome = case.judge(case.order(status="?"), view)
    assert outcome.verdict == "ignored"
    assert outcome.new_event_type["eventTypeKey"] == "orderCreated"


def test_rejected_event_creates_no_event_type(case: Any) -> None:
    """ENV-13."""
    assert case.judge({"eventTypeKey": "visit", "keyValue": "?"}).new_event_type is None


# ENV-14


@pytest.mark.parametrize(
    ("params", "failed", "hint"),
    [
        pytest.param({}, ["page", "lang"], "page and lang were filled", id="ENV-14 two missing"),
        pytest.param(
            {"page": " ", "lang": "uk"}, ["page"], "page were filled", id="ENV-14 one blank"
        ),
        pytest.param(
            {"page": "/", "lang": None}, ["lang"], "lang were filled", id="ENV-14 one null"
        ),
        pytest.param(
            {"Page": "/", "lang": "uk"}, ["page"], "page were filled", id="ENV-14 letter case"
        ),
    ],
)
def test_required_params_are_demanded(case: Any, params: Any, failed: list[str], hint: str) -> None:
    outcome = visit(case, case.view(event_types=[VALIDATED]), **params)
    assert case.say(outcome) == (
        "rejected",
        ["required_params_missing"],
        [],
        [("ENV-14", name) for name in failed],
        f"would be accepted if {hint}",
    )
    assert outcome.status == 400
    assert outcome.answer == (
        "The event should have the following params: "
        '[{"name":"page","required":true},{"name":"title","required":false},'
        '{"name":"lang","required":true}]'
    )


@pytest.mark.parametrize(
    ("event_type", "step"),
    [
        pytest.param(
            VALIDATED,
            "passed every parameter the event type requires is filled",
            id="ENV-14 all filled",
        ),
        pytest.param(
            {**VALIDATED, "validateParams": False},
            "passed parameter validation is off for this event type",
            id="ENV-14 off",
        ),
    ],
)
def test_event_with_its_required_params_is_recorded(case: Any, event_type: Any, step: str) -> None:
    params = {"page": 0, "lang": []} if event_type["validateParams"] else {}
    outcome = visit(case, case.view(event_types=[event_type]), **params)
    assert outcome.verdict == "recorded"
    assert case.steps(outcome, "ENV-14") == [step]


def test_missing_and_blank_are_told_apart(case: Any) -> None:
    """ENV-14."""
    outcome = visit(case, case.view(event_types=[VALIDATED]), page="")
    assert case.steps(outcome, "ENV-14") == [
        "failed the event type requires page, which is not filled",
        "failed the event type requires lang, which is missing",
    ]


# ENV-15


@pytest.mark.parametrize("key", ORDER_EVENTS)
def test_order_event_is_one_of_the_four_exactly(case: Any, key: str) -> None:
    """ENV-15."""
    outcome = case.judge(case.order(key), case.view(orders=[case.existing()]))
    assert case.steps(outcome, "ENV-15") == [f"passed {key} is an order event"]
    assert outcome.verdict == "applied"


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        pytest.param("OrderCreated", "orderCreated", id="ENV-15 letter case"),
        pytest.param("ORDER_UPDATED", "orderUpdated", id="ENV-15 underscore"),
        pytest.param("order-delivered", "orderDelivered", id="ENV-15 dash"),
        pytest.param(" order cancelled ", "orderCancelled", id="ENV-15 blanks"),
        pytest.param("orderCanceled", "orderCancelled", id="ENV-15 American"),
        pytest.param("order_cancel", "orderCancelled", id="ENV-15 cancel"),
        pytest.param("orderCreate", "orderCreated", id="ENV-15 create"),
        pytest.param("orderUpdate", "orderUpdated", id="ENV-15 update"),
        pytest.param("orderDeliver", "orderDelivered", id="ENV-15 deliver"),
        pytest.param("orderComplete", "orderDelivered", id="ENV-15 complete"),
        pytest.param("orderCompleted", "orderDelivered", id="ENV-15 completed"),
        pytest.param("orderINITIALIZED", "orderCreated", id="ENV-15 status"),
        pytest.param("orderIN_PROGRESS", "orderUpdated", id="ENV-15 status in progress"),
        pytest.param("orderABANDONED_SHOPPING_CART", "orderCreated", id="ENV-15 cart"),
    ],
)
def test_key_that_looks_like_an_order_event_warns(case: Any, key: str, meant: str) -> None:
    outcome = case.judge({**case.order(), "eventTypeKey": key})
    assert case.say(outcome) == ("recorded", [], ["event_type_looks_like_order"], [], None)
    assert case.steps(outcome, "ENV-15") == [
        f'noted "{key}" is a custom event; did you mean {meant}?'
    ]
    assert outcome.effect is None


@pytest.mark.parametrize("key", ["order", "ordered", "order.created", "visit"])
def test_other_key_is_a_custom_event(case: Any, key: str) -> None:
    """ENV-15."""
    outcome = case.judge({**case.order(), "eventTypeKey": key})
    assert (outcome.verdict, outcome.warnings) == ("recorded", [])
    assert case.steps(outcome, "ENV-15") == [f"noted {key} is a custom event, not an order event"]


# SEG-01


@pytest.mark.parametrize("key", ORDER_EVENTS)
def test_order_is_not_saved_without_segmentation(case: Any, key: str) -> None:
    """SEG-01."""
    view = case.view(
        orders=[case.existing()], event_types=[{"eventTypeKey": key, "segmentation": False}]
    )
    told = case.told(case.order(key), view)
    assert told[:2] == ("ignored", ["segmentation_disabled"])
    assert told.failed == [("SEG-01", None)]
    assert told.hint == f"would be applied if segmentation were on for event type {key}"


def test_segmentation_can_be_off_for_new_event_types(case: Any) -> None:
    """SEG-01, ENV-13: by the account's setting."""
    view = case.view(segment_new_event_types=False)
    del view.event_types["orderCreated"]
    outcome = case.judge(case.order(), view)
    assert outcome.reasons == ["segmentation_disabled"]
    assert outcome.new_event_type["segmentation"] is False


def test_other_event_needs_no_segmentation(case: Any) -> None:
    """SEG-01 is about orders."""
    view = case.view(event_types=[{"eventTypeKey": "visit", "segmentation": False}])
    outcome = visit(case, view)
    assert (outcome.verdict, outcome.warnings) == ("recorded", [])
    assert case.steps(outcome, "SEG-01") == []


# SEG-02


@pytest.mark.parametrize(
    ("segmented", "known_order_types", "joins"),
    [
        pytest.param(49, 4, True, id="SEG-02 the 50th"),
        pytest.param(50, 4, False, id="SEG-02 the 51st"),
        pytest.param(45, 0, True, id="SEG-02 room is kept for the four order types"),
        pytest.param(46, 0, False, id="SEG-02 that room is not taken"),
        pytest.param(48, 2, False, id="SEG-02 nor what is left of it"),
    ],
)
def test_fifty_event_types_take_part(
    case: Any, segmented: int, known_order_types: int, joins: bool
) -> None:
    assert MAX_SEGMENTED == 50
    view = case.view(segmented=segmented)
    for key in ORDER_EVENTS[known_order_types:]:
        del view.event_types[key]
    outcome = visit(case, view)
    assert outcome.verdict == "recorded"
    assert outcome.new_event_type["segmentation"] is joins
    assert outcome.warnings == ([] if joins else ["segmentation_limit"])


def test_room_is_kept_for_an_order_type_that_was_switched_off(case: Any) -> None:
    """SEG-02: the four count first, so that one of them can always be switched on again."""
    off = {"eventTypeKey": "orderCancelled", "segmentation": False}
    for segmented, joins in ((48, True), (49, False)):
        outcome = visit(case, case.view(event_types=[off], segmented=segmented))
        assert outcome.new_event_type["segmentation"] is joins


@pytest.mark.parametrize(
    ("key", "segmented", "may"),
    [
        pytest.param("visit", 49, True, id="SEG-02 the 50th"),
        pytest.param("visit", 50, False, id="SEG-02 the 51st"),
        pytest.param("joined", 50, True, id="SEG-02 one that takes part already"),
        pytest.param("left", 50, False, id="SEG-02 one that was switched off"),
        pytest.param("orderCreated", 50, True, id="SEG-02 an order event type"),
    ],
)
def test_segmentation_is_switched_on_for_fifty_at_most(
    case: Any, key: str, segmented: int, may: bool
) -> None:
    types = [{"eventTypeKey": "joined"}, {"eventTypeKey": "left", "segmentation": False}]
    view = case.view(event_types=types, segmented=segmented)
    assert why_not_segmented(key, view) == (
        ""
        if may
        else "50 event types take part in segmentation already (the four order types count first):"
        f" switch it off for another one before {key}"
    )


@pytest.mark.parametrize("key", ORDER_EVENTS)
def test_order_event_type_always_takes_part(case: Any, key: str) -> None:
    """SEG-02: the four count first."""
    view = case.view(segmented=50)
    del view.event_types[key]
    trace = Trace()
    assert new_event_type(key, view, trace)["segmentation"] is True
    assert trace.warnings == []


def test_limit_does_not_matter_where_segmentation_is_not_automatic(case: Any) -> None:
    """SEG-02."""
    outcome = visit(case, case.view(segmented=50, segment_new_event_types=False))
    assert outcome.new_event_type["segmentation"] is False
    assert outcome.warnings == []
