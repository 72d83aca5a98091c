"""Live lists: however many tabs are open, the emulated API answers."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from playwright.sync_api import Page, expect

from mock_server.inspector.live import Shared
from tests.conftest import Client

UI = "/_mock/ui/a/default/"
TABS = 60


def test_tabs_that_are_open_hold_no_thread_and_events_go_on_being_answered(
    client: Client, example: Callable[..., Any]
) -> None:
    (shown,) = re.findall(r"newest=([0-9.]+)", client.call("GET", UI).text)
    host, _, port = client.url.rpartition("/")[2].partition(":")
    before = threading.active_count()
    with ExitStack() as tabs:
        opened = [
            tabs.enter_context(socket.create_connection((host, int(port)), timeout=20))
            for _ in range(TABS)
        ]
        for each in opened:
            each.sendall(f"GET {UI}?newest={shown} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        for each in opened:  # an answer at once: nothing waits in the server for news
            assert each.recv(65536).startswith(b"HTTP/1.1 204")
        assert threading.active_count() < before + TABS / 2
        # Again, by tabs that do not even read what they get.
        for each in opened:
            each.sendall(f"GET {UI}?newest=0 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        answers = [client.event(example(externalOrderId=f"o{n}")).status_code for n in range(20)]
        assert answers == [200] * 20
        assert client.get("/_mock/events")["total"] == 20


def test_a_part_is_shared_for_a_moment() -> None:
    now = 0.0
    made: list[float] = []

    def make() -> str:
        made.append(now)
        return str(now)

    shared = Shared(lambda: now)
    assert [shared.get("a", make) for _ in range(3)] == ["0.0"] * 3
    assert shared.get("b", make) == "0.0"
    now = 0.6
    assert shared.get("a", make) == "0.6"
    assert made == [0.0, 0.0, 0.6]
    for number in range(100):
        shared.get(number, make)
    now = 0.7
    assert shared.get("a", make) == "0.7"  # it had to go; it is made again


def test_a_tab_that_nobody_sees_asks_seldom(client: Client, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.goto(client.url + UI)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    asked.clear()
    page.clock.run_for(40_000)
    polls = [each for each in asked if "newest=" in each]  # the browser may ask for its icon
    assert len(polls) <= 5  # one in ten seconds, to count in its title what nobody has seen
    page.evaluate("delete document.hidden")
    with page.expect_request(re.compile("newest=")):
        page.clock.run_for(1_500)


def test_new_events_leave_the_focus_and_what_is_announced_alone(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.event(example(externalOrderId="first"))
    page.goto(client.url + UI)
    link = page.locator("#event-row-1")
    link.focus()
    status = page.locator("#events [role=status]")
    expect(status).to_have_text("1 event")
    kept = status.element_handle()
    client.event(example(externalOrderId="second"))
    expect(page.locator("#events .rows li")).to_have_count(2)
    expect(status).to_have_text("2 events")
    expect(link).to_be_focused()
    assert kept.evaluate("each => each.isConnected")  # a screen reader hears it change


def test_a_server_that_is_gone_is_told_of_until_it_is_back(client: Client, page: Page) -> None:
    page.goto(client.url + UI)
    page.route("**/*newest=*", lambda route: route.abort())
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    page.unroute("**/*newest=*")
    expect(page.get_by_text("The server does not answer.")).to_be_hidden()


def test_dropped_events_that_nobody_has_seen_are_counted_in_the_title(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.event(example())
    page.clock.install()
    page.goto(client.url + UI)
    expect(page).to_have_title("Event history · yespo-mock")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    for number in range(2):
        client.event(example(externalOrderId=str(number)))
    page.clock.run_for(15_000)
    expect(page).to_have_title("(2) Event history · yespo-mock")
    assert "icon_alert" in page.locator("#icon").evaluate("each => each.href")
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page).to_have_title("Event history · yespo-mock")
    assert "icon_alert" not in page.locator("#icon").evaluate("each => each.href")


def test_an_older_part_of_the_list_does_not_move_under_the_reader(client: Client) -> None:
    for number in range(60):
        client.event({"eventTypeKey": f"visit{number}", "keyValue": "1"})
    text = client.call("GET", f"{UI}?offset=50").text
    assert "data-live" not in text
    assert "to the newest" in text


def test_a_list_waits_for_somebody_who_reads_further_down(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    for number in range(40):
        client.event(example(externalOrderId=f"O{number}"))
    page.goto(client.url + UI)
    row = page.locator("#event-row-10")
    row.scroll_into_view_if_needed()
    before = row.bounding_box()
    for number in range(3):
        client.event(example(externalOrderId=f"late{number}"))
    news = page.get_by_role("button", name="3 new")
    expect(news).to_be_visible()
    assert row.bounding_box() == before
    expect(page.locator("[data-count=events]")).to_have_text("43")  # the menu is live all the same
    news.click()
    expect(page.locator("#event-row-43")).to_be_visible()
    expect(news).to_be_hidden()


def test_a_theme_is_chosen_and_kept(client: Client, page: Page) -> None:
    page.goto(client.url + UI)
    for scheme in ("light", "dark"):
        page.get_by_role("button", name="Theme:").click()
        style = "() => getComputedStyle(document.documentElement).colorScheme"
        assert page.evaluate(style) == scheme
    dark = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    page.goto(client.url + UI + "orders")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == dark
    page.get_by_role("button", name="Theme: dark").click()
    expect(page.get_by_role("button", name="Theme: automatic")).to_be_visible()
