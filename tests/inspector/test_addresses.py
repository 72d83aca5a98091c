"""Where pages are: the account stands in every path, and no address leads to a bare error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from mock_server.emulator import Emulator
from mock_server.emulator.examples import EXAMPLES
from mock_server.frame.app import Doors
from mock_server.inspector.addresses import order_path
from mock_server.rules.outcome import EventRequest
from tests.inspector.conftest import squeezed

ROOT = "/_mock/ui"
UI = f"{ROOT}/a/default"
FORMS = (
    "/reset",
    "/seed",
    "/import",
    "/demo",
    "/settings",
    "/contacts",
    "/event-types/new",
    "/try",
)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        emulator.account().add_contact({"phone": "380501234567", "externalCustomerId": "AV13760"})
        emulator.account("second").add_contact({"email": "b@example.com"})
        yield emulator


@pytest.fixture
def web(emulator: Emulator) -> FlaskClient:
    return Client(Doors(emulator))


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        (f"{ROOT}/", f"{UI}/"),
        (f"{ROOT}/orders?q=7", f"{UI}/orders?q=7"),
        (f"{ROOT}/?account=second", f"{ROOT}/a/second/"),
        (f"{UI}/reset", f"{UI}/settings"),
        (f"{UI}/import", f"{UI}/settings"),
        (f"{UI}/contacts/1/delete", f"{UI}/contacts/1"),
        (f"{UI}/events/1/again", f"{UI}/events/1"),
        (f"{UI}/event-types/new", f"{UI}/event-types"),
    ],
)
def test_an_address_without_an_account_or_of_a_form_leads_on(
    web: FlaskClient, asked: str, there: str
) -> None:
    assert web.get(asked).headers["Location"] == there


@pytest.mark.parametrize("path", FORMS)
def test_a_write_that_names_no_account_is_refused(
    web: FlaskClient, emulator: Emulator, path: str
) -> None:
    before = emulator.export_state()
    answer = web.post(ROOT + path, data={"sure": "yes", "email": "x@example.com"})
    assert answer.status_code == 400
    assert "does not say whose account" in answer.text
    assert emulator.export_state() == before


def test_a_write_changes_the_account_of_its_path_alone(
    web: FlaskClient, emulator: Emulator
) -> None:
    web.set_cookie("yespo_mock_account", "second")
    answer = web.post(f"{UI}/reset?account=second", data={"sure": "yes"})
    assert answer.headers["Location"] == f"{UI}/?done=reset"
    assert emulator.account().counts()["contacts"] == 0
    assert emulator.account("second").counts()["contacts"] == 1


@pytest.mark.parametrize("path", [f"{UI}/nothing", f"{ROOT}/a/nobody/", f"{UI}/events/99"])
def test_what_is_not_there_is_a_page_in_the_frame(web: FlaskClient, path: str) -> None:
    answer = web.get(path)
    assert answer.status_code == 404
    assert '<nav id="menu"' in answer.text
    assert 'role="alert"' in answer.text
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("order_id", [".", "..", "a/b", "%2F", "?", "#", " ", "ї", "'\"<"])
def test_an_order_of_any_id_has_a_page(web: FlaskClient, emulator: Emulator, order_id: str) -> None:
    params = {each["name"]: each["value"] for each in EXAMPLES["orderCreated"]["params"]}
    params["externalOrderId"] = order_id
    body: dict[str, Any] = {**EXAMPLES["orderCreated"], "params": []}
    body["params"] = [{"name": name, "value": value} for name, value in params.items()]
    emulator.account().generate_event(EventRequest(body))
    text = web.get(UI + order_path(order_id)).text
    assert "Items" in text or order_id == " "  # which is no order's id
    assert "/order" in text


@pytest.mark.parametrize("path", ["/", "/orders", "/contacts", "/requests", "/messages"])
def test_past_the_end_a_list_says_so_and_leads_back(web: FlaskClient, path: str) -> None:
    text = squeezed(web.get(f"{UI}{path}?offset=500").text)
    assert "The list ends before this part." in text
    assert "None yet" not in text


def test_what_was_typed_is_not_lost_for_one_bad_value(web: FlaskClient) -> None:
    data = {"organisation_name": "Tea House", "past_event_depth_days": "many"}
    answer = web.post(f"{UI}/settings", data=data)
    assert answer.status_code == 400
    assert 'value="Tea House"' in answer.text
    assert 'value="many"' in answer.text


def test_the_beginning_of_a_body_is_not_offered_as_the_body(
    web: FlaskClient, emulator: Emulator
) -> None:
    for body in (b"{" + b" " * 30_000, b'{"eventTypeKey": "' + b"x" * 70_000 + b'"}'):
        web.post("/api/v2/event", data=body, content_type="application/json", auth=("a", "k"))
        number = emulator.account().counts()["events"]
        text = web.get(f"{UI}/events/{number}").text
        assert "only the beginning of the body" in text
        assert "Send again" not in text
        again = web.post(f"{UI}/events/{number}/again")
        assert "cannot be edited or sent again" in again.text
        assert emulator.account().counts()["events"] == number


def test_a_reload_of_what_was_sent_does_not_send_again(
    web: FlaskClient, emulator: Emulator
) -> None:
    answer = web.post(f"{UI}/try", data={"do": "send", "body": '{"eventTypeKey": "a"}'})
    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        f"{UI}/try?event=1&sent=1#result",
    )
    assert "HTTP/1.1 400" in web.get(answer.headers["Location"]).text
    assert emulator.account().counts()["events"] == 1


def test_a_filter_that_cannot_match_is_told(web: FlaskClient) -> None:
    text = web.get(f"{UI}/?q=verdict:ignord").text
    assert "Did you mean ignored?" in text
    assert "Show all events" in text
