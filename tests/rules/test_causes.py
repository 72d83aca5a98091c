"""ORD-11 to ORD-13 across requests: why an order is unknown, and what would have helped."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.rules.event.causes import hint_for, told
from mock_server.rules.trace import sentence_list


def record(case: Any, event_id: int, outcome: Any) -> Any:
    """The stored record of an event, as far as a later event looks at it."""
    return {
        "eventId": event_id,
        "eventTypeKey": outcome.event_type_key,
        "verdict": outcome.verdict,
        "trace": [
            {"rule": step.rule, "result": step.result, "message": step.message}
            for step in outcome.trace
        ],
    }


def after(case: Any, event_id: int, outcome: Any, **more: Any) -> Any:
    """An account in which the event of an outcome was the newest failure of the order."""
    return case.view(failures={"12345679": record(case, event_id, outcome)}, **more)


@pytest.mark.parametrize(
    ("key", "rule", "done"),
    [("orderDelivered", "ORD-12", "delivered"), ("orderCancelled", "ORD-13", "cancelled")],
)
def test_unknown_order_blames_the_event_that_should_have_made_it(
    case: Any, key: str, rule: str, done: str
) -> None:
    """ORD-12, ORD-13."""
    dropped = case.judge(case.order(items=[case.item(url=None)]))
    outcome = case.judge(case.order(key), after(case, 17, dropped))
    assert (outcome.verdict, outcome.caused_by) == ("ignored", 17)
    assert case.steps(outcome, rule) == [
        (
            "failed order 12345679 is unknown, because its orderCreated (event 17) was ignored:"
            " items[0].url is not filled"
        )
    ]
    assert outcome.hint == "would be applied if orderCreated (event 17) had been applied"


def test_rejected_event_can_be_blamed(case: Any) -> None:
    """ORD-12, ENV-11: a body that was too large is the classic."""
    dropped = case.judge(case.order(), size=30000)
    outcome = case.judge(case.order("orderDelivered"), after(case, 3, dropped))
    assert outcome.caused_by == 3
    assert case.steps(outcome, "ORD-12") == [
        (
            "failed order 12345679 is unknown, because its orderCreated (event 3) was rejected:"
            " the body has 30000 bytes, more than 20480 (20 KB)"
        )
    ]


def test_update_that_fails_to_create_blames_the_earlier_event(case: Any) -> None:
    """ORD-11: what this event itself lacks is the way out, the earlier one is the cause."""
    dropped = case.judge(case.order(date="?"))
    body = case.event("orderUpdated", externalOrderId="12345679", phone="380501234567")
    outcome = case.judge(body, after(case, 5, dropped))
    assert (outcome.verdict, outcome.caused_by) == ("ignored", 5)
    assert outcome.hint == "would be applied if totalCost, status and date were filled"
    assert case.steps(outcome, "ORD-11")[-1] == (
        "noted order 12345679 is unknown, because its orderCreated (event 5) was ignored:"
        ' date "?" is not of the form YYYY-MM-ddTHH:mm:ss'
    )


@pytest.mark.parametrize("key", ["orderCreated", "orderUpdated"])
def test_event_that_creates_the_order_after_all_blames_nobody(case: Any, key: str) -> None:
    """ORD-11."""
    dropped = case.judge(case.order(date="?"))
    outcome = case.judge(case.order(key), after(case, 5, dropped))
    assert (outcome.verdict, outcome.caused_by) == ("applied", None)


def test_failure_of_a_known_order_is_not_blamed(case: Any) -> None:
    """ORD-12: an update failed, but the order is there."""
    dropped = case.judge(case.order("orderUpdated", date="?"))
    view = after(case, 5, dropped, orders=[case.existing()])
    outcome = case.judge(case.order("orderDelivered"), view)
    assert (outcome.verdict, outcome.caused_by) == ("applied", None)


def test_a_creation_that_fails_again_blames_itself(case: Any) -> None:
    """ORD-12: it did not need the event before."""
    dropped = case.judge(case.order(items=[case.item(url=None)]))
    outcome = case.judge(case.order(items=[case.item(url=None)]), after(case, 4, dropped))
    assert (outcome.verdict, outcome.caused_by) == ("ignored", None)


def test_update_of_an_unknown_order_without_an_earlier_failure(case: Any) -> None:
    """ORD-11."""
    outcome = case.judge(case.order("orderUpdated", date="?"))
    assert (outcome.verdict, outcome.caused_by) == ("ignored", None)
    assert len(case.steps(outcome, "ORD-11")) == 2


@pytest.mark.parametrize(
    ("known", "order_id", "said"),
    [
        pytest.param([], "404", "there are no orders yet", id="none"),
        pytest.param(["1", "2", "3"], "404", "known orders: 3, 2, 1", id="the newest first"),
        pytest.param(
            list("abcdefgh"), "404", "known orders: h, g, f, e, d", id="no more than five"
        ),
        pytest.param(["ORD-2024-1", "x"], "77", "known orders: x, ORD-2024-1", id="far"),
        pytest.param(["A-1", "x"], "a-1", "did you mean A-1?", id="letter case"),
        pytest.param(["A-1000", "A-2000"], "A-1001", "did you mean A-1000?", id="close"),
    ],
)
def test_hint_for_an_unknown_order_names_known_ones(
    case: Any, known: list[str], order_id: str, said: str
) -> None:
    """ORD-12."""
    view = case.view(orders=[case.existing(externalOrderId=each) for each in known])
    outcome = case.judge(case.event("orderDelivered", externalOrderId=order_id), view)
    assert outcome.hint == f"would be applied if order {order_id} existed ({said})"
    assert outcome.caused_by is None


def test_long_ids_and_causes_are_cut(case: Any) -> None:
    """ORD-12: messages stay short whatever is sent."""
    dropped = case.judge(case.order(items=[{}]))
    view = case.view(failures={"x" * 9000: record(case, 1, dropped)})
    outcome = case.judge(case.event("orderDelivered", externalOrderId="x" * 9000), view)
    (step,) = case.steps(outcome, "ORD-12")
    assert step.endswith("items[0].quantity is missing; and 3 more")
    assert len(step) < 400


# Sentences


@pytest.mark.parametrize(
    ("fixes", "hint"),
    [
        ([], None),
        (["a were filled"], "would be applied if a were filled"),
        (["a were filled", "b were filled"], "would be applied if a and b were filled"),
        (
            ["x were 1", "a were filled", "y were 2", "b were filled", "c were filled"],
            "would be applied if a, b and c were filled, x were 1 and y were 2",
        ),
        (
            [f"{name} were 1" for name in "abcdefgh"],
            (
                "would be applied if a were 1, b were 1, c were 1, d were 1, e were 1"
                " and 3 more faults in the trace were mended"
            ),
        ),
    ],
)
def test_hint_is_one_sentence(fixes: list[str], hint: str | None) -> None:
    assert hint_for("applied", fixes) == hint


def test_list_in_a_sentence() -> None:
    assert sentence_list([]) == ""
    assert sentence_list(["a"]) == "a"
    assert sentence_list(["a", "b"], "or") == "a or b"
    assert sentence_list(["a", "b", "c"]) == "a, b and c"
    assert sentence_list("abcde", limit=3) == "a, b, c and 2 more"


def test_faults_in_one_text() -> None:
    assert told([], 2) == ""
    assert told(["a", "b"], 2) == "a; b"
    assert told(["a", "b", "c", "d"], 2) == "a; b; and 2 more"
