"""The pages for everybody: by keyboard, by a screen reader, on a phone, in light and dark."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from mock_server.frame.hosting import HostedEmulator
from mock_server.settings import ServerSettings
from tests.conftest import ROOT, Client

UI = "/_mock/ui/a/default"
PHONE = {"width": 390, "height": 844}
LONG = "a-very-long-word-without-any-blank-" * 8

PAGES = (
    *(
        "/",
        "/?tab=dropped",
        "/?show=3",
        "/?tab=refused",
        "/?q=nothing+like+that",
        "/?q=verdict:none",
    ),
    *("/events/1", "/events/2", "/events/3", "/events/4", "/events/5"),
    *("/orders", "/orders?q=7", "/orders/1001", "/orders/7", "/orders/none", f"/orders/{LONG}"),
    *("/contacts", "/contacts/1", "/event-types", "/analytics", "/rfm", "/try", "/try?event=1"),
    *("/rules", "/requests", "/settings", "/events/99", "/fixes", "/messages", "/messages/1"),
    *("/preview", "/preview?event=1&example=order-confirmation.html", "/?offset=500"),
    *("/contacts/1?kind=lost", "/order?id=12345679&left=1&right=2", "/order?id=12345679&at=1"),
    *("/workflows", "/preview?workflow=1", "/messages?tab=unsent", "/messages?tab=stored"),
    *("/?since=1h", "/fixes?since=today"),
)

# Every piece of text that is seen, against what lies behind it; backgrounds may let others through.
FAINT_TEXT = Path(__file__).with_name("faint_text.js").read_text("utf-8")

UNNAMED = """() => [...document.querySelectorAll('input, select, textarea, button, a, summary')]
  .filter(each => each.type !== 'hidden' && !each.hidden)
  .filter(each => !(each.getAttribute('aria-label') || each.textContent.trim()
    && !['SELECT', 'TEXTAREA'].includes(each.tagName)
    || [...each.labels || []].some(label => label.textContent.trim())))
  .map(each => each.outerHTML)"""

PROBLEMS_OF_STRUCTURE = """() => {
  const found = [];
  const all = selector => [...document.querySelectorAll(selector)];
  if (!document.documentElement.lang) found.push('no language');
  if (!document.title) found.push('no title');
  if (all('h1').length !== 1) found.push('not one h1');
  let level = 1;
  for (const each of all('h1, h2, h3, h4')) {
    const own = Number(each.tagName[1]);
    if (own > level + 1) found.push(`heading level skipped: ${each.textContent}`);
    level = own;
  }
  for (const each of all('th')) if (!each.scope) found.push(`th without scope: ${each.innerHTML}`);
  for (const each of all('table')) if (!each.querySelector('th')) found.push('table without th');
  for (const each of all('[tabindex]'))
    if (each.tabIndex > 0) found.push(`a focus order of its own: ${each.outerHTML}`);
  const ids = all('[id]').map(each => each.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at)))
    found.push(`id twice: ${id}`);
  for (const each of all('[aria-describedby], [aria-labelledby]'))
    for (const name of ['aria-describedby', 'aria-labelledby'])
      for (const id of (each.getAttribute(name) || '').split(' ').filter(Boolean))
        if (!document.getElementById(id)) found.push(`${name} leads nowhere: ${id}`);
  for (const each of all('[aria-live=assertive]')) found.push(`interrupts: ${each.outerHTML}`);
  return found;
}"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server with a shop, events of each verdict, long words, and a second account."""
    seed = json.loads((ROOT / "fixtures/seeds/shop.json").read_text("utf-8"))
    with HostedEmulator(ServerSettings(port=0, state=None, seeds=(seed,))) as hosted:
        client = Client(hosted)
        body = json.loads((ROOT / "fixtures/examples/order-created.json").read_text("utf-8"))
        with client.session:
            client.add_contact(externalCustomerId="AV13760", phone="380501234567")
            client.event(body)
            client.event({**body, "params": [*body["params"][1:], {"name": LONG, "value": LONG}]})
            client.event({"eventTypeKey": LONG[:99], "keyValue": LONG})
            client.call("POST", "/api/v1/event", data=LONG, headers={"Content-Type": "text/plain"})
            client.event(LONG)
            order = {"name": "externalOrderId", "value": "7"}
            client.event({"eventTypeKey": "orderCreated", "keyValue": "x", "params": [order]})
            client.call("POST", "/_mock/contacts?account=another", json={"email": "a@example.com"})
        yield hosted.url


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport=PHONE) as context:
        yield context.new_page()


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with browser.new_context(color_scheme=request.param) as context:
        yield context.new_page()


