"""Messages and Preview: what the customer will read, in a browser."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Client

UI = "/_mock/ui/a/default"
HOSTILE = """<html><head><meta http-equiv="refresh" content="0;url=ELSEWHERE/refresh">
<link rel="stylesheet" href="ELSEWHERE/style.css"><LINK rel="preconnect" href="ELSEWHERE"></head>
<body onload="parent.hit = 1"><h1>Thank you</h1><p style="color: red">$!data.get('name')</p>
<script>parent.hit = 1; fetch("ELSEWHERE/fetch")</script>
<img src="ELSEWHERE/pixel.png" onerror="parent.hit = 1">
<form action="ELSEWHERE/form"><button>Buy</button></form>
<iframe src="ELSEWHERE/frame"></iframe></body></html>"""


def assign(client: Client, template: str, channel: str = "email", **more: str) -> None:
    workflow = {"eventTypeKey": "paid", "channel": channel, "recipient": "${email}", **more}
    answer = client.call("POST", "/_mock/workflows", json={**workflow, "template": template})
    assert answer.status_code == 201, answer.text


def pay(client: Client, **params: str) -> None:
    sent = [{"name": name, "value": value} for name, value in params.items()]
    client.event({"eventTypeKey": "paid", "keyValue": "a@example.com", "params": sent})


def test_messages_appear_by_themselves_and_lead_to_their_event(client: Client, page: Page) -> None:
    client.add_contact(email="a@example.com", firstName="Ann")
    assign(client, "Paid: $!data.get('sum')", subject="Thank you")
    page.goto(f"{client.url}{UI}/messages")
    expect(page.get_by_text("No messages yet.")).to_be_visible()
    pay(client, email="a@example.com", sum="12.50")
    row = page.locator("#messages .rows li")
    expect(row).to_contain_text("a@example.com")
    expect(row).to_contain_text("Thank you")
    pay(client, sum="1")  # nobody gets this one
    expect(page.locator("#messages .rows li").first).to_contain_text("not sent:")
    problems = page.get_by_role("region", name="Why messages were not sent")
    expect(problems).to_contain_text("the recipient ${email}: there is no parameter email")
    problems.get_by_role("link", name="Show").click()
    expect(page.locator("#messages .rows li")).to_have_count(1)
    page.get_by_role("link", name="All 2").click()
    page.locator("#messages .row").last.click()
    expect(page.locator("main pre")).to_have_text("Paid: 12.50")
    expect(page.locator(".facts")).to_contain_text("Ann")
    page.get_by_role("link", name="paid #1").click()
    expect(page.get_by_role("heading", name="Event 1")).to_be_visible()


def test_a_mail_runs_and_loads_nothing(client: Client, browser: Browser) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        address = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        _show(client, browser, address)
        elsewhere.setblocking(False)
        with pytest.raises(BlockingIOError):  # not so much as a connection
            elsewhere.accept()


def _show(client: Client, browser: Browser, elsewhere: str) -> None:
    client.add_contact(email="a@example.com")
    assign(client, HOSTILE.replace("ELSEWHERE", elsewhere))
    pay(client, email="a@example.com", name="<script>parent.hit = 1</script>")
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{client.url}{UI}/messages/1")
        frame = page.frame_locator("iframe.mail")
        expect(frame.get_by_role("heading", name="Thank you")).to_be_visible()
        expect(frame.locator("p")).to_have_css("color", "rgb(255, 0, 0)")  # it looks as it will
        assert page.evaluate("window.hit") is None
        # Opened by itself it is as harmless.
        page.goto(f"{client.url}{UI}/messages/1/mail")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        assert page.evaluate("window.hit") is None


def test_what_gives_nothing_is_marked_as_one_types(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.event(example())
    page.goto(f"{client.url}{UI}/events/1")
    page.get_by_role("link", name="Preview a message").click()
    page.wait_for_load_state()  # what is typed before the scripts are there is not noticed
    template = page.get_by_label("Template")
    template.fill("$!data.get('items').get(0).get('ImageUrl')")
    result = page.get_by_role("region", name="Text")
    expect(result.locator("mark")).to_have_text("$!data.get('items').get(0).get('ImageUrl')")
    expect(result).to_contain_text("imageUrl is there: names count letter case")
    expect(template).to_be_focused()
    template.fill("Order $!data.get('externalOrderId')")
    expect(result.locator("pre")).to_have_text("Order 12345679")
    template.fill("#if(1)")
    expect(result).to_contain_text("would not be sent")


def test_a_template_is_shown_as_the_mail_it_makes(
    client: Client, browser: Browser, example: Callable[..., Any]
) -> None:
    client.event(example())
    with browser.new_context() as context:  # in which the picture of the item may be blocked
        page = context.new_page()
        page.goto(f"{client.url}{UI}/preview")
        page.get_by_role("link", name="Order confirmation").click()
        page.get_by_role("button", name="Show as mail").click()
        expect(page.frame_locator("iframe.mail").locator("body")).to_contain_text("Super Device")


def test_a_template_is_previewed_without_a_script(
    client: Client, browser: Browser, example: Callable[..., Any]
) -> None:
    client.event(example())
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{client.url}{UI}/preview")
        page.get_by_label("Template").fill("<b>$!data.get('currency')</b> $!data.get('no')")
        page.get_by_role("button", name="Show the text").click()
        expect(page.locator("#result pre")).to_have_text("<b>UAH</b> ")
        expect(page.locator("#result")).to_contain_text("$!data.get('no')")


@pytest.mark.parametrize("event", ["", "99", "x", "9" * 40])
def test_an_event_that_is_not_there_is_told(client: Client, event: str) -> None:
    answer = client.call(
        "POST", f"{UI}/preview", data={"template": "x", "event": event}, allow_redirects=False
    )
    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


def test_stored_messages_stand_in_a_tab_and_are_shown_as_they_are(
    client: Client, page: Page
) -> None:
    stored = {"name": "<b>Sale</b>", "from": "info@shop.example", "subject": "Sale"}
    body = {**stored, "htmlText": "<h1>Everything must go</h1>"}
    assert client.call("POST", "/api/v1/messages/email", json=body).ok
    page.goto(f"{client.url}{UI}/messages")
    page.get_by_role("link", name="Stored 1").click()
    expect(page.locator("#messages .row")).to_contain_text("<b>Sale</b>")
    page.locator("#messages .row").press("Enter")
    expect(page.get_by_role("heading", name="Everything must go")).to_be_visible()


def test_a_mail_is_seen_as_on_a_desktop_and_on_a_phone(client: Client, page: Page) -> None:
    client.add_contact(email="a@example.com")
    assign(client, "<p>Thank you</p>")
    pay(client, email="a@example.com")
    page.goto(f"{client.url}{UI}/messages/1")
    frame = page.locator("iframe.mail")
    assert frame.evaluate("each => each.clientWidth") > 600
    page.get_by_label("Phone").press(" ")
    assert frame.evaluate("each => each.clientWidth") == 375
