"""ORD-19: the RFM grid, and revenue by currency."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from mock_server.documents.account_settings import AccountSettings
from mock_server.rules.order.rfm import SALES, SINCE, revenue_of
from mock_server.rules.order.sales import SalesBook

NOW = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
SETTINGS = AccountSettings()


def order(number=1, days_ago=1.0, contact=1, status="DELIVERED", **fields):
    date = (NOW - timedelta(days=days_ago)).isoformat()
    made = {"externalOrderId": str(number), "contactId": contact, "status": status, "date": date}
    return {**made, "totalCost": "10.00", "currency": "UAH", **fields}


def places(grid):
    return {
        contact: (SALES[row], SINCE[column][0], grid.status(row, column))
        for row, cells in enumerate(grid.cells)
        for column, ids in enumerate(cells)
        for contact in ids
    }


@pytest.mark.parametrize(
    ("days_ago", "column", "status"),
    [
        (-5, "up to 2 weeks", "loyal"),
        (14, "up to 2 weeks", "loyal"),
        (14.01, "up to 1 month", "loyal"),
        (60, "up to 2 months", "loyal"),
        (90, "up to 3 months", "loyal"),
        (91, "up to 6 months", "at risk"),
        (365, "up to 1 year", "at risk"),
        (366, "over 1 year", "at risk"),
    ],
)
def test_column_is_the_time_since_the_last_sale(days_ago, column, status):
    grid = SalesBook([order(days_ago=days_ago)]).grid(SETTINGS, NOW)
    assert places(grid) == {1: ("1", column, status)}


@pytest.mark.parametrize(("sales", "row"), [(1, "1"), (4, "4"), (5, "5 or more"), (9, "5 or more")])
def test_row_is_the_number_of_sales(sales, row):
    orders = [order(n, days_ago=n * 20) for n in range(1, sales + 1)]
    grid = SalesBook(orders).grid(SETTINGS, NOW)
    assert places(grid) == {1: (row, "up to 1 month", "loyal")}
    assert grid.sales == sales
    assert grid.status(0, 6) == "none"


def test_only_delivered_orders_of_contacts_with_a_date_are_in_the_grid():
    orders = [
        order(1),
        order(2, status="CANCELLED"),
        order(3, status="INITIALIZED", source="mobile_sdk"),
        order(4, contact=None),
        order(5, date="soon"),
        order(6, contact=2),
    ]
    grid = SalesBook(orders).grid(SETTINGS, NOW)
    assert set(places(grid)) == {1, 2}
    assert {each.why: each.examples for each in grid.left_out} == {
        "does not count towards RFM and revenue: it is CANCELLED": ["2"],
        "counts towards revenue: INITIALIZED, from the mobile SDK": ["3"],
        "it belongs to no contact": ["4"],
        'its date is "soon": no time of a sale': ["5"],
    }


def totals(found):
    return {each.currency: (each.orders, str(each.revenue), each.exact) for each in found.totals}


def test_revenue_is_exact_and_by_currency():
    orders = [
        order(1, totalCost="0.1"),
        order(2, totalCost=0.2),
        order(3, totalCost=Decimal("12345678901234567890.12345678901234567890")),
        order(4, currency="EUR", totalCost=5),
        {key: value for key, value in order(5).items() if key != "currency"},
    ]
    assert totals(revenue_of(orders, SETTINGS)) == {
        None: (1, "10.00", True),
        "EUR": (1, "5", True),
        "UAH": (3, "12345678901234567890.42345678901234567890", True),
    }


def test_sum_past_all_bounds_says_that_it_is_not_exact():
    found = revenue_of([order(1, totalCost="1e9000"), order(2, totalCost="0.1")], SETTINGS)
    assert [each.exact for each in found.totals] == [False]


@pytest.mark.parametrize("counts", [True, False])
def test_initialized_orders_of_the_mobile_sdk_count_by_the_setting(counts):
    settings = AccountSettings(revenue_from_mobile_sdk_initialized=counts)
    orders = [order(1, status="INITIALIZED", source="mobile_sdk"), order(2, status="INITIALIZED")]
    found = revenue_of(orders, settings)
    assert [each["externalOrderId"] for each, _ in found.orders] == (["1"] if counts else [])
    assert sum(each.orders for each in found.left_out) == (1 if counts else 2)


@pytest.mark.parametrize(
    ("start", "end", "counted", "why"),
    [
        (None, None, "123", []),
        (20, None, "1", ["its date is before the period", 'its date is "x": in no period']),
        (None, 10, "2", ["its date is after the period", 'its date is "x": in no period']),
        (30, 10, "2", ["its date is after the period", 'its date is "x": in no period']),
    ],
)
def test_period_counts_orders_by_their_date(start, end, counted, why):
    """The start is included, the end is not."""
    orders = [order(1, days_ago=10), order(2, days_ago=30), order(3, date="x")]
    bounds = [None if each is None else NOW - timedelta(days=each) for each in (start, end)]
    found = revenue_of(orders, SETTINGS, *bounds)
    assert "".join(each["externalOrderId"] for each, _ in found.orders) == counted
    assert [each.why for each in found.left_out] == why


def test_orders_that_do_not_count_are_counted_and_only_the_first_are_named():
    orders = [order(n, status="CANCELLED") for n in range(12)]
    orders.append(order(12, totalCost="much"))
    cancelled, no_number = revenue_of(orders, SETTINGS).left_out
    assert (cancelled.orders, len(cancelled.examples)) == (12, 10)
    assert no_number.why == 'its totalCost is "much": no number'
