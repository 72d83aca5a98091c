"""The pages of the inspector, through Flask's client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mock_server.app import create_app
from mock_server.emulator import Emulator
from mock_server.model import EventRequest

SEED = Path(__file__).parents[2] / "fixtures/seeds/shop.json"
UI = "/_mock/ui"
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
    return create_app(emulator).test_client()


PAGES = (
    *("/", "/events/1", "/events/2", "/orders", "/orders/1001", "/orders?q=%3Cscript%3E"),
    *("/contacts", "/contacts/1", "/event-types", "/analytics", "/try", "/try?event=1"),
    *("/rfm", "/contacts?sales=1&since=over+1+year&q=%3Cscript%3Ealert(1)%3C/script%3E"),
    *("/rules", "/requests", "/settings", f"/orders/{HOSTILE}", "/?q=x&verdict=ignored&contact=9"),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_escaped_and_allows_no_foreign_script(web: FlaskClient, path: str) -> None:
    answer = web.get(UI + path)
    assert answer.status_code == 200
    assert HOSTILE not in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_root_leads_here(web: FlaskClient) -> None:
    assert web.get("/").headers["Location"] == UI + "/"


def test_nothing_new_is_answered_without_a_page(web: FlaskClient) -> None:
    assert web.get(f"{UI}/?newest=2.2").status_code == 204
    assert web.get(f"{UI}/?newest=1.1").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"), [("/events/99", 404), ("/contacts/99", 404), ("/orders/none", 404)]
)
def test_what_is_not_there_is_told(web: FlaskClient, path: str, status: int) -> None:
    answer = web.get(UI + path)
    assert answer.status_code == status
    assert "There is no" in answer.text


@pytest.mark.parametrize("path", ["/reset", "/import"])
def test_nothing_is_lost_without_confirmation(
    web: FlaskClient, emulator: Emulator, path: str
) -> None:
    assert web.post(UI + path).status_code == 400
    assert emulator.account().counts()["events"] == 2


def test_an_event_is_sent_again(web: FlaskClient) -> None:
    assert web.post(f"{UI}/events/1/again").headers["Location"] == f"{UI}/events/3"


def test_a_contact_is_added_and_deleted(web: FlaskClient) -> None:
    where = web.post(f"{UI}/contacts", data={"email": "new@example.com"}).headers["Location"]
    assert "new@example.com" in web.get(where).text
    assert web.post(f"{where}/delete").status_code == 303
    assert "Contact" in web.get(f"{UI}/contacts").text


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


def test_what_was_exported_can_be_imported(web: FlaskClient, emulator: Emulator) -> None:
    text = web.get(f"{UI}/export").text
    web.post(f"{UI}/reset", data={"sure": "yes"})
    assert web.post(f"{UI}/import", data={"sure": "yes", "state_text": text}).status_code == 303
    assert emulator.account().counts()["events"] == 2
    assert web.post(f"{UI}/seed", data={"seed_text": "{"}).status_code == 400