@pytest.mark.parametrize("path", PAGES)
def test_text_stands_out_from_what_is_behind_it(url: str, scheme: Page, path: str) -> None:
    """A contrast of at least 4.5 to 1, as WCAG 2.2 (1.4.3) counts it."""
    scheme.goto(url + UI + path)
    assert scheme.evaluate(FAINT_TEXT, 4.5) == []


def test_what_has_no_name_is_found(scheme: Page) -> None:
    scheme.goto("about:blank")
    scheme.set_content("<input><textarea>x</textarea><a href=x></a><label>A <input></label>")
    assert len(scheme.evaluate(UNNAMED)) == 3


def test_faint_text_is_found(scheme: Page) -> None:
    scheme.goto("about:blank")
    scheme.set_content("<body style='background:#fff'><p style='color:#888'>faint</p>")
    assert len(scheme.evaluate(FAINT_TEXT, 4.5)) == 1


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(url: str, phone: Page, path: str) -> None:
    phone.goto(url + UI + path)
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]


@pytest.mark.smoke
@pytest.mark.parametrize("path", PAGES)
def test_a_page_makes_sense_to_a_screen_reader(url: str, phone: Page, path: str) -> None:
    phone.goto(url + UI + path)
    assert phone.evaluate(PROBLEMS_OF_STRUCTURE) == []
    assert phone.evaluate(UNNAMED) == []


@pytest.mark.parametrize("path", ["/", "/events/1", "/try", "/settings", "/event-types"])
def test_whatever_has_the_focus_is_seen_to_have_it(url: str, phone: Page, path: str) -> None:
    phone.goto(url + UI + path)
    seen: list[str] = []
    while True:
        phone.keyboard.press("Tab")
        outline, name = phone.evaluate(
            "() => [getComputedStyle(document.activeElement).outlineStyle,"
            " document.activeElement.tagName]"
        )
        if name == "BODY":
            break
        seen.append(outline)
        assert len(seen) < 500
    assert len(seen) > 5
    assert "none" not in seen


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the element of this name has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        text = page.evaluate(
            "() => { let it = document.activeElement;"
            " while (it.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;"
            " return it.ariaLabel || it.labels?.[0]?.innerText || it.innerText || '' }"
        )
        if text.strip().startswith(name):
            return
    pytest.fail(f"Tab never comes to {name}")


def test_an_ignored_order_is_found_and_mended_by_keyboard_alone(
    client: Client, page: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(externalCustomerId="AV13760", phone="380501234567")
    client.event(example(externalOrderId="77", totalCost="a lot"))
    page.goto(f"{client.url}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("77")
    expect(page.locator("#events .rows li")).to_have_count(1)
    tab_to(page, "▲")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Event 1")).to_contain_text("ignored")
    expect(page.get_by_text("would be applied if").first).to_be_visible()
    tab_to(page, "Edit and try")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Try it")).to_be_visible()
    tab_to(page, "Body of the event")
    mended = page.locator("#body").input_value().replace("a lot", "258")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(mended)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="It would be")).to_contain_text("applied")
    expect(page.get_by_label("Body of the event")).to_be_focused()  # the cursor stays
    tab_to(page, "Send")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sent:")).to_contain_text("applied")
    tab_to(page, "Order 77")
    page.keyboard.press("Enter")
    expect(page.locator(".rail > li")).to_have_count(2)
