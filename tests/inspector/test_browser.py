"""What a person does in the inspector, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.conftest import Client

UI = "/_mock/ui/"


def test_a_missing_order_is_found_explained_and_mended(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(externalCustomerId="AV13760", phone="380501234567")
    page.goto(client.url + "/")
    expect(page.get_by_text("No events yet.")).to_be_visible()
    client.event(example(externalOrderId="77", totalCost="a lot"))
    expect(page.locator("#events tbody tr")).to_have_count(1)
    page.get_by_role("link", name="#1").click()
    expect(page.get_by_text("total_cost_invalid")).to_be_visible()
    page.get_by_role("link", name="Edit and try").click()
    body = page.get_by_label("Body of the event")
    body.fill(body.input_value().replace("a lot", "258"))
    page.get_by_role("button", name="Explain without sending").click()
    expect(page.get_by_role("heading", name="It would be")).to_contain_text("applied")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("link", name="77", exact=True).click()
    expect(page.locator(".life li")).to_have_count(2)


def test_search_as_you_type_puts_the_filter_into_the_address(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.event(example(externalOrderId="first-one"))
    client.event(example(externalOrderId="second-one"))
    page.goto(client.url + UI)
    page.get_by_role("searchbox").press_sequentially("second")
    expect(page.locator("#events tbody tr")).to_have_count(1)
    assert "q=second" in page.url


def test_a_reason_is_chosen_and_the_address_holds_it(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.event(example(totalCost="a lot"))
    client.event({"eventTypeKey": "visit", "keyValue": "1"})
    page.goto(client.url + UI)
    expect(page.locator("#events tbody tr")).to_have_count(2)
    page.get_by_label("Reason").select_option("total_cost_invalid")
    expect(page.locator("#events tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("reason=total_cost_invalid"))
    page.reload()
    expect(page.locator("#events tbody tr")).to_have_count(1)
    expect(page.get_by_label("Reason")).to_have_value("total_cost_invalid")
    client.event(example(totalCost="a lot", externalOrderId="2"))
    client.event({"eventTypeKey": "visit", "keyValue": "1"})
    expect(page.locator("#events tbody tr")).to_have_count(2)  # live, and still filtered


def test_switches_and_reset(client: Client, page: Page, example: Callable[..., Any]) -> None:
    client.event(example())
    page.goto(client.url + UI + "event-types")
    page.locator("[name=segmentation]").first.uncheck()
    page.get_by_role("button", name="Save orderCreated").click()
    expect(page.locator("[name=segmentation]").first).not_to_be_checked()
    page.goto(client.url + UI + "settings")
    page.get_by_label("Yes, lose it").check()
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("No events yet.")).to_be_visible()
