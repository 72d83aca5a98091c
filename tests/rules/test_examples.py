"""The examples in fixtures/: each is what it says, and applied once its contact exists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mock_server import jsonio

EXAMPLES = Path(__file__).parents[2] / "fixtures" / "examples"
# In the order of an order's life, with the warnings each gives.
LIFE = {
    "order-created": ("created", "INITIALIZED", ["total_mismatch"]),
    "order-updated": ("updated", "IN_PROGRESS", []),
    "order-delivered": ("status", "DELIVERED", []),
    "order-cancelled": ("status", "CANCELLED", ["status_reopened"]),
}


def read(name: str) -> Any:
    return jsonio.loads((EXAMPLES / f"{name}.json").read_bytes())


def test_there_is_one_example_for_each_order_event() -> None:
    assert {path.stem for path in EXAMPLES.glob("order-*.json")} == set(LIFE)
    for name in LIFE:
        kind, _, done = name.partition("-")
        assert read(name)["eventTypeKey"] == kind + done.capitalize()


@pytest.mark.parametrize("name", LIFE)
def test_example_is_printed_for_people(name: str) -> None:
    text = (EXAMPLES / f"{name}.json").read_text("utf-8")
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", LIFE)
def test_example_names_the_same_order_and_contact(name: str) -> None:
    example = read(name)
    params = {each["name"]: each["value"] for each in example["params"]}
    assert list(example) == ["eventTypeKey", "keyValue", "params"]
    assert example["keyValue"] == params["phone"] == "380501234567"
    assert params["externalOrderId"] == "12345679"


def test_created_example_holds_the_documented_facts() -> None:
    """ORD-01, ORD-17: also that its items do not add up."""
    params = {each["name"]: each["value"] for each in read("order-created")["params"]}
    (item,) = params.pop("items")
    assert params == {
        "phone": "380501234567",
        "externalOrderId": "12345679",
        "externalCustomerId": "AV13760",
        "totalCost": "258.0",
        "status": "INITIALIZED",
        "date": "2020-05-14T10:11:00",
        "currency": "UAH",
    }
    assert item == {
        "externalItemId": "200600",
        "name": "Super Device",
        "category": "devices",
        "quantity": 1,
        "cost": 990,
        "url": "http://example.com/item/200600",
        "imageUrl": "http://example.com/item/200600/image.png",
        "description": "High quality",
    }


def test_examples_take_an_order_through_its_life(case: Any) -> None:
    """ORD-10, ORD-12, ORD-13, ORD-16."""
    orders: list[Any] = []
    for name, (change, status, warnings) in LIFE.items():
        outcome = case.judge(read(name), case.view(orders=orders))
        assert case.say(outcome) == ("applied", [], warnings, [], None), name
        assert (outcome.effect.change, outcome.effect.after["status"]) == (change, status)
        orders = [outcome.effect.after]


@pytest.mark.parametrize("name", ["order-created", "order-updated"])
def test_examples_are_ignored_while_the_contact_is_unknown(case: Any, name: str) -> None:
    """IDN-06, ORD-15."""
    outcome = case.judge(read(name), case.view({}))
    assert outcome.verdict == "ignored"
    assert "contact_not_found" in outcome.reasons
