"""PST-02: dates without an offset are read in the time zone of their contact, or of the account."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mock_server.emulator import Account, Emulator, InvalidError
from mock_server.model import Document
from mock_server.rules.moments import moment_of
from mock_server.zones import zone_named

KYIV = zone_named("Europe/Kyiv")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-01", "2025-12-31T22:00:00+00:00"),
        ("2026-07-01T00:00", "2026-06-30T21:00:00+00:00"),
        ("2026-07-01T00:00:00Z", "2026-07-01T00:00:00+00:00"),
        ("2026-07-01T00:00+05:00", "2026-06-30T19:00:00+00:00"),
        ("2026-03-29T03:30:00", "2026-03-29T01:30:00+00:00"),  # a time that summer time leaves out
        ("2026-10-25T03:30:00", "2026-10-25T00:30:00+00:00"),  # one that there is twice: the first
        ("0001-01-01T00:00:00", None),
    ],
)
def test_a_text_without_an_offset_is_a_moment_of_the_zone(text: str, moment: str | None) -> None:
    assert KYIV is not None
    found = moment_of(text, KYIV)
    assert (found and found.isoformat()) == moment


@pytest.mark.parametrize(
    ("name", "hours"),
    [("Etc/GMT+03", -3), ("Etc/GMT-14", 14), ("Etc/GMT+15", None), ("Mars/Olympus", None),
     ("", None), ("../etc/passwd", None), ("UTC", 0)],
)  # fmt: skip
def test_zones_are_those_of_the_tz_database(name: str, hours: int | None) -> None:
    zone = zone_named(name)
    offset = None if zone is None else zone.utcoffset(datetime(2026, 1, 1, tzinfo=timezone.utc))
    assert offset == (None if hours is None else timedelta(hours=hours))


def order(number: int, email: str, date: str, status: str = "DELIVERED") -> Document:
    return {
        "externalOrderId": str(number),
        "email": email,
        "totalCost": number,
        "status": status,
        "date": date,
        "currency": "UAH",
    }


@pytest.fixture
def account() -> Account:
    emulator = Emulator()
    account = emulator.account()
    account.clock.freeze(datetime(2026, 2, 1, tzinfo=timezone.utc))
    book = account.resources.contacts
    for email, zone in (("k@b.c", "Europe/Kyiv"), ("n@b.c", "America/New_York"), ("z@b.c", None)):
        sent = {"channels": [{"type": "email", "value": email}]}
        book.save({**sent, "timeZone": zone} if zone else sent)
    emails = ("k@b.c", "n@b.c", "z@b.c")
    midnight = [order(n, each, "2026-01-18T00:00:00") for n, each in enumerate(emails, start=1)]
    assert not account.resources.orders.add(midnight).failed
    return account


def columns(account: Account) -> dict[int, str]:
    rows = account.analytics.rfm()["rows"]
    return {
        contact: cell["since"]
        for row in rows
        for cell in row["cells"]
        for contact in cell["contactIds"]
    }


def test_a_sale_is_in_the_cell_of_its_contact_s_time(account: Account) -> None:
    """ORD-19: 14 days after midnight of 18 January: not yet over everywhere."""
    recent, older = columns(account)[3], columns(account)[1]
    assert recent != older
    assert columns(account) == {1: older, 2: recent, 3: recent}

    account.change_settings({"time_zone": "Asia/Tokyo"})
    assert columns(account) == {1: older, 2: recent, 3: older}, "no contact's zone: the account's"

    account.resources.contacts.update(2, {"timeZone": "Asia/Tokyo"})
    assert columns(account) == {1: older, 2: older, 3: older}


def test_revenue_is_of_the_orders_dated_then_where_their_contacts_are(account: Account) -> None:
    def dated(start: str, end: str) -> list[str]:
        bounds = [datetime.fromisoformat(each) for each in (start, end)]
        found = account.analytics.revenue(*bounds)
        return sorted(each["externalOrderId"] for each in found["orders"])

    assert dated("2026-01-18T00:00:00", "2026-01-18T00:01:00") == ["1", "2", "3"], "local times"
    assert dated("2026-01-17T22:00:00+00:00", "2026-01-17T22:01:00+00:00") == ["1"]
    assert dated("2026-01-18T05:00:00+00:00", "2026-01-18T05:01:00+00:00") == ["2"]


def test_the_orders_screen_adds_up_more_statuses(account: Account) -> None:
    """ORD-19."""
    more = [
        order(10, "k@b.c", "2026-01-01T00:00:00", "INITIALIZED"),
        order(20, "k@b.c", "2026-01-01T00:00:00", "IN_PROGRESS"),
        order(40, "k@b.c", "2026-01-01T00:00:00", "CANCELLED"),
        order(80, "k@b.c", "2026-01-01T00:00:00", "ABANDONED_SHOPPING_CART"),
        {**order(5, "k@b.c", "2026-01-01T00:00:00"), "currency": "USD"},
    ]
    assert not account.resources.orders.add(more).failed
    assert account.analytics.revenue()["ordersTotal"] == {"UAH": "36", "USD": "5"}
    start = datetime(2026, 1, 10, tzinfo=timezone.utc)
    assert account.analytics.revenue(start)["ordersTotal"] == {"UAH": "6"}


def test_a_period_of_a_segment_is_in_the_contact_s_time(account: Account) -> None:
    """SEG-03: past events of midnight, each where its contact is."""
    from mock_server.rules.outcome import EventRequest

    events = [
        {
            "eventTypeKey": "visit",
            "keyValue": "k",
            "occurred": "2026-01-18T00:00",
            "params": [{"name": "email", "value": each}],
        }
        for each in ("k@b.c", "n@b.c", "z@b.c")
    ]
    results = account.resources.past_events.add([EventRequest(each) for each in events])
    assert [each.status for each in results] == ["ACCEPTED"] * 3
    occurred = [each["occurred"][:16] for each in account.db.table("events") if "occurred" in each]
    assert occurred == ["2026-01-17T22:00", "2026-01-18T05:00", "2026-01-18T00:00"]
    period = {"from": "2026-01-18T00:00:00", "to": "2026-01-18T00:01:00"}
    condition = {"event": "visit", "period": period}
    assert account.analytics.segment(condition)["total"] == 3


def test_a_setting_that_is_not_a_zone_is_refused(account: Account) -> None:
    with pytest.raises(InvalidError, match="tz database, such as Europe/Kyiv"):
        account.change_settings({"time_zone": "Kyiv"})
