"""SIT-01 to SIT-03: truth tables of the seven site events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mock_server.emulator.examples import EXAMPLES
from mock_server.rules.event.site_events import REQUIRED

MISSING, INVALID = "site_event_param_missing", "site_event_value_invalid"
FIXTURES = Path(__file__).parents[2] / "fixtures" / "examples"
CART = [{"productId": "1", "quantity": 1, "price": 5}]


def judged(case: Any, key: str, **params: Any) -> tuple[str, list[str], list[str]]:
    """The verdict, the warnings and the paths that were warned of."""
    listed = [{"name": name, "value": value} for name, value in params.items()]
    listed.append({"name": "phone", "value": "380501234567"})
    outcome = case.judge({"eventTypeKey": key, "params": listed})
    paths = [step.param for step in outcome.trace if step.rule in ("SIT-01", "SIT-02")]
    return outcome.verdict, outcome.warnings, paths if outcome.warnings else []


@pytest.mark.parametrize("key", list(REQUIRED))
def test_the_example_has_all_and_nothing_at_all_is_warned_of(case: Any, key: str) -> None:
    outcome = case.judge(EXAMPLES[key])
    assert (outcome.verdict, outcome.warnings) == ("recorded", [])
    verdict, warnings, paths = judged(case, key)
    assert (verdict, warnings) == ("recorded", [MISSING])
    assert paths


@pytest.mark.parametrize("key", list(REQUIRED))
def test_the_example_is_a_fixture_too(key: str) -> None:
    name = "".join(f"-{each.lower()}" if each.isupper() else each for each in key)
    assert json.loads((FIXTURES / f"{name}.json").read_text("utf-8")) == EXAMPLES[key]


@pytest.mark.parametrize(
    ("key", "params", "warnings", "paths"),
    [
        ("pageViewed", {"page": {"location": " "}}, [MISSING], ["page.location"]),
        ("pageViewed", {"page": '{"location": "https://a.test"}'}, [], []),
        ("pageViewed", {"page": "https://a.test"}, [INVALID], ["page"]),
        ("pageViewed", {"page": ["x"]}, [INVALID], ["page"]),
        ("productViewed", {"product": {"productId": "1"}}, [MISSING], ["product.price"]),
        (
            "productViewed",
            {"product": {"productId": "1", "price": 0, "isInStock": "1"}, "currencyCode": "UAH"},
            [],
            [],
        ),
        (
            "productViewed",
            {"product": {"productId": "1", "price": 1, "isInStock": True}, "currencyCode": ["UAH"]},
            [INVALID],
            ["product.isInStock", "currencyCode"],
        ),
        ("productCategoryViewed", {"category": {}}, [MISSING], ["category.productCategoryId"]),
        ("cartUpdated", {"recycleStateId": "1"}, [], []),
        ("cartUpdated", {"recycleStateId": "1", "products": []}, [], []),
        ("cartUpdated", {"products": CART}, [MISSING], ["recycleStateId"]),
        ("cartUpdated", {"recycleStateId": "1", "products": json.dumps(CART)}, [], []),
        (
            "cartUpdated",
            {"recycleStateId": "1", "products": [*CART, {"productId": "2", "quantity": 1}]},
            [MISSING],
            ["products[1].price"],
        ),
        ("cartUpdated", {"recycleStateId": "1", "products": {"0": {}}}, [INVALID], ["products"]),
        ("cartUpdated", {"recycleStateId": "1", "products": "[1"}, [INVALID], ["products"]),
        ("cartUpdated", {"recycleStateId": "1", "products": [3]}, [INVALID], ["products[0]"]),
        (
            "productImpressions",
            {"recomVariantId": "12", "products": []},
            [INVALID],
            ["products", "recomVariantId"],
        ),
        ("searchRequest", {"search": "tea", "isFound": 2}, [INVALID], ["isFound"]),
    ],
)
def test_what_a_site_event_lacks_is_warned_of(
    case: Any, key: str, params: dict[str, Any], warnings: list[str], paths: list[str]
) -> None:
    assert judged(case, key, **params) == ("recorded", warnings, paths)


@pytest.mark.parametrize(
    ("key", "warned"),
    [
        ("pageviewed", True),
        ("Page_Viewed", True),
        ("cart-updated", True),
        ("pageViewed2", False),
        ("visit", False),
    ],
)
def test_a_type_that_is_almost_one_of_the_seven_is_warned_of(
    case: Any, key: str, warned: bool
) -> None:
    """SIT-03."""
    _, warnings, _ = judged(case, key)
    assert ("event_type_looks_like_site_event" in warnings) is warned


def test_only_so_many_faults_are_told(case: Any) -> None:
    _, _, paths = judged(case, "cartUpdated", recycleStateId="1", products=[{}] * 500)
    assert len(paths) == 20
