"""Timelines: what became of an order and of a contact, attempts that came to nothing among it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Client

UI = "/_mock/ui/a/default"
PHONE = [{"name": "phone", "value": "380501234567"}]
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"


@pytest.fixture
def shop(client: Client, example: Callable[..., Any]) -> Client:
    """An order made, updated in vain, and delivered; another lost; messages by two channels."""
    client.add_contact(externalCustomerId="AV13760", phone="380501234567", firstName="Ann")
    for kind, channel, template in (
        ("orderCreated", "sms", "Order $!data.get('externalOrderId') was taken"),
        ("orderDelivered", "email", f"<p>Thank you</p>{HOSTILE}"),
    ):
        workflow = {"eventTypeKey": kind, "channel": channel, "template": template}
        workflow["recipient"] = "${phone}" if channel == "sms" else "${nothing}"
        assert client.call("POST", "/_mock/workflows", json=workflow).ok
    client.event(example(externalOrderId="7", totalCost=2084.9))
    client.event(example("orderUpdated", externalOrderId="7", status="SHIPPED"))
    client.event(example("orderDelivered", externalOrderId="7"))
    client.event(example(externalOrderId="8", date="tomorrow"))
    client.event({"eventTypeKey": "seen", "keyValue": "1", "params": example()["params"][:1]})
    return client


def test_a_contact_is_one_timeline(shop: Client, page: Page) -> None:
    page.goto(f"{shop.url}{UI}/contacts/1")
    entries = page.locator(".timeline > li")
    expect(entries).to_have_count(6)  # two orders, an event, three messages
    lost = entries.filter(has_text="not in the service")
    expect(lost).to_contain_text('date "tomorrow" is not of the form')
    kept = page.get_by_role("article", name="Order 7")
    expect(kept.locator(".rail > li")).to_contain_text(["INITIALIZED", "SHIPPED", "DELIVERED"])
    expect(kept.locator(".ghost")).to_contain_text("ignored")
    page.get_by_role("link", name="Not sent 1").click()
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("Not sent: the recipient ${nothing}")
    expect(entries).to_contain_text("Thank you")
    assert page.title() != "owned"
    assert page.locator("img[src=x]").count() == 0


def test_a_message_leads_to_its_event_order_and_contact_and_back(shop: Client, page: Page) -> None:
    page.goto(f"{shop.url}{UI}/events/1")
    page.locator(".bubble").get_by_role("link", name="message 1").click()
    expect(page.locator(".facts")).to_contain_text("workflow")
    for link, there in (("orderCreated #1", "Event 1"), ("7", "Order 7"), ("Ann", "Ann")):
        page.locator(".facts").get_by_role("link", name=link, exact=True).click()
        expect(page.locator("h1")).to_contain_text(there)
        page.locator(".bubble").get_by_role("link", name="message 1").click()
        expect(page.locator("h1")).to_contain_text("Message 1")


def test_any_two_events_of_an_order_are_compared(shop: Client, page: Page) -> None:
    page.goto(f"{shop.url}{UI}/orders/7")
    rail, items = page.locator(".rail"), page.get_by_role("heading", name="Items")
    (above, below) = (rail.bounding_box(), items.bounding_box())
    assert above
    assert below
    assert above["y"] < below["y"]
    page.get_by_label("Compare").select_option("1")
    page.get_by_label("with").select_option("2")
    page.get_by_role("button", name="Compare").press("Enter")
    result = page.get_by_role("region", name="Comparison")
    expect(result.get_by_role("row", name="status")).to_contain_text("INITIALIZED SHIPPED")
    expect(result).to_contain_text("The order was the same as of both.")
    page.get_by_role("link", name="As of #1").click()
    expect(page.locator("h1")).to_contain_text("INITIALIZED")
    expect(page.get_by_role("status").filter(has_text="as of event #1")).to_be_visible()
    page.get_by_role("link", name="as it is now").click()
    expect(page.locator("h1")).to_contain_text("DELIVERED")


@pytest.mark.parametrize("asked", ["left=1&right=99", "left=x&right=1", "left=1", "at=99", "at=x"])
def test_events_that_are_not_of_the_order_are_not_compared(shop: Client, asked: str) -> None:
    answer = shop.call("GET", f"{UI}/order?id=7&{asked}")
    assert answer.status_code == 200
    assert "Comparison" not in answer.text


def test_an_order_as_of_an_attempt_before_it_did_not_exist(shop: Client) -> None:
    page = shop.call("GET", f"{UI}/order?id=8&at=4").text
    assert "As of event #4 the order did not exist." in page


def test_a_contact_says_which_days_and_what_is_lost(shop: Client, page: Page) -> None:
    shop.call("PUT", "/_mock/clock", json={"now": "2026-11-30T10:00:00"})
    shop.event(shop_event := {"eventTypeKey": "seen", "keyValue": "2", "params": PHONE})
    shop.call("PUT", "/_mock/clock", json={"now": "2026-11-29T10:00:00"})
    shop.event(shop_event)
    page.goto(f"{shop.url}{UI}/contacts/1")
    days = page.locator(".timeline h3").filter(visible=True)
    expect(days).to_have_count(3)
    expect(days.nth(1)).to_contain_text("30")
    expect(page.locator(".facts")).to_contain_text("Not in the service 1 order, 258.00 UAH")
    expect(page.locator(".facts")).to_contain_text("Spend 2 084.90 UAH")
