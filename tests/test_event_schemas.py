"""The JSON Schemas of events: valid, kept as fixtures, and never stricter than the judge."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mock_server import MockServer
from mock_server.emulator import Emulator
from mock_server.emulator.errors import NotFoundError
from mock_server.emulator.event_schemas import SCHEMA_TYPES, event_schema, schemas
from mock_server.emulator.examples import EXAMPLES
from mock_server.rules.outcome import EventRequest

FOLDER = Path(__file__).parents[1] / "fixtures" / "schemas"
SCHEMAS = schemas()
VALIDATORS = {key: Draft202012Validator(schema) for key, schema in SCHEMAS.items()}
ORDER = ("orderCreated", "orderUpdated", "orderDelivered", "orderCancelled")


@pytest.mark.parametrize("key", SCHEMA_TYPES)
def test_a_schema_is_valid_takes_its_example_and_is_a_fixture(key: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[key])
    assert list(VALIDATORS[key].iter_errors(EXAMPLES[key])) == []
    name = "".join(f"-{each.lower()}" if each.isupper() else each for each in key)
    kept = json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8"))
    assert kept == SCHEMAS[key], f"yespo-mock schema {key} > {FOLDER.name}/{name}.schema.json"


@pytest.mark.parametrize(
    ("key", "name", "value"),
    [
        ("orderCreated", "status", "PAID"),
        ("orderCreated", "date", "2026-01-01"),
        ("orderCreated", "totalCost", "1,5"),
        ("orderCreated", "externalOrderId", " "),
        ("orderCreated", "items", {"0": {}}),
        ("orderUpdated", "status", "shipped"),
        ("orderDelivered", "externalOrderId", None),
        ("pageViewed", "page", {}),
        ("cartUpdated", "products", [{"productId": "1"}]),
        ("productImpressions", "products", []),
        ("searchRequest", "search", ""),
    ],
)
def test_what_people_get_wrong_is_refused(key: str, name: str, value: Any) -> None:
    assert not VALIDATORS[key].is_valid(changed(EXAMPLES[key], {name: value}))


def changed(event: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(event)
    for each in made["params"]:
        if each["name"] in values:
            each["value"] = values[each["name"]]
    return made


SCALARS = st.one_of(
    st.none(),
    st.sampled_from(
        ["", " ", "1", "1e5", ".5", "-1", "0", "x", "2026-01-01T00:00:00", "DELIVERED"]
    ),
    st.sampled_from(["2026-01-01T00:00:00Z", "\x1c", "\u00a0", "null", "[]"]),
    st.integers(-2, 3),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.booleans(),
)
NAMES = ("externalItemId", "name", "quantity", "cost", "url", "imageUrl", "productId", "price")
OBJECTS = st.dictionaries(st.sampled_from((*NAMES, "location", "productCategoryId")), SCALARS)
VALUES = st.one_of(SCALARS, OBJECTS, st.lists(st.one_of(OBJECTS, SCALARS), max_size=3))


@st.composite
def bodies(draw: st.DrawFn) -> Any:
    """An example with some of its values, names or fields changed."""
    event = copy.deepcopy(EXAMPLES[draw(st.sampled_from(SCHEMA_TYPES))])
    for each in event["params"]:
        if draw(st.integers(0, 3)) == 0:
            each["value"] = draw(VALUES)
    items = [each for each in event["params"] if isinstance(each["value"], list)]
    for each in items:
        for item in each["value"]:
            if isinstance(item, dict) and item and draw(st.booleans()):
                item[draw(st.sampled_from(sorted(item)))] = draw(SCALARS)
    if draw(st.booleans()):
        event["params"].pop(draw(st.integers(0, len(event["params"]) - 1)))
    if draw(st.integers(0, 5)) == 0:
        event["keyValue"] = draw(VALUES)
    return event


@given(bodies())
def test_what_a_schema_refuses_is_not_applied(body: dict[str, Any]) -> None:
    """Of site events: is rejected, or warned of."""
    key = body["eventTypeKey"]
    if VALIDATORS[key].is_valid(body):
        return
    outcome = RUNNING.account().explain(EventRequest(body))
    if key in ORDER:
        assert outcome.verdict in ("ignored", "rejected"), body
    else:
        assert outcome.verdict == "rejected" or any("site_event" in w for w in outcome.warnings)


RUNNING = Emulator(
    seeds=[
        {
            "contacts": [{"phone": "380501234567"}],
            "orders": [
                {
                    "externalOrderId": "12345679",
                    "totalCost": 1,
                    "status": "INITIALIZED",
                    "date": "2026-01-01T00:00:00",
                    "phone": "380501234567",
                }
            ],
        }
    ]
)


def test_a_name_like_no_other_is_told_those_there_are() -> None:
    with pytest.raises(
        NotFoundError, match=r"^There is no schema of zzz\. There are: orderCreated"
    ):
        event_schema("zzz")


def test_they_are_served(tmp_path: Path) -> None:
    with MockServer() as mock:
        url = f"{mock.url}/_mock/schemas"
        assert requests.get(f"{url}/orderCreated", timeout=10).json() == SCHEMAS["orderCreated"]
        answer = requests.get(f"{url}/orderCreate", timeout=10)
        assert (answer.status_code, answer.json()["error"]) == (404, "schema_not_found")
        assert "orderCreated" in answer.json()["message"]
