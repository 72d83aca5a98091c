"""Simulate: reality is bent on purpose, in sight, and set right again with one click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Client

UI = "/_mock/ui/a/default"


def post(client: Client, page: str, **form: str) -> Any:
    return client.call("POST", f"{UI}{page}", data=form, headers={"Origin": client.url})


def sentences(client: Client) -> list[str]:
    return [each["sentence"] for each in client.get("/_mock/summary")["unusual"]]


def test_what_is_unusual_is_said_on_every_page_and_undone_by_one_button(client: Client) -> None:
    assert sentences(client) == []
    client.call("PUT", "/_mock/clock", json={"now": "2027-01-01T00:00:00"})
    client.call("POST", "/_mock/faults", json={"status": 500, "times": 2})
    rule = {"param": "Email", "field": "email"}
    client.call("PATCH", "/_mock/settings", json={"identifier_rule": rule, "strict": True})
    said = [
        "Clock frozen at 2027-01-01 00:00:00 UTC",
        "1 fault armed",
        "Contacts are identified by Email only",
        "Settings changed: strict",
    ]
    assert sentences(client) == said
    for path in ("/", "/orders", "/rules", "/clock", "/settings"):
        page = client.call("GET", f"{UI}{path}").text
        assert all(each in page for each in said), path
    assert post(client, "/normal").ok
    assert sentences(client) == said[2:]  # settings go back by their own button
    assert "Back to normal" not in client.call("GET", f"{UI}/").text


@pytest.mark.parametrize(
    ("advance", "sentence"),
    [
        ("P30D", "Clock 30 days ahead"),
        ("PT1H", "Clock 1 hour ahead"),
        ("-P1DT2H", "Clock 1 day 2 hours behind"),
        ("PT5S", "Clock 5 seconds ahead"),
    ],
)
def test_a_clock_that_was_moved_says_by_how_much(
    client: Client, advance: str, sentence: str
) -> None:
    client.call("PUT", "/_mock/clock", json={"advance": advance})
    assert sentences(client) == [sentence]


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/clock", {"do": "freeze", "now": "tomorrow"}, "is not an ISO 8601 date and time"),
        ("/clock", {"do": "P1M"}, "is not an ISO 8601 duration"),
        ("/faults", {"preset": "500", "times": "many"}, "is not a number of requests"),
        ("/faults", {"preset": "600", "times": "1"}, "This fault is not known"),
        ("/faults", {"preset": "500", "times": "1", "path": "/shop"}, "Must begin with /api"),
    ],
)
def test_what_cannot_be_simulated_is_answered_on_the_page(
    client: Client, path: str, form: dict[str, str], said: str
) -> None:
    answer = post(client, path, **form)
    assert answer.status_code == 400
    assert said in answer.text
    assert '<nav id="menu"' in answer.text
    assert sentences(client) == []


def test_three_faults_are_armed_seen_and_stopped(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    page.goto(f"{client.url}{UI}/faults")
    page.get_by_role("button", name="Arm 500").click()
    expect(page.locator("#armed li")).to_contain_text("3 of 3 left")
    expect(page.locator(".strip")).to_contain_text("1 fault armed")
    assert [client.event(example()).status_code for _ in range(2)] == [500, 500]
    expect(page.locator("#armed li")).to_contain_text("1 of 3 left")
    page.get_by_role("button", name="Stop fault 1").click()
    expect(page.locator("#armed")).to_contain_text("every request is served as usual")
    assert client.event(example()).status_code == 200


def test_an_rfm_cell_is_seen_to_change_with_the_clock(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(phone="380501234567")
    today = client.get("/_mock/clock")["now"][:19]
    client.event(example(status="DELIVERED", date=today))
    page.goto(f"{client.url}{UI}/clock")
    expect(page.locator(".rfm a[aria-label*='up to 2 weeks ago']")).to_have_count(1)
    expect(page.locator(".rfm .moved")).to_have_count(0)
    page.get_by_role("button", name="+ 30 days").click()
    expect(page.locator(".rfm a[aria-label*='up to 2 months ago']")).to_have_count(1)
    expect(page.locator(".rfm .moved")).to_have_count(2)
    expect(page.locator(".strip")).to_contain_text("Clock 30 days ahead")
    page.get_by_role("button", name="Back to normal").click()
    expect(page.locator(".strip")).to_have_count(0)
    expect(page.locator("#done")).to_contain_text("real time again")
