"""What a person comes for, in the clicks it may cost: `CLICKS` are counted by the test."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Client

UI = "/_mock/ui/a/default"
WIDE = {"width": 1280, "height": 900}


class Clicks:
    """Clicks, counted."""

    def __init__(self, most: int) -> None:
        self.left = most

    def on(self, target: Locator) -> None:
        self.left -= 1
        assert self.left >= 0, "this costs too many clicks"
        target.click()


@pytest.fixture
def wide(browser: Browser) -> Iterator[Page]:
    problems: list[str] = []
    with browser.new_context(viewport=WIDE) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        yield page
    assert not problems


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"items": []}, None),
        ({"totalCost": "a lot"}, 'totalCost "a lot" is not a number'),
        ({"externalOrderId": ..., "externalorderid": "M-77"}, "externalOrderId is missing"),
    ],
)
def test_a_missing_order_is_explained_in_two_clicks(
    client: Client, wide: Page, example: Callable[..., Any], changes: Any, why: str | None
) -> None:
    client.add_contact(externalCustomerId="AV13760", phone="380501234567")
    client.event(example(**{"externalOrderId": "M-77", **changes}))
    clicks = Clicks(2)
    wide.goto(f"{client.url}/")
    clicks.on(wide.get_by_label("Search"))
    wide.keyboard.type("M-77", delay=20)
    expect(wide.locator("#events .rows li")).to_have_count(1)
    clicks.on(wide.locator("#event-row-1"))
    said = wide.locator("#pane .sentence")
    expect(said).to_contain_text(why or "created")


def test_an_order_whose_event_was_misnamed_is_explained_too(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    event = example(externalOrderId="M-78")
    client.event({**event, "eventTypeKey": "OrderCreated"})
    clicks = Clicks(2)
    wide.goto(f"{client.url}{UI}/orders")
    clicks.on(wide.get_by_label("Search"))
    wide.keyboard.type("M-78", delay=20)
    clicks.on(wide.get_by_role("link", name="See why it is missing"))
    expect(wide.locator(".rows li")).to_contain_text("did you mean orderCreated")


def test_what_to_fix_first_stands_on_the_first_screen(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(externalCustomerId="AV13760", phone="380501234567")
    item = {"externalItemId": "1", "name": "Tea", "quantity": 1, "cost": 1, "url": "https://a/"}
    for number in range(5):
        client.event(example(externalOrderId=str(number), items=[item]))
    client.event(example(externalOrderId="9", date="tomorrow"))
    wide.goto(f"{client.url}/")
    first = wide.locator(".fixes li").first
    expect(first).to_contain_text("items[].imageUrl is missing")
    expect(first.locator(".number")).to_have_text("5 events")
    expect(first).to_be_in_viewport()
    Clicks(1).on(first.get_by_role("link", name="Show"))
    expect(wide.locator("#events .rows li")).to_have_count(5)
    expect(wide.get_by_role("link", name="Dropped 6")).to_be_visible()


def test_what_a_contact_bought_in_the_last_week_is_one_page(client: Client, wide: Page) -> None:
    client.add_contact(email="a@example.com", firstName="Ann")
    now = client.get("/_mock/clock")["now"]
    orders = [("new", now[:19], "10.50"), ("old", "2020-01-01T00:00:00", "99")]
    for order_id, date, total in orders:
        order = {"externalOrderId": order_id, "email": "a@example.com", "status": "DELIVERED"}
        order |= {"totalCost": total, "date": date, "currency": "UAH"}
        client.call("POST", "/api/v1/orders", json={"orders": [order]})
    wide.goto(f"{client.url}{UI}/contacts/1")
    Clicks(1).on(wide.get_by_role("link", name="last 7 days"))
    expect(wide.locator("tbody tr")).to_have_count(1)
    expect(wide.locator("tfoot")).to_contain_text("10.50 UAH")


def test_an_exported_state_is_opened_on_the_same_page(
    client: Client, wide: Page, example: Callable[..., Any], tmp_path: Path
) -> None:
    """Of any size: what the API takes at once is no bound for a file."""
    client.add_contact(externalCustomerId="AV13760", phone="380501234567")
    client.event(example(externalOrderId="kept"))
    state = client.call("GET", "/_mock/state").json()
    (event,) = state["events"].values()
    for number in range(2, 6000):
        state["events"][str(number)] = {**event, "eventId": number}
    (tmp_path / "state.json").write_text(json.dumps(state), "utf-8")
    assert (tmp_path / "state.json").stat().st_size > 10 * 1024 * 1024
    wide.goto(f"{client.url}{UI}/settings")
    wide.get_by_label("State file").set_input_files(tmp_path / "state.json")
    wide.get_by_label("Yes, replace it").check()
    Clicks(1).on(wide.get_by_role("button", name="Import"))
    expect(wide.get_by_text("Imported.")).to_be_visible(timeout=30_000)
    expect(wide.get_by_role("link", name=re.compile("All 5.999"))).to_be_visible()


def test_an_event_is_tried_until_it_is_applied_without_leaving_the_editor(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    client.event(example(externalOrderId="5", date="tomorrow"))
    wide.goto(f"{client.url}{UI}/try?event=1")
    editor = wide.get_by_label("Body of the event")
    text = wide.locator("#body").input_value()
    editor.click()
    wide.keyboard.press("Control+Enter")
    result = wide.get_by_role("region", name="Result")
    expect(result).to_contain_text("no contact has")
    expect(editor).to_be_focused()
    expect(editor).to_be_in_viewport()
    result.get_by_role("button", name="Add this contact").click()
    expect(result.locator("mark")).to_contain_text("tomorrow")  # explained again by itself
    expect(result).not_to_contain_text("no contact has")
    editor.fill(text.replace('"tomorrow"', '"2026-11-20T10:00:00"'))
    wide.keyboard.press("Control+Enter")
    expect(wide.get_by_role("heading", name="It would be")).to_contain_text("applied")


def test_an_update_is_told_item_by_item_and_field_by_field(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(externalCustomerId="AV13760", phone="380501234567")
    params = {each["name"]: each["value"] for each in example()["params"]}
    items = [{**params["items"][0], "externalItemId": each, "cost": 5} for each in "ab"]
    client.event(example(items=items))
    changed = example(items=[items[0], {**items[1], "cost": 7}], status="IN_PROGRESS")
    client.event({**changed, "eventTypeKey": "orderUpdated"})
    wide.goto(f"{client.url}{UI}/events/2")
    rows = wide.locator(".diff tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="item b: cost")).to_contain_text("5 7")
    expect(rows.filter(has_text="status")).to_contain_text("INITIALIZED IN_PROGRESS")


def test_the_rules_that_were_exercised_fit_on_one_screen(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    client.event(example(items="none"))
    wide.goto(f"{client.url}{UI}/rules")
    matrix = wide.locator(".matrix")
    box = matrix.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= WIDE["height"]
    expect(matrix.locator(".failed")).to_contain_text(["IDN-06"])
    Clicks(2).on(matrix.get_by_role("link", name="IDN-06"))
    wide.locator("#IDN-06").get_by_role("link", name="Events that exercised it").click()
    expect(wide.locator("#events .rows li")).to_have_count(1)


def test_the_first_suggested_click_succeeds_and_the_steps_tick_themselves(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    wide.goto(f"{client.url}/")
    steps = wide.locator(".checklist li")
    expect(steps.locator("xpath=self::*[contains(@class, 'open')]")).to_have_count(3)
    wide.get_by_role("button", name="Load the demo shop").click()
    expect(wide.locator("#done")).to_have_text("Seeded.")
    expect(wide.locator(".checklist .done")).to_have_count(1)
    client.event(example(date="tomorrow"))
    expect(wide.locator(".checklist .done")).to_have_count(2)
    client.event(example())
    expect(wide.locator(".checklist")).to_have_count(0)


def test_rows_are_walked_by_keys_and_stay_chosen(client: Client, wide: Page) -> None:
    for number in range(3):
        client.event({"eventTypeKey": f"visit{number}", "keyValue": "1"})
    wide.goto(f"{client.url}/")
    expect(wide.locator("#pane h1, #pane h2").first).to_contain_text("Event 3")
    wide.keyboard.press("j")
    expect(wide.locator("#pane h1, #pane h2").first).to_contain_text("Event 2")
    expect(wide.locator("[data-row][aria-current]")).to_contain_text("visit1")
    assert re.search("show=2", wide.url)
    client.event({"eventTypeKey": "late", "keyValue": "1"})
    expect(wide.locator("#events .rows li")).to_have_count(4)
    expect(wide.locator("[data-row][aria-current]")).to_contain_text("visit1")
    wide.keyboard.press("?")
    expect(wide.get_by_role("dialog")).to_be_visible()
    wide.keyboard.press("Escape")
    wide.keyboard.press("/")
    expect(wide.get_by_label("Search")).to_be_focused()


def test_two_tabs_show_two_accounts_and_change_their_own(client: Client, browser: Browser) -> None:
    for account in ("default", "second"):
        client.call(
            "POST", f"/_mock/contacts?account={account}", json={"email": f"{account}@example.com"}
        )
    with browser.new_context() as context:
        first, second = context.new_page(), context.new_page()
        first.goto(f"{client.url}{UI}/settings")
        second.goto(f"{client.url}/_mock/ui/a/second/settings")
        reset = first.locator("form", has=first.get_by_role("heading", name="Reset"))
        reset.get_by_label("Yes, lose it").check()
        reset.get_by_role("button", name="Reset").click()
        expect(first.locator("#done")).to_have_text("Everything was reset.")
        second.get_by_role("link", name="Contacts").click()
        expect(second.get_by_text("second@example.com")).to_be_visible()
    assert client.get("/_mock/contacts")["total"] == 0
    assert client.get("/_mock/contacts?account=second")["total"] == 1


def test_a_refused_request_stands_in_the_list(client: Client, wide: Page) -> None:
    client.session.auth = None
    client.event({"eventTypeKey": "visit", "keyValue": "1"})
    wide.goto(f"{client.url}/")
    row = wide.locator("#events .rows li")
    expect(row).to_contain_text("POST /api/v2/event")
    expect(row).to_contain_text("401")
    wide.get_by_role("link", name="refused 1").click()
    expect(wide.locator("#events .rows li")).to_have_count(1)
    wide.locator("#events .row").click()
    expect(wide.locator("tr.is-shown")).to_contain_text("401")


def test_a_fix_is_applied_in_one_click(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(phone="380501234567")
    client.event(example(externalOrderId="5", status="completed", date="20.11.2026 10:00"))
    wide.goto(f"{client.url}{UI}/events/1")
    fix = wide.get_by_role("region", name="Fix")
    expect(fix.locator("del").first).to_contain_text("completed")
    expect(fix.locator("ins").first).to_contain_text("DELIVERED")
    fix.get_by_role("link", name="Apply and try").click()
    wide.keyboard.press("Control+Enter")
    expect(wide.get_by_role("heading", name="It would be")).to_contain_text("applied")


def test_a_fix_is_applied_in_the_editor_too(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(phone="380501234567")
    wide.goto(f"{client.url}{UI}/try")
    body = example(externalOrderId="5", totalCost="1 200,50 грн")
    wide.get_by_label("Body of the event").fill(json.dumps(body, ensure_ascii=False, indent=2))
    expect(wide.get_by_role("heading", name="It would be")).to_contain_text("ignored")
    wide.get_by_role("button", name="Apply", exact=True).click()
    expect(wide.get_by_role("heading", name="It would be")).to_contain_text("applied")
    assert "1200.50" in wide.locator("#body").input_value()


def test_a_report_can_be_pasted_into_an_issue_tracker(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    client.event(example(externalOrderId="5", status="paid"))
    wide.goto(f"{client.url}{UI}/events/1")
    report = wide.locator("#fix-report").text_content() or ""
    assert report.startswith("### Order 5 · orderCreated · ignored")
    assert "ORD-03" in report
    assert '"paid"' in report
    assert f"{client.url}{UI}/events/1" in report
    patch = json.loads(wide.locator("#fix-patch").text_content() or "")
    assert {each["op"] for each in patch} == {"replace"}


def test_the_cost_of_a_mistake_is_seen_and_goes_with_a_good_event(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    client.add_contact(phone="380501234567")
    for number in range(2):
        client.event(example(externalOrderId=f"o{number}", totalCost=4900, date="yesterday"))
    wide.goto(f"{client.url}{UI}/")
    toll = wide.get_by_label("What it costs")
    expect(toll).to_contain_text("2 orders, 9 800.00 UAH not in the service")
    fixes = wide.locator(".fixes li")
    expect(fixes.first).to_contain_text("2 orders, 9 800.00 UAH lost")
    client.event(example(externalOrderId="o0", totalCost=4900))
    expect(toll).to_contain_text("1 order, 4 900.00 UAH not in the service")
    expect(fixes.first).to_contain_text("fixed")
    client.event(example(externalOrderId="o1", totalCost=4900))
    expect(toll).not_to_contain_text("not in the service")
    client.event(example(externalOrderId="o2", totalCost=1, date="yesterday"))
    expect(fixes.first).to_contain_text("back again")


def test_a_cause_has_the_one_action_that_mends_it(
    client: Client, wide: Page, example: Callable[..., Any]
) -> None:
    wide.context.grant_permissions(["clipboard-read", "clipboard-write"])
    client.event(example(externalOrderId="1"))
    client.event(example("orderDelivered", externalOrderId="2"))
    wide.goto(f"{client.url}{UI}/")
    causes = wide.locator(".fixes li")
    Clicks(1).on(causes.first.get_by_role("button", name="Add contact"))
    expect(wide.locator("h1")).to_contain_text("Contact 1")
    client.event(example(externalOrderId="3", totalCost="1,50"))
    wide.goto(f"{client.url}{UI}/fixes")
    wrong = causes.filter(has_text="is not a number")
    expect(wrong.get_by_role("link", name="Show the 1")).to_be_visible()
    Clicks(1).on(wrong.get_by_role("button", name="Copy fix"))
    expect(wrong.get_by_role("status")).to_have_text("Copied.")
    patch = json.loads(wide.evaluate("navigator.clipboard.readText()"))
    assert [(each["op"], each["value"]) for each in patch] == [("replace", "1.50")]
