"""A pane shows the chosen event or says why it does not, whatever comes late or fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Client

MISMATCH = """() => {
  const row = document.querySelector('#events [data-row][aria-current]').dataset.row;
  const pane = document.querySelector('#pane');
  const named = pane.querySelector('h1, h2')?.textContent.match(/Event (\\d+)/)?.[1];
  return pane.inert || named === row ? null : `row ${row}, pane ${named}`;
}"""


@pytest.fixture
def wide(browser: Browser, client: Client, example: Callable[..., Any]) -> Iterator[Page]:
    """Event history with forty events, as many of them with long bodies as with short ones."""
    for number in range(40):
        items = [{"externalItemId": str(each), "name": "Cup"} for each in range(number % 3 * 20)]
        client.event(example(externalOrderId=f"O{number}", items=items))
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{client.url}/_mock/ui/a/default/")
    yield page
    page.close()


def test_a_pane_never_offers_the_actions_of_another_event(wide: Page) -> None:
    for _ in range(3):
        for key in "jjjjjjjjkkkkkjjjjjjjj":
            wide.keyboard.press(key)
            assert wide.evaluate(MISMATCH) is None
    chosen = wide.locator("#events [data-row][aria-current]").get_attribute("data-row")
    expect(wide.locator("#pane h1")).to_contain_text(f"Event {chosen} ")
    assert not wide.locator("#pane").evaluate("pane => pane.inert")


def test_an_answer_that_comes_late_fills_nothing(wide: Page) -> None:
    held = []
    wide.route("**/events/39", lambda route: held.append(route))
    wide.locator("[data-row='39']").click()
    expect(wide.locator("#pane")).to_have_attribute("aria-busy", "true")
    wide.locator("[data-row='38']").click()
    expect(wide.locator("#pane h1")).to_contain_text("Event 38")
    for route in held:
        route.abort()
    expect(wide.locator("#pane h1")).to_contain_text("Event 38")


def test_a_server_that_is_gone_is_told_where_something_was_asked(wide: Page) -> None:
    expect(wide.locator("#pane h1")).to_be_visible()
    wide.route("**/events/*", lambda route: route.abort())
    wide.locator("[data-row='20']").click()
    expect(wide.locator("#pane h1, #pane h2").first).to_have_text("Event 20")
    expect(wide.locator("#pane")).to_contain_text("The server does not answer.")
    expect(wide.locator("#pane button")).to_have_count(0)


def test_the_first_dropped_event_is_shown_from_the_start(client: Client, wide: Page) -> None:
    client.add_contact(email="a@shop.test")
    for number in range(3):
        params = [{"name": "email", "value": "a@shop.test"}]
        client.event({"eventTypeKey": f"x{number}", "keyValue": "1", "params": params})
    wide.reload()
    expect(wide.locator("#pane h1")).to_contain_text("Event 40")


def test_a_verdict_of_another_text_looks_out_of_date(client: Client, page: Page) -> None:
    page.goto(f"{client.url}/_mock/ui/a/default/try?example=orderCreated")
    page.locator("#explain").click()
    expect(page.locator("#result h2").first).to_be_visible()
    stale = page.get_by_text("was changed since")
    expect(stale).to_be_hidden()
    page.route("**/try", lambda route: route.abort())
    page.get_by_label("Body of the event").press("End")
    page.keyboard.type(" ")
    expect(stale).to_be_visible()
    expect(page.get_by_text("The server does not answer.")).to_be_visible()
    page.unroute("**/try")
    page.keyboard.type(" ")
    expect(stale).to_be_hidden()
    expect(page.get_by_text("The server does not answer.")).to_be_hidden()


def test_the_editor_explains_while_one_types_and_marks_the_failing_place(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(phone="380501234567")
    client.event(example())
    page.goto(f"{client.url}/_mock/ui/a/default/try?event=1")
    editor = page.get_by_label("Body of the event")
    editor.fill(json.dumps(example(totalCost="ten"), indent=2))
    expect(page.locator("#result h2").first).to_contain_text("ignored")
    marked = page.locator(".cm-lintRange-error")
    expect(marked).to_have_text('"ten"')
    marked.hover()
    expect(page.locator(".cm-tooltip-lint")).to_contain_text('totalCost "ten" is not a number')
    assert client.get("/_mock/events")["total"] == 1  # nothing was sent
    editor.fill(json.dumps(example(totalCost=10), indent=2))
    expect(page.locator("#result h2").first).to_contain_text("applied")
    expect(marked).to_have_count(0)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#result h2").first).to_contain_text("Sent")
    assert client.get("/_mock/events")["total"] == 2


def test_the_editor_keeps_hostile_text_as_text(client: Client, page: Page) -> None:
    hostile = "</textarea><script>document.title = 'owned'</script><img src=x onerror=alert(1)>"
    page.goto(f"{client.url}/_mock/ui/a/default/try")
    page.get_by_label("Body of the event").fill(json.dumps({"eventTypeKey": hostile}))
    expect(page.locator("#result h2").first).to_contain_text("rejected")
    assert page.title() != "owned"
    assert page.locator("img[src=x]").count() == 0
