"""ORD-17: whether the cost of the items adds up to totalCost."""

from __future__ import annotations

from decimal import MAX_EMAX, Decimal, localcontext
from typing import Any

import pytest

from mock_server.rules.order.totals import item_total

HUGE = Decimal(f"9.00000e{MAX_EMAX}")


def judged(case: Any, total: Any, lines: Any, /, **extras: Any) -> Any:
    """An order of this totalCost, with an item for each (cost, quantity)."""
    items = [case.item(cost=cost, quantity=quantity) for cost, quantity in lines]
    outcome = case.judge(case.order(totalCost=total, items=items, **extras))
    assert outcome.verdict == "applied", "a mismatch never ignores the event"
    return outcome


@pytest.mark.parametrize(
    ("total", "lines", "extras"),
    [
        pytest.param(990, [(990, 1)], {}, id="ORD-17 one item"),
        pytest.param("30.3", [("10.1", 3)], {}, id="ORD-17 cost per unit"),
        pytest.param(10, [(10, 3)], {}, id="ORD-17 cost per line"),
        pytest.param(0.3, [(0.1, 1), (0.2, 1)], {}, id="ORD-17 exact where floats are not"),
        pytest.param("100.009", [(100, 1)], {}, id="ORD-17 less than a cent off"),
        pytest.param(110, [(100, 1)], {"shipping": 10}, id="ORD-17 with shipping"),
        pytest.param(100, [(100, 1)], {"shipping": 10}, id="ORD-17 without shipping"),
        pytest.param(120, [(100, 1)], {"taxes": "20"}, id="ORD-17 with taxes"),
        pytest.param(90, [(100, 1)], {"discount": 10}, id="ORD-17 with discount"),
        pytest.param(
            115, [(100, 1)], {"shipping": 10, "taxes": 20, "discount": 15}, id="ORD-17 with all"
        ),
        pytest.param(
            110, [(100, 1)], {"shipping": 10, "taxes": 20, "discount": 15}, id="ORD-17 one of three"
        ),
        pytest.param(20, [(5, 3)], {"shipping": 5}, id="ORD-17 by unit, with shipping"),
        pytest.param(10, [(5, 3)], {"shipping": 5}, id="ORD-17 by line, with shipping"),
        pytest.param(Decimal("1e400"), [(Decimal("1e400"), 1)], {}, id="ORD-17 huge"),
    ],
)
def test_items_add_up(case: Any, total: Any, lines: Any, extras: Any) -> None:
    outcome = judged(case, total, lines, **extras)
    assert outcome.warnings == []
    assert case.steps(outcome, "ORD-17")[0].startswith("passed the items add up to totalCost ")


@pytest.mark.parametrize(
    ("total", "lines", "extras", "message"),
    [
        pytest.param(
            "258.0",
            [(990, 1)],
            {},
            'totalCost is "258.0"; the items add up to 990 by unit cost × quantity',
            id="ORD-17 the documented example",
        ),
        pytest.param(
            5,
            [("10.50", 2), (1, 1)],
            {},
            "totalCost is 5; the items add up to 22 by unit cost × quantity or 11.5 by line cost",
            id="ORD-17 two readings",
        ),
        pytest.param(
            100.01,
            [(100, 1)],
            {},
            "totalCost is 100.01; the items add up to 100 by unit cost × quantity",
            id="ORD-17 a cent off",
        ),
        pytest.param(
            80,
            [(100, 1)],
            {"shipping": 10},
            "totalCost is 80; the items add up to 100 by unit cost × quantity,"
            " with or without shipping",
            id="ORD-17 shipping is not taken off twice",
        ),
        pytest.param(
            1,
            [(100, 1)],
            {"discount": 1, "taxes": "2", "shipping": 0},
            "totalCost is 1; the items add up to 100 by unit cost × quantity,"
            " with or without taxes and discount",
            id="ORD-17 extras that are sent are named",
        ),
        pytest.param(
            1,
            [(HUGE, HUGE)],
            {},
            "totalCost is 1; the items add up to Infinity by unit cost × quantity"
            f" or {HUGE:.6G} by line cost",
            id="ORD-17 past the range of a decimal",
        ),
    ],
)
def test_mismatch_warns_with_the_figures(
    case: Any, total: Any, lines: Any, extras: Any, message: str
) -> None:
    outcome = judged(case, total, lines, **extras)
    assert outcome.warnings == ["total_mismatch"]
    assert case.steps(outcome, "ORD-17") == [f"noted {message}"]


@pytest.mark.parametrize("items", [..., []])
def test_order_without_items_is_not_compared(case: Any, items: Any) -> None:
    """ORD-17."""
    outcome = case.judge(case.order(totalCost=5, items=items))
    assert case.steps(outcome, "ORD-17") == []


@pytest.mark.parametrize(
    ("sent", "compared"),
    [
        ({"totalCost": 5}, True),
        ({"items": [{}]}, True),
        ({"shipping": 5}, True),
        ({"taxes": 5}, True),
        ({"discount": 5}, True),
        ({"status": "DELIVERED"}, False),
        ({"gift": "yes"}, False),
    ],
)
def test_update_is_compared_when_it_concerns_the_sum(case: Any, sent: Any, compared: bool) -> None:
    """ORD-17: the whole order is compared; an old mismatch is not told again and again."""
    if "items" in sent:
        sent = {"items": [case.item(cost=1)]}
    view = case.view(orders=[case.existing(totalCost="1.0")])
    outcome = case.judge(case.event("orderUpdated", externalOrderId="12345679", **sent), view)
    assert outcome.verdict == "applied"
    assert (len(case.steps(outcome, "ORD-17")) == 1) is compared


@pytest.mark.parametrize(
    "before", [{"items": [{"cost": 1}]}, {"items": [{"cost": "x", "quantity": 1}]}]
)
def test_stored_items_without_numbers_are_not_compared(case: Any, before: Any) -> None:
    """ORD-17: orders of other ways into the account need not have what ITM-02 asks for."""
    view = case.view(orders=[case.existing(**before)])
    outcome = case.judge(case.event("orderUpdated", externalOrderId="12345679", totalCost=5), view)
    assert case.steps(outcome, "ORD-17") == []


def test_stored_order_without_a_total_is_not_compared(case: Any) -> None:
    """ORD-17."""
    view = case.view(orders=[case.existing(totalCost=None)])
    outcome = case.judge(case.event("orderUpdated", externalOrderId="12345679", taxes=5), view)
    assert case.steps(outcome, "ORD-17") == []


def test_sum_does_not_depend_on_the_callers_decimal_context(case: Any) -> None:
    """ORD-17."""
    with localcontext() as context:
        context.prec = 3
        assert judged(case, "12345.67", [("12345.67", 1)]).warnings == []
        assert judged(case, "12345.67", [("12344.67", 1)]).warnings == ["total_mismatch"]


@pytest.mark.parametrize(
    ("item", "total"),
    [
        ({"cost": "2.50", "quantity": 3}, Decimal("7.50")),
        ({"cost": "2.50"}, None),
        ({"quantity": 3}, None),
        ({"cost": "x", "quantity": 3}, None),
    ],
)
def test_an_item_costs_its_cost_as_often_as_its_quantity(item: Any, total: Any) -> None:
    assert item_total(item) == total
