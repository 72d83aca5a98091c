"""ORD-19: a book that is told each change answers as one that reads all orders anew."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.documents.account_settings import AccountSettings
from mock_server.rules.order.rfm import MOBILE_SDK, revenue_of
from mock_server.rules.order.sales import ContactSales, SalesBook

NOW = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
ON = AccountSettings()
OFF = AccountSettings(revenue_from_mobile_sdk_initialized=False)


def order(number: object = 1, **fields: Any) -> dict[str, Any]:
    return {
        "externalOrderId": str(number),
        "contactId": 1,
        "status": "DELIVERED",
        "date": "2026-01-30T12:00:00",
        "totalCost": "10.50",
        "currency": "UAH",
        **fields,
    }


def spend(found: ContactSales) -> dict[str | None, tuple[int, str]]:
    return {each.currency: (each.orders, str(each.revenue)) for each in found.spend}


ORDERS = st.builds(
    order,
    st.integers(1, 4),
    contactId=st.sampled_from([None, 1, 2]),
    status=st.sampled_from(["DELIVERED", "INITIALIZED", "CANCELLED", None]),
    source=st.sampled_from([None, MOBILE_SDK]),
    date=st.sampled_from(["2025-01-01T10:00:00", "2026-01-01T10:00:00", "soon"]),
    totalCost=st.sampled_from(["1.10", 2, "much", "1e9000"]),
    currency=st.sampled_from(["UAH", None, "EUR"]),
)


@given(st.lists(st.one_of(ORDERS, st.sampled_from("1234"))), st.sampled_from([ON, OFF]))
def test_a_book_kept_up_to_date_equals_one_that_begins_anew(
    changes: list[Any], settings: AccountSettings
) -> None:
    kept, orders = SalesBook(), dict[str, Any]()
    for each in changes:
        if isinstance(each, str):
            orders.pop(each, None)
            kept.drop(each)
        else:
            orders[each["externalOrderId"]] = each
            kept.put(each)
            kept.contact(1, settings)
    anew = SalesBook(orders.values())
    assert kept.grid(settings, NOW).cells == anew.grid(settings, NOW).cells
    assert _told(kept, settings) == _told(anew, settings)
    for contact_id in (1, 2, 3):
        ours, theirs = (each.contact(contact_id, settings) for each in (kept, anew))
        assert (ours.orders, ours.sales, ours.last_sale) == (
            theirs.orders,
            theirs.sales,
            theirs.last_sale,
        )


def _told(book: SalesBook, settings: AccountSettings) -> Any:
    """Sums and left-outs, whatever order they were told in; a rounded sum by its existence."""
    totals, left_out = book.revenue(settings)
    return (
        {each.currency: (each.orders, each.exact and each.revenue) for each in totals},
        {each.why: (each.orders, set(each.examples)) for each in left_out},
        {each.why: (each.orders, set(each.examples)) for each in book.grid(settings, NOW).left_out},
    )


@pytest.mark.parametrize("settings", [ON, OFF])
def test_revenue_is_that_of_all_orders_read_at_once(settings: AccountSettings) -> None:
    orders = [
        order(1),
        order(2, currency="EUR", totalCost=5),
        order(3, status="INITIALIZED", source=MOBILE_SDK),
        order(4, status="CANCELLED"),
        order(5, totalCost="much"),
        order(6, currency=None, status="INITIALIZED", source=MOBILE_SDK),
    ]
    totals, left_out = SalesBook(orders).revenue(settings)
    found = revenue_of(orders, settings)
    assert totals == found.totals
    assert sorted(left_out, key=repr) == sorted(found.left_out, key=repr)


def test_a_contact_spends_by_currency_what_counts_as_revenue() -> None:
    orders = [
        order(1),
        order(2, currency="EUR", totalCost="7"),
        order(3, status="INITIALIZED", source=MOBILE_SDK),
        order(4, status="CANCELLED"),
        order(5, contactId=2),
    ]
    book = SalesBook(orders)
    assert spend(book.contact(1, ON)) == {"EUR": (1, "7"), "UAH": (2, "21.00")}
    assert spend(book.contact(1, OFF)) == {"EUR": (1, "7"), "UAH": (1, "10.50")}
    assert (book.contact(1, ON).orders, book.contact(1, ON).sales) == (4, 2)
    assert book.contact(3, ON) == ContactSales()


def test_the_last_sale_goes_back_when_it_is_cancelled_after_all() -> None:
    book = SalesBook([order(1, date="2025-03-01T10:00:00"), order(2)])
    assert str(book.contact(1, ON).last_sale)[:10] == "2026-01-30"
    book.put(order(2, status="CANCELLED"))
    assert str(book.contact(1, ON).last_sale)[:10] == "2025-03-01"
    assert book.grid(ON, NOW).contacts("1", "up to 1 year") == [1]


def test_the_last_sale_stays_when_an_earlier_one_is_cancelled() -> None:
    book = SalesBook([order(1, date="2025-03-01T10:00:00"), order(2)])
    assert book.contact(1, ON).sales == 2
    book.put(order(1, status="CANCELLED"))
    assert str(book.contact(1, ON).last_sale)[:10] == "2026-01-30"


def test_the_contacts_of_a_row_a_column_or_all_of_the_grid() -> None:
    orders = [order(1), order(2, contactId=2), order(3, contactId=2), order(4, contactId=3)]
    orders[3]["date"] = "2025-08-20"
    grid = SalesBook(orders).grid(ON, NOW)
    assert grid.contacts("2") == [2]
    assert grid.contacts(since="up to 2 weeks") == [1, 2]
    assert grid.contacts("1", "up to 6 months") == [3]
    assert sorted(grid.contacts()) == [1, 2, 3]


def test_a_sum_is_exact_again_once_the_amount_past_all_bounds_is_gone() -> None:
    whose = order(3, totalCost="7", contactId=None)
    book = SalesBook([order(1, totalCost="1e9000"), order(2, totalCost="0.1"), whose])
    assert [each.exact for each in book.contact(1, ON).spend] == [False]
    book.drop("1")
    assert spend(book.contact(1, ON)) == {"UAH": (1, "0.1")}
    assert [each.exact for each in book.revenue(ON)[0]] == [True]
