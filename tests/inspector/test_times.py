"""The time of the first page: by chips, by a bar of the sparkline, and by its brush."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mock_server.inspector.fixes import lost_text
from mock_server.pages.sentences import BLANK
from tests.conftest import Client

UI = "/_mock/ui/a/default"


@pytest.fixture
def shop(client: Client, example: Callable[..., Any]) -> Client:
    """Two orders lost yesterday, one this morning, and one kept just now."""
    client.add_contact(externalCustomerId="AV13760", phone="380501234567")
    for now, order, total in (
        ("2026-11-30T08:10:00", "1", "a lot"),
        ("2026-11-30T08:10:00", "2", "a lot"),
        ("2026-12-01T06:10:00", "3", "a lot"),
        ("2026-12-01T10:30:00", "4", 5),
    ):
        client.call("PUT", "/_mock/clock", json={"now": now})
        client.event(example(externalOrderId=order, totalCost=total))
    return client


@pytest.mark.parametrize(
    ("since", "events", "dropped", "lost"),
    [
        ("all", 4, 3, "3 orders"),
        ("reset", 4, 3, "3 orders"),
        ("today", 2, 1, "1 order"),
        ("1h", 1, 0, ""),
        ("x", 4, 3, "3 orders"),
    ],
)
def test_a_chip_says_what_its_time_cost(
    shop: Client, since: str, events: int, dropped: int, lost: str
) -> None:
    page = " ".join(shop.call("GET", f"{UI}/?since={since}").text.split())
    toll = page[page.index('class="toll"') :].partition("</section>")[0]
    assert f"<strong>{events}</strong> event" in toll
    assert f"<strong>{dropped}</strong> dropped" in toll
    assert (f"<strong>{lost}</strong> not in the service" in toll) is bool(lost)
    assert page.count('data-row="') == events
    causes = " ".join(shop.call("GET", f"{UI}/fixes?since={since}").text.split())
    assert ("Nothing was dropped" in causes) is not dropped


def test_a_bar_and_the_brush_choose_the_time_of_the_list(shop: Client, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{shop.url}{UI}/")
    bars = page.locator(".spark a")
    expect(bars).to_have_count(3)
    first = page.get_by_role("link", name="2 from 2026-11-30 08:00, 2 dropped")
    first.press("Enter")
    expect(page.locator("#events .rows li")).to_have_count(2)
    page.go_back()
    box = page.locator(".spark svg").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, middle, steps=4)
    page.mouse.up()
    expect(page.locator("#events .rows li")).to_have_count(2)
    asked = re.compile("^after:2026-11-30T2.* before:2026-12-01T10:59:59.999Z$")
    expect(page.get_by_label("Search")).to_have_value(asked)


def test_the_time_is_chosen_by_keys_alone(shop: Client, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{shop.url}{UI}/")
    bars = page.locator(".spark a")
    bars.nth(1).focus()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowRight")
    assert page.locator("#brush").get_attribute("width") != "0"
    page.keyboard.press("Escape")
    assert page.locator("#brush").get_attribute("width") == "0"
    for _ in range(40):  # the end is as far as it goes
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#events .rows li")).to_have_count(2)
    asked = re.compile("^after:2026-12-01T06.* before:2026-12-01T10:59:59.999Z$")
    expect(page.get_by_label("Search")).to_have_value(asked)


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ({"ordersLost": 0, "moneyLost": {}}, ""),
        ({"ordersLost": 1, "moneyLost": {}}, "1 order"),
        ({"ordersLost": 2, "moneyLost": {"UAH": "9800"}}, "2 orders, 9 800.00 UAH"),
        ({"ordersLost": 2, "moneyLost": {"XXX": "0.5"}}, "2 orders, 0.50 without a currency"),
    ],
)
def test_what_is_lost_is_said_with_its_currency(lost: dict[str, Any], said: str) -> None:
    assert lost_text(lost).replace(BLANK, " ") == said
