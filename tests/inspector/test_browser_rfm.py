"""RFM and Event analytics as a person uses them, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from playwright.sync_api import Page, expect

from tests.conftest import Client


def days_ago(days: int) -> str:
    moment = datetime.now(timezone.utc) - timedelta(days=days)
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def test_the_contacts_at_risk_are_found_in_the_grid_and_one_is_won_back(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    for number, days in ((1, 3), (2, 200), (3, 200)):
        phone = f"38050000000{number}"
        client.add_contact(phone=phone, externalCustomerId=f"C{number}")
        client.event(
            example(
                externalOrderId=f"A{number}",
                externalCustomerId=f"C{number}",
                phone=phone,
                date=days_ago(days),
                status="DELIVERED",
            )
        )
    page.goto(client.url + "/")
    page.get_by_role("navigation").get_by_role("link", name="RFM").click()
    expect(page.get_by_role("heading", name="RFM", exact=True)).to_be_visible()
    page.get_by_role("link", name="2 at risk: contacts").click()
    listed = page.locator("#contacts tbody tr")
    expect(listed).to_have_count(2)
    assert "sales=1" in page.url
    page.get_by_role("searchbox").press_sequentially("C3")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("258.00 UAH")
    page.reload()
    expect(listed).to_have_count(1)
    page.get_by_role("link", name="3", exact=True).click()
    expect(page.get_by_role("heading", name="Contact 3")).to_be_visible()
    client.event(
        example(
            externalOrderId="B3",
            externalCustomerId="C3",
            phone="380500000003",
            date=days_ago(1),
            status="DELIVERED",
        )
    )
    page.get_by_role("navigation").get_by_role("link", name="RFM").click()
    expect(page.get_by_role("link", name="1 loyal: contact with 2 sales")).to_be_visible()


def test_an_error_of_the_analytics_leads_to_the_near_miss_behind_it(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(phone="380501234567")
    client.event(example(phone="+380501234567", externalCustomerId=...))
    page.goto(client.url + "/_mock/ui/a/default/analytics")
    expect(page.get_by_role("group", name="Errors over time").first).to_be_visible()
    page.get_by_role("region", name="Contact not found").get_by_role("link").click()
    page.locator("#event-row-1").click()
    expect(page.locator("#event .say")).to_contain_text("contact 1 has phone")
