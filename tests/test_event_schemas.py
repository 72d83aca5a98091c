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


_STATUSES = "'INITIALIZED', 'IN_PROGRESS', 'DELIVERED', 'CANCELLED', 'ABANDONED_SHOPPING_CART'"
_KINDS = "'string', 'number', 'boolean', 'object', 'array'"
_ITEM = EXAMPLES["orderCreated"]["params"][7]["value"][0]


@pytest.mark.parametrize(
    ("key", "name", "value", "place", "message"),
    [
        ("orderCreated", "status", "PAID", ".value", f"'PAID' is not one of [{_STATUSES}]"),
        ("orderCreated", "date", "2026-01-01", ".value", "'2026-01-01' does not match '^[0-9]{4}-"),
        ("orderCreated", "totalCost", "1,5", ".value", "'1,5' does not match"),
        ("orderCreated", "externalOrderId", " ", ".value", r"' ' does not match '\\S'"),
        ("orderCreated", "items", {"0": {}}, ".value", "{'0': {}} is not of type 'array'"),
        ("orderCreated", "items", [{**_ITEM, "quantity": 0}], ".value[0].quantity", "0 is less"),
        ("orderCreated", "items", [_ITEM, {**_ITEM, "cost": "5 UAH"}], ".value[1].cost", "'5 UAH'"),
        ("orderCreated", "items", [{"name": None, **_ITEM}, {**_ITEM, "name": None}],
         ".value[1].name", f"None is not of type {_KINDS}"),
        ("orderUpdated", "status", "shipped", ".value", "'shipped' is not one of"),
        ("orderDelivered", "externalOrderId", None, ".value", "None is not of type"),
        ("pageViewed", "page", {}, ".value", "'location' is a required property"),
        ("cartUpdated", "products", [{"productId": "1", "price": 1}], ".value[0]", "'quantity' is"),
        ("productImpressions", "products", [], ".value", "[] should be non-empty"),
        ("searchRequest", "search", "", ".value", r"'' does not match '\\S'"),
    ],
)  # fmt: skip
def test_what_people_get_wrong_is_pointed_at(
    key: str, name: str, value: Any, place: str, message: str
) -> None:
    body = changed(EXAMPLES[key], {name: value})
    at = next(index for index, each in enumerate(body["params"]) if each["name"] == name)
    found = list(VALIDATORS[key].iter_errors(body))
    assert [each.json_path for each in found] == [f"$.params[{at}]{place}"]
    assert found[0].message.startswith(message)


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["externalOrderId"], "externalOrderId"),
        (["phone", "externalCustomerId"], "externalCustomerId, email or phone"),
    ],
)
def test_a_param_that_is_not_there_is_named(names: list[str], wanted: str) -> None:
    body = copy.deepcopy(EXAMPLES["orderCreated"])
    body["params"] = [each for each in body["params"] if each["name"] not in names]
    (found,) = VALIDATORS["orderCreated"].iter_errors(body)
    assert found.json_path == "$.params"
    assert found.message == f"'a param {wanted} that is filled' was expected"


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
    found = list(VALIDATORS[key].iter_errors(body))
    if not found:
        return
    # None of these errors could say which field is meant, and what of it.
    assert {"anyOf", "oneOf", "not", "contains"}.isdisjoint(each.validator for each in found)
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
