"""Simulate: reality is bent on purpose, in sight, and set right again with one click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mock_server.documents.account_settings import AccountSettings
from mock_server.inspector.account_pages import GROUPS
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


def test_a_workflow_is_made_in_preview_switched_off_and_opened_again(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(phone="380501234567")
    client.event(example())
    page.goto(f"{client.url}{UI}/preview?event=1")
    page.get_by_label("Template").fill("<p>Order $!data.get('externalOrderId')</p>")
    frame = page.frame_locator("iframe.mail")
    expect(frame.locator("p")).to_have_text("Order 12345679")  # HTML is seen as a mail by itself
    page.get_by_text("Save as workflow").press("Enter")
    expect(page.get_by_label("Event type")).to_have_value("orderCreated")
    page.get_by_label("Recipient").fill("")
    page.get_by_role("button", name="Save workflow").click()
    expect(page.get_by_role("alert")).to_contain_text("recipient")  # and nothing typed is lost
    page.get_by_label("Recipient").fill("${phone}")
    page.get_by_label("Name").fill("<b>Thanks</b>")
    page.get_by_role("button", name="Save workflow").press("Enter")
    expect(page.locator("#done")).to_have_text("Saved.")
    client.event(example(externalOrderId="2"))
    assert client.get("/_mock/outbox")["total"] == 1
    page.get_by_role("button", name="Switch off <b>Thanks</b>").click()
    expect(page.get_by_role("row", name="Thanks")).to_contain_text("off")
    client.event(example(externalOrderId="3"))
    assert client.get("/_mock/outbox")["total"] == 1
    page.get_by_role("link", name="<b>Thanks</b>").click()
    expect(frame.locator("p")).to_contain_text("Order")
    page.get_by_label("Channel").select_option("sms")
    page.get_by_role("button", name="Save workflow 1").click()
    (kept,) = client.get("/_mock/workflows")["workflows"]
    assert (kept["id"], kept["channel"], kept["enabled"]) == (1, "sms", False)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No workflow yet.")).to_be_visible()


def test_every_setting_stands_in_one_group_with_a_sentence(client: Client) -> None:
    named = [name for _, names in GROUPS.values() for name in names.split()]
    assert sorted(named) == sorted(AccountSettings.names())
    page = client.call("GET", f"{UI}/settings").text
    assert all(f'id="about-{name}"' in page for name in named)


@pytest.mark.parametrize(
    ("param", "field", "kept"),
    [("Email", "", "email"), ("SMS", "", "phone"), ("card", "field:5", "field:5")],
)
def test_the_identifier_rule_takes_the_field_that_the_parameter_is_named_after(
    client: Client, param: str, field: str, kept: str
) -> None:
    assert post(client, "/settings", identifier_rule=param, identifier_field=field).ok
    rule = client.get("/_mock/settings")["identifier_rule"]
    assert rule == {"param": param, "field": kept}


def test_a_setting_that_cannot_be_is_named_by_its_label(client: Client) -> None:
    answer = post(client, "/settings", identifier_rule="card", past_event_depth_days="many")
    assert answer.status_code == 400
    page = " ".join(answer.text.split())
    assert "Identifier rule: Must be one of contactId" in page
    assert "Past event depth days: " in page
    assert 'value="many"' in page  # what was typed is still there
    assert client.get("/_mock/settings")["identifier_rule"] is None


def test_how_many_events_a_rule_would_identify_is_said_before_it_is_saved(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(externalCustomerId="AV13760", email="a@example.com")
    for number in range(3):
        client.event(example(externalOrderId=str(number)))
    client.event(example(externalOrderId="4", Email="a@example.com"))
    page.goto(f"{client.url}{UI}/settings")
    page.locator("#identifier_rule").fill("Email")
    said = page.locator("#identified")
    expect(said).to_contain_text(
        "With Email as email, 1 of the 4 stored events would be identified; now 4."
    )
    page.locator("#identifier_rule").fill("externalCustomerId")
    page.get_by_role("button", name="Count").press("Enter")
    expect(said).to_contain_text("With externalCustomerId as externalCustomerId, 4 of the 4")
    assert client.get("/_mock/settings")["identifier_rule"] is None
    page.locator("#profile").select_option("production")
    page.get_by_role("button", name="Save settings").click()
    settings = client.get("/_mock/settings")
    assert settings["identifier_rule"]["param"] == "externalCustomerId"
    assert (settings["profile"], settings["rate_limits"]) == ("production", True)
