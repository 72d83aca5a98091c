"""ITM-01 to ITM-06: the items of an order."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from mock_server.rules.order.items import REQUIRED


def stored(outcome: Any) -> Any:
    assert outcome.verdict == "applied", outcome.trace
    return outcome.effect.after["items"]


# ITM-01


@pytest.mark.parametrize("value", [..., None, "", "  "])
def test_items_are_optional(case: Any, value: Any) -> None:
    """ITM-01."""
    outcome = case.judge(case.order(items=value))
    assert (outcome.verdict, outcome.warnings) == ("applied", [])
    assert "items" not in outcome.effect.after
    assert case.steps(outcome, "ITM-01") == ["noted there are no items: they are optional"]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_items_may_be_an_array_or_text_that_holds_one(case: Any, version: str) -> None:
    """ITM-01, ENV-10: v1 warns of the array only."""
    items = [case.item(), case.item(cost=0)]
    array = case.judge(case.order(items=items), version=version)
    text = case.judge(case.order(items=json.dumps(items)), version=version)
    assert stored(array) == stored(text) == items
    assert array.warnings == (["v1_value_not_string"] if version == "v1" else [])
    assert text.warnings == []
    assert case.steps(text, "ITM-01") == [
        "noted items is text that holds JSON: an array",
        "passed items is an array of 2",
    ]


@pytest.mark.parametrize(
    ("value", "reason", "hint"),
    [
        pytest.param({}, "items_not_a_list", "items were an array", id="ITM-01 object"),
        pytest.param(5, "items_not_a_list", "items were an array", id="ITM-01 number"),
        pytest.param(False, "items_not_a_list", "items were an array", id="ITM-01 boolean"),
        pytest.param("{}", "items_not_a_list", "items were an array", id="ITM-01 text of object"),
        pytest.param("null", "items_not_a_list", "items were an array", id="ITM-01 text of null"),
        pytest.param('"[]"', "items_not_a_list", "items were an array", id="ITM-01 text of text"),
        pytest.param(
            "[{]",
            "items_not_json",
            "items were a JSON array, or text that holds one",
            id="ITM-01 broken text",
        ),
        pytest.param(
            "Super Device",
            "items_not_json",
            "items were a JSON array, or text that holds one",
            id="ITM-01 other text",
        ),
        pytest.param(
            "[" * 300 + "]" * 300,
            "items_not_json",
            "items were a JSON array, or text that holds one",
            id="ITM-01 too deep",
        ),
    ],
)
def test_items_are_ignored(case: Any, value: Any, reason: str, hint: str) -> None:
    assert case.told(case.order(items=value)) == (
        "ignored",
        [reason],
        [],
        [("ITM-01", "items")],
        f"would be applied if {hint}",
    )


def test_broken_text_is_told_with_the_place(case: Any) -> None:
    """ITM-01."""
    (step,) = case.steps(case.judge(case.order(items='[{"a": 1,}]')), "ITM-01")
    assert step.startswith("failed items is text that is not JSON: ")
    assert " at line 1 column " in step


# ITM-02


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize(
    ("value", "seen"),
    [
        pytest.param(..., "is missing", id="missing"),
        pytest.param(None, "is not filled", id="null"),
        pytest.param(" ", "is not filled", id="blank"),
    ],
)
def test_field_of_an_item_is_not_filled(case: Any, name: str, value: Any, seen: str) -> None:
    """ITM-02."""
    outcome = case.judge(case.order(items=[case.item(), case.item(**{name: value})]))
    assert case.say(outcome) == (
        "ignored",
        ["item_required_missing"],
        [],
        [("ITM-02", f"items[1].{name}")],
        f"would be applied if items[1].{name} were filled",
    )
    assert case.steps(outcome, "ITM-02") == [f"failed items[1].{name} {seen}"]


def test_items_require_six_fields() -> None:
    """ITM-02."""
    assert REQUIRED == ("externalItemId", "name", "quantity", "cost", "url", "imageUrl")


def test_all_that_items_lack_is_told_together(case: Any) -> None:
    """ITM-02."""
    told = case.told(case.order(items=[{}, case.item(url="", imageUrl=...)]))
    assert told.failed == [
        *[("ITM-02", f"items[0].{name}") for name in REQUIRED],
        ("ITM-02", "items[1].url"),
        ("ITM-02", "items[1].imageUrl"),
    ]
    assert told.warnings == ["item_category_missing"]


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("image_url", "imageUrl"),
        ("imageURL", "imageUrl"),
        ("externalItemID", "externalItemId"),
        ("Cost", "cost"),
    ],
)
def test_misspelt_field_of_an_item_is_a_near_miss(case: Any, sent: str, name: str) -> None:
    """ITM-02: the hint is to rename what was sent."""
    item = case.item()
    item[sent] = item.pop(name)
    outcome = case.judge(case.order(items=[item]))
    assert case.steps(outcome, "ITM-02") == [
        f"failed items[0].{name} is missing",
        f"noted near miss: items[0].{sent} → did you mean {name}?",
    ]
    assert outcome.hint == f"would be applied if items[0].{sent} were named {name}"


@pytest.mark.parametrize("item", [5, "text", None, True, [], [{"name": "x"}]])
def test_item_that_is_no_object(case: Any, item: Any) -> None:
    """ITM-02."""
    assert case.told(case.order(items=[case.item(), item])) == (
        "ignored",
        ["item_not_an_object"],
        [],
        [("ITM-02", "items[1]")],
        (
            "would be applied if items[1] were an object with externalItemId, name, quantity, cost,"
            " url, imageUrl"
        ),
    )


def test_nothing_is_said_of_items_that_are_no_objects(case: Any) -> None:
    """ITM-02 to ITM-05: no rule passes for want of anything to look at."""
    outcome = case.judge(case.order(items=[1, 2]))
    assert case.steps(outcome, "ITM-03", "ITM-04", "ITM-05") == []
    assert len(case.steps(outcome, "ITM-02")) == 2


# ITM-03


@pytest.mark.parametrize(
    ("category", "warnings"),
    [
        ("devices", []),
        (..., ["item_category_missing"]),
        (None, ["item_category_missing"]),
        ("", ["item_category_missing"]),
    ],
)
def test_category_is_not_required_but_missed(case: Any, category: Any, warnings: list[str]) -> None:
    """ITM-03."""
    outcome = case.judge(case.order(items=[case.item(category=category)]))
    assert (outcome.verdict, outcome.warnings) == ("applied", warnings)


# ITM-04


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param({"a": [1, 2]}, '{"a":[1,2]}', id="ITM-04 object"),
        pytest.param([1.5, None, "x"], '[1.5,null,"x"]', id="ITM-04 array"),
        pytest.param([], "[]", id="ITM-04 empty array"),
        pytest.param(
            {"a": Decimal("0.10000000000000000001")},
            '{"a":0.10000000000000000001}',
            id="ITM-04 exact number",
        ),
    ],
)
def test_nested_value_is_kept_as_its_text(case: Any, value: Any, kept: str) -> None:
    sent = case.item(sizes=value)
    outcome = case.judge(case.order(items=[case.item(), sent], totalCost=1980))
    assert outcome.warnings == ["item_nested_value_serialized"]
    assert stored(outcome) == [case.item(), case.item(sizes=kept)]
    assert sent["sizes"] == value, "what was sent is not changed"
    (step,) = case.steps(outcome, "ITM-04")
    assert step.startswith("noted items[1].sizes is an ")


def test_text_that_looks_like_json_stays(case: Any) -> None:
    """ITM-04."""
    outcome = case.judge(case.order(items=[case.item(sizes="[1]", more=True, none=None)]))
    assert outcome.warnings == []
    assert stored(outcome)[0]["sizes"] == "[1]"
    assert case.steps(outcome, "ITM-04") == ["passed no item holds an array or object"]


# ITM-05


@pytest.mark.parametrize("quantity", [1, 0.001, "1", " 2.5 ", "1e3", Decimal("1e-400")])
@pytest.mark.parametrize("cost", [0, "0", 990, "990.50", Decimal("1e400")])
def test_quantity_and_cost_are_numbers(case: Any, quantity: Any, cost: Any) -> None:
    """ITM-05: kept as sent."""
    item = case.item(quantity=quantity, cost=cost)
    outcome = case.judge(case.order(items=[item]))
    assert stored(outcome) == [item]
    assert outcome.reasons == []


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("quantity", 0, "a number above zero"),
        ("quantity", -1, "a number above zero"),
        ("quantity", "0.0", "a number above zero"),
        ("quantity", "one", "a number above zero"),
        ("quantity", True, "a number above zero"),
        ("quantity", "1,5", "a number above zero"),
        ("cost", -0.01, "a number of zero or more"),
        ("cost", "-1", "a number of zero or more"),
        ("cost", "free", "a number of zero or more"),
        ("cost", False, "a number of zero or more"),
        ("cost", "NaN", "a number of zero or more"),
    ],
)
def test_number_of_an_item_is_invalid(case: Any, name: str, value: Any, wanted: str) -> None:
    """ITM-05."""
    assert case.told(case.order(items=[case.item(**{name: value})])) == (
        "ignored",
        ["item_value_invalid"],
        [],
        [("ITM-05", f"items[0].{name}")],
        f"would be applied if items[0].{name} were {wanted}",
    )


@pytest.mark.parametrize("name", ["quantity", "cost"])
def test_nested_number_of_an_item_is_invalid(case: Any, name: str) -> None:
    """ITM-04, ITM-05."""
    told = case.told(case.order(items=[case.item(**{name: [1]})]))
    assert told[:3] == ("ignored", ["item_value_invalid"], ["item_nested_value_serialized"])


# ITM-06


@pytest.mark.parametrize("value", [[], "[]", " [ ] "])
def test_empty_array_is_allowed(case: Any, value: Any) -> None:
    """ITM-06."""
    outcome = case.judge(case.order(items=value))
    assert (outcome.verdict, outcome.warnings) == ("applied", ["items_empty"])
    assert stored(outcome) == []


# Everything together


def test_faults_of_several_rules_are_told_together(case: Any) -> None:
    """ITM-02, ITM-03, ITM-04, ITM-05."""
    items = [case.item(url=None, cost=-1, category=...), 5, case.item(more={}, quantity="x")]
    told = case.told(case.order(items=items))
    assert told.reasons == ["item_not_an_object", "item_required_missing", "item_value_invalid"]
    assert told.warnings == ["item_category_missing", "item_nested_value_serialized"]
    assert told.failed == [
        ("ITM-02", "items[1]"),
        ("ITM-02", "items[0].url"),
        ("ITM-05", "items[0].cost"),
        ("ITM-05", "items[2].quantity"),
    ]


def test_hint_for_very_many_faults_stays_short(case: Any) -> None:
    """ITM-02: the trace has them all."""
    outcome = case.judge(case.order(items=[{}] * 100))
    assert len(case.say(outcome).failed) == 600
    assert outcome.hint.endswith("items[1].cost and 590 more were filled")
