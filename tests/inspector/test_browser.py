"""What a person does in the inspector, in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Client

UI = "/_mock/ui/a/default/"


def test_a_missing_order_is_found_explained_and_mended(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(externalCustomerId="AV13760", phone="380501234567")
    page.goto(client.url + "/")
    expect(page.get_by_text("No events yet.")).to_be_visible()
    client.event(example(externalOrderId="77", totalCost="a lot"))
    expect(page.locator("#events .rows li")).to_have_count(1)
    page.locator("#event-row-1").click()
    expect(page.locator("#event .sentence")).to_have_text('totalCost "a lot" is not a number')
    page.get_by_role("link", name="Edit and try").click()
    body = page.get_by_label("Body of the event")
    body.fill(page.locator("#body").input_value().replace("a lot", "258"))
    page.get_by_role("button", name="Explain without sending").click()
    expect(page.get_by_role("heading", name="It would be")).to_contain_text("applied")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("link", name="Order 77").click()
    expect(page.locator(".rail > li")).to_have_count(2)


def test_search_as_you_type_puts_the_filter_into_the_address(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.event(example(externalOrderId="first-one"))
    client.event(example(externalOrderId="second-one"))
    page.goto(client.url + UI)
    page.get_by_role("combobox", name="Search").press_sequentially("second")
    expect(page.locator("#events .rows li")).to_have_count(1)
    assert "q=second" in page.url


def test_a_reason_is_chosen_and_the_address_holds_it(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.event(example(totalCost="a lot"))
    client.event({"eventTypeKey": "visit", "keyValue": "1"})
    page.goto(client.url + UI)
    expect(page.locator("#events .rows li")).to_have_count(2)
    page.get_by_label("Search").fill("reason:total_cost_invalid")
    expect(page.locator("#events .rows li")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=reason%3Atotal_cost_invalid"))
    page.reload()
    expect(page.locator("#events .rows li")).to_have_count(1)
    expect(page.get_by_label("Search")).to_have_value("reason:total_cost_invalid")
    client.event(example(totalCost="a lot", externalOrderId="2"))
    client.event({"eventTypeKey": "visit", "keyValue": "1"})
    expect(page.locator("#events .rows li")).to_have_count(2)  # live, and still filtered


def test_an_order_whose_event_type_is_switched_off_says_so(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(externalCustomerId="AV13760", phone="380501234567")
    client.event(example(externalOrderId="1"))
    page.goto(client.url + UI + "event-types")
    card = page.locator(".types form", has_text="orderCreated")
    card.get_by_label("Use for segmentation").uncheck()
    card.get_by_role("button", name="Save orderCreated").click()
    expect(card.get_by_label("Use for segmentation")).not_to_be_checked()
    client.event(example(externalOrderId="2"))
    page.get_by_role("link", name="Orders").click()
    expect(page.get_by_role("link", name="1", exact=True).first).to_be_visible()
    page.get_by_role("searchbox").fill("2")
    page.get_by_role("link", name="See why it is missing").click()
    expect(page.get_by_role("heading", name="Order 2")).to_contain_text("does not exist")
    expect(page.locator(".rail > li")).to_contain_text("does not take part in segmentation")


def test_required_parameters_are_set_and_then_asked_for(client: Client, page: Page) -> None:
    client.event({"eventTypeKey": "visit", "keyValue": "1"})
    page.goto(client.url + UI + "event-types")
    page.get_by_label("Validate parameters").check()
    page.get_by_label("Required parameters").fill("page, shop")
    page.get_by_role("button", name="Save visit").click()
    expect(page.get_by_label("Required parameters")).to_have_value("page shop")
    answer = client.event({"eventTypeKey": "visit", "keyValue": "1"})
    assert answer.status_code == 400


def test_a_reset_asks_first(client: Client, page: Page, example: Callable[..., Any]) -> None:
    client.event(example())
    page.goto(client.url + UI + "settings")
    reset = page.locator("form", has=page.get_by_role("heading", name="Reset"))
    reset.get_by_role("button", name="Reset").click()
    assert client.get("/_mock/events")["total"] == 1  # the box was not ticked
    reset.get_by_label("Yes, lose it").check()
    reset.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("No events yet.")).to_be_visible()
    assert client.get("/_mock/events")["total"] == 0


def test_nothing_is_lost_without_a_script_either(
    client: Client, browser: Browser, example: Callable[..., Any]
) -> None:
    client.event(example())
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(client.url + UI)
        page.get_by_label("Search").fill("verdict:ignored")
        page.get_by_role("button", name="Find").click()
        expect(page.locator("#events .rows li")).to_have_count(1)
        page.goto(client.url + UI + "settings")
        page.locator("form", has=page.get_by_role("heading", name="Reset")).get_by_label(
            "Yes, lose it"
        ).check()
        page.get_by_role("button", name="Reset").click()
        expect(page.get_by_text("No events yet.")).to_be_visible()


def test_a_contact_is_added_and_deleted_once_that_is_confirmed(client: Client, page: Page) -> None:
    page.goto(client.url + UI + "contacts")
    page.get_by_label("email").fill("a@example.com")
    page.get_by_role("button", name="Add contact").click()
    expect(page.get_by_text("a@example.com").first).to_be_visible()
    page.get_by_text("Delete this contact").click()
    page.get_by_label("Yes, delete it").check()
    page.get_by_role("button", name="Delete contact 1").click()
    expect(page.get_by_text("No contacts yet.")).to_be_visible()


def test_accounts_are_switched_between(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.event(example(externalOrderId="of-the-first"))
    page.goto(client.url + UI)
    expect(page.get_by_label("Account")).to_have_count(0)  # there is but one
    client.call("POST", "/_mock/contacts?account=second", json={"email": "b@example.com"})
    page.reload()
    page.get_by_label("Account").select_option("second")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No events yet.")).to_be_visible()
    page.get_by_role("link", name="Contacts").click()
    expect(page.get_by_text("b@example.com")).to_be_visible()  # it stays chosen
    page.get_by_role("link", name="Try it").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", name="Sent:")).to_be_visible()
    assert client.get("/_mock/events?account=second")["total"] == 1
    page.get_by_label("Account").select_option("default")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#events .rows li")).to_contain_text("of-the-first")


@pytest.mark.parametrize(
    "body",
    [
        {"eventTypeKey": 'it\'s "quoted" & $HOME `id` \\', "keyValue": "ї"},
        "@not-a-file",
    ],
)
def test_what_is_copied_runs_as_it_is(client: Client, browser: Browser, body: Any) -> None:
    if isinstance(body, str):
        client.call(
            "POST", "/api/v2/event", data=body, headers={"Content-Type": "application/json"}
        )
    else:
        client.event(body)
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        page = context.new_page()
        page.goto(client.url + UI + "events/1")
        page.get_by_role("button", name="Copy as curl").click()
        expect(page.get_by_text("Copied.")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl ")
    environment = {**os.environ, "no_proxy": "*"}
    subprocess.run(["sh", "-c", copied], check=True, timeout=30, env=environment)
    first, again = (client.get(f"/_mock/events/{number}") for number in (1, 2))
    assert again["body"] == first["body"]
    assert again["reasons"] == first["reasons"]


@pytest.mark.parametrize(
    ("typed", "heading"),
    [
        ("O-77", "Order O-77"),
        ("380501234567", "Contact"),
        ("+38 (050) 123-45-67", "Contact"),
        ("#1", "Event 1"),
        ("ITM-02", "Rules"),
        ("item_required_missing", "Rules"),
        ("fault", "Faults"),
    ],
)
def test_the_command_bar_leads_to_what_was_typed(
    client: Client, page: Page, example: Callable[..., Any], typed: str, heading: str
) -> None:
    client.add_contact(phone="380501234567")
    client.event(example(externalOrderId="O-77"))
    page.goto(f"{client.url}/_mock/ui/a/default/settings")
    page.keyboard.press("Control+k")
    page.keyboard.type(typed)
    expect(page.locator("#jump-list a").last).to_contain_text(typed)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(heading)
