"""The pages of the inspector, through Flask's client."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from mock_server.emulator import Emulator
from mock_server.frame.app import Doors
from mock_server.pages.sentences import BLANK, counted
from mock_server.rules.outcome import EventRequest

SEED = Path(__file__).parents[2] / "fixtures/seeds/shop.json"
UI = "/_mock/ui/a/default"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(seeds=[json.loads(SEED.read_text("utf-8"))]) as emulator:
        params = [{"name": "externalOrderId", "value": HOSTILE}, {"name": "phone", "value": "1"}]
        for key in ("orderCreated", HOSTILE):
            body = {"eventTypeKey": key, "keyValue": HOSTILE, "params": params}
            emulator.account().generate_event(EventRequest(body))
        yield emulator


@pytest.fixture
def web(emulator: Emulator) -> FlaskClient:
    return Client(Doors(emulator))


PAGES = (
    *("/", "/events/1", "/events/2", "/orders", "/orders/1001", "/orders?q=%3Cscript%3E"),
    *("/contacts", "/contacts/1", "/event-types", "/analytics", "/try", "/try?event=1"),
    *("/rfm", "/contacts?sales=1&since=over+1+year&q=%3Cscript%3Ealert(1)%3C/script%3E"),
    *(
        "/rules",
        "/requests",
        "/settings",
        f"/orders/{HOSTILE}",
        "/?q=x&tab=dropped",
        "/?show=1",
        "/fixes",
        "/messages",
        "/preview",
        "/preview?event=1",
        "/?q=verdict:none",
    ),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_escaped_and_allows_no_foreign_script(web: FlaskClient, path: str) -> None:
    answer = web.get(UI + path)
    assert answer.status_code == 200
    assert HOSTILE not in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_root_leads_here(web: FlaskClient) -> None:
    assert web.get("/").headers["Location"] == "/_mock/ui/"
    assert web.get("/_mock/ui/").headers["Location"] == UI + "/"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["", "/", "/settings", "/nowhere"])
def test_a_method_that_no_page_has_is_told_inside_the_frame(
    web: FlaskClient, method: str, path: str
) -> None:
    answer = web.open(UI + path, method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert '<nav id="menu"' in answer.text
    assert method in answer.text[answer.text.index("<main") :]


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0 orders"), (1, "1 order"), (999, "999 orders"), (1234567, "1 234 567 orders")],
)
def test_a_number_is_told_in_groups_of_digits(number: int, told: str) -> None:
    assert counted(number, "order") == told.replace(" ", BLANK)  # it stands on one line


def failed_order(web: FlaskClient, items: int) -> str:
    """The page Requests at an order of Add orders that was not saved."""
    item = {"externalItemId": "1", "name": "Tea", "quantity": 1, "cost": 1, "url": "https://a/"}
    order = {"externalOrderId": "77", "totalCost": "9,90", "status": "DONE", "currency": "UAH"}
    order |= {"date": "2026-11-30T10:11:00", "externalCustomerId": "AV13760"}
    body = {"orders": [{**order, "items": [item] * items}]}
    web.post("/api/v1/orders", json=body, auth=("shop", "key"))
    there = re.search(
        r'href="(\?show=\d+)#request-\d+">Show the fix', web.get(f"{UI}/requests").text
    )
    assert there is not None
    return web.get(f"{UI}/requests{there[1]}").text


def test_a_request_shows_the_fix_of_an_order_that_was_not_saved(web: FlaskClient) -> None:
    text = unescape(failed_order(web, 1))
    assert re.findall(r"<(?:ins|del)>(.*?)</", text) == [
        '-       "totalCost": "9,90",',
        '-       "status": "DONE",',
        '+       "totalCost": "9.90",',
        '+       "status": "DELIVERED",',
    ]


def test_of_a_body_that_was_cut_off_the_patch_is_shown(web: FlaskClient) -> None:
    text = unescape(failed_order(web, 30))
    assert '"path": "/orders/0/totalCost"' in text[text.index('<pre class="difference"') :]
    assert "<del>" not in text


def test_the_search_offers_what_finds_something(web: FlaskClient, emulator: Emulator) -> None:
    offered = re.findall(r'<option value="(reason:[a-z_]+)"', web.get(f"{UI}/").text)
    stored = emulator.account().event_counts("reason")
    assert stored
    assert offered == [f"reason:{each}" for each in sorted(stored, key=lambda each: -stored[each])]


def newest(page: str) -> str:
    """What a page of the history says it shows."""
    (found,) = re.findall(r"newest=([0-9.]+)", page)
    return found


def test_a_list_that_is_open_gets_what_is_new_and_nothing_else(
    web: FlaskClient, emulator: Emulator
) -> None:
    shown = newest(web.get(f"{UI}/?tab=recorded").text)
    assert web.get(f"{UI}/?tab=recorded&newest={shown}").status_code == 204
    emulator.account().generate_event(EventRequest({"eventTypeKey": "fresh", "keyValue": "1"}))
    part = web.get(f"{UI}/?tab=recorded&newest={shown}").text
    assert "fresh" in part
    assert "<html" not in part
    assert web.get(f"{UI}/?tab=recorded&newest={newest(part)}").status_code == 204


def test_an_open_list_notices_a_reset_and_an_import(web: FlaskClient, emulator: Emulator) -> None:
    state = emulator.export_state("default")
    shown = newest(web.get(f"{UI}/").text)
    emulator.account().reset()
    assert "No events yet." in web.get(f"{UI}/?newest={shown}").text
    empty = newest(web.get(f"{UI}/").text)
    emulator.import_state(state, "default")
    assert web.get(f"{UI}/?newest={empty}").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"), [("/events/99", 404), ("/contacts/99", 404), ("/orders/none", 404)]
)
def test_what_is_not_there_is_told(web: FlaskClient, path: str, status: int) -> None:
    answer = web.get(UI + path)
    assert answer.status_code == status
    assert "There is no" in answer.text


@pytest.mark.parametrize("path", ["/reset", "/import", "/contacts/1/delete"])
@pytest.mark.parametrize("sure", [None, "no"])
def test_nothing_is_lost_without_confirmation(
    web: FlaskClient, emulator: Emulator, path: str, sure: str | None
) -> None:
    before = emulator.account().counts()
    answer = web.post(UI + path, data={"sure": sure} if sure else {})
    assert answer.status_code == 400
    assert "Nothing was" in answer.text
    assert emulator.account().counts() == before
    assert "deleted" not in emulator.account().contact(1)


def test_a_contact_is_added_and_deleted(web: FlaskClient, emulator: Emulator) -> None:
    answer = web.post(f"{UI}/contacts", data={"email": "new@example.com"})
    where = answer.headers["Location"].partition("?")[0]
    assert "new@example.com" in web.get(where).text
    assert web.post(f"{where}/delete", data={"sure": "yes"}).status_code == 303
    assert "new@example.com" not in web.get(f"{UI}/contacts").text


def test_adding_an_event_type_leaves_one_that_exists_as_it_is(
    web: FlaskClient, emulator: Emulator
) -> None:
    params = [{"name": "phone", "required": True}]
    emulator.account().change_event_type("orderCreated", {"params": params})
    before = emulator.account().event_types()
    answer = web.post(f"{UI}/event-types/new", data={"eventTypeKey": " orderCreated "})
    assert answer.status_code == 400
    assert "There is an event type orderCreated already" in answer.text
    assert emulator.account().event_types() == before
    assert web.post(f"{UI}/event-types/new", data={"eventTypeKey": "visit"}).status_code == 303
    assert "visit" in {each["eventTypeKey"] for each in emulator.account().event_types()}


def test_settings_are_changed(web: FlaskClient, emulator: Emulator) -> None:
    data = {
        "strict": "on",
        "past_event_depth_days": "7",
        "organisation_name": "A",
        "user_email": "b",
    }
    assert web.post(f"{UI}/settings", data=data).status_code == 303
    assert emulator.account().settings.strict
    data["past_event_depth_days"] = "many"
    assert web.post(f"{UI}/settings", data=data).status_code == 400


def test_a_setting_of_a_few_words_is_chosen(web: FlaskClient, emulator: Emulator) -> None:
    assert "<option>as_sent</option>" in web.get(f"{UI}/settings").text
    assert web.post(f"{UI}/settings", data={"identifier_priority": "as_sent"}).status_code == 303
    assert emulator.account().settings.identifier_priority == "as_sent"
    assert web.post(f"{UI}/settings", data={"identifier_priority": "x"}).status_code == 400


def test_what_was_exported_can_be_imported(web: FlaskClient, emulator: Emulator) -> None:
    text = web.get(f"{UI}/export").text
    web.post(f"{UI}/reset", data={"sure": "yes"})
    assert web.post(f"{UI}/import", data={"sure": "yes", "state_text": text}).status_code == 303
    assert emulator.account().counts()["events"] == 2
    assert web.post(f"{UI}/seed", data={"seed_text": "{"}).status_code == 400
