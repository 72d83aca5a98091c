"""RFM: the grid leads to its contacts; revenue, spend and events of each contact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from mock_server.emulator import Account, Emulator
from mock_server.frame.app import Doors
from mock_server.rules.outcome import EventRequest
from tests.inspector.conftest import squeezed

UI = "/_mock/ui/a/default"
NOW = datetime(2026, 11, 25, 12, tzinfo=timezone.utc)
LOYAL, AT_RISK = {"sales": "2", "since": "up to 2 weeks"}, {"sales": "1", "since": "up to 1 year"}


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Contact 1 has two fresh sales in two currencies, 2 an old one, 3 none but an open order."""
    with Emulator() as emulator:
        account = emulator.account()
        account.clock.freeze(NOW)
        for number in (1, 2, 3):
            account.add_contact({"email": f"buyer{number}@example.com"})
        sell(account, "A1", 1, days_ago=5, totalCost="10.50", currency="UAH")
        sell(account, "A2", 1, days_ago=100, totalCost=7, currency="EUR")
        sell(account, "A3", 2, days_ago=200, totalCost="2.25", currency="UAH")
        sell(account, "A4", 3, days_ago=1, status="INITIALIZED")
        yield emulator


@pytest.fixture
def web(emulator: Emulator) -> FlaskClient:
    return Client(Doors(emulator))


def sell(account: Account, order_id: str, contact: int, days_ago: float, **fields: Any) -> None:
    date = (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S")
    made = {"status": "DELIVERED", "totalCost": 1, "date": date, **fields}
    send(account, externalOrderId=order_id, email=f"buyer{contact}@example.com", **made)


def send(account: Account, event_type_key: str = "orderCreated", /, **params: Any) -> None:
    named = [{"name": name, "value": value} for name, value in params.items()]
    body = {"eventTypeKey": event_type_key, "keyValue": "1", "params": named}
    account.generate_event(EventRequest(body))


def cells(text: str) -> dict[str, str]:
    """The links of the grid, by what they are called."""
    found = re.findall(r'<a href="([^"]*)" aria-label="([^"]*)">', text)
    return {label: unescape(link) for link, label in found}


def rows(text: str) -> list[list[str]]:
    """The table of contacts, as text."""
    body = re.search(r"<tbody>(.*?)</tbody>", text, re.S)
    found = re.findall(r"<tr>(.*?)</tr>", body[1], re.S) if body else []
    return [
        [re.sub(r"<[^>]*>", "", each).strip() for each in re.findall(r"<td.*?</td>", row, re.S)]
        for row in found
    ]


def test_each_cell_leads_to_its_contacts(web: FlaskClient) -> None:
    found = cells(squeezed(web.get(f"{UI}/rfm").text))
    del found["1 contact without a sale"]  # the bottom row, see below
    assert set(found) == {
        "1 loyal: contact with 2 sales, the last up to 2 weeks ago",
        "1 at risk: contact with 1 sale, the last up to 1 year ago",
    }
    contacts = [
        row[3] for label in sorted(found) for row in rows(squeezed(web.get(found[label]).text))
    ]
    assert contacts == ["buyer2@example.com", "buyer1@example.com"]


def test_the_grid_and_the_revenue_say_what_does_not_count(web: FlaskClient) -> None:
    text = squeezed(web.get(f"{UI}/rfm").text)
    assert "2 contacts with 3 sales" in text
    assert re.findall(r'scope="row">(UAH|EUR)</th>.*?>(\d+)<.*?>([\d.]+)<', text) == [
        ("EUR", "1", "7.00"),
        ("UAH", "2", "12.75"),
    ]
    assert text.count("it is INITIALIZED") == 2
    assert f'href="{UI}/orders/A4"' in text


def test_without_a_sale_the_page_says_what_makes_one() -> None:
    with Emulator() as emulator:
        text = squeezed(Client(Doors(emulator)).get(f"{UI}/rfm").text)
    assert "No sale yet" in text
    assert "No order counts towards revenue yet" in text
    assert cells(text) == {}


def test_a_row_or_a_column_can_be_shown_whole_and_searched(web: FlaskClient) -> None:
    for query, ids in (
        ({"sales": "1"}, ["2"]),
        ({"since": "up to 2 weeks"}, ["1"]),
        ({**LOYAL, "q": "buyer1"}, ["1"]),
        ({**LOYAL, "q": "buyer2"}, []),
        ({"sales": "4"}, []),
    ):
        answer = web.get(f"{UI}/contacts", query_string=query)
        assert [row[0] for row in rows(squeezed(answer.text))] == ids
        assert "Show all contacts" in squeezed(answer.text)


@pytest.mark.parametrize("query", [{"sales": "7"}, {"since": "yesterday"}])
def test_a_cell_that_the_grid_does_not_have_is_refused_with_those_it_has(
    web: FlaskClient, query: dict[str, str]
) -> None:
    answer = web.get(f"{UI}/contacts", query_string=query)
    assert answer.status_code == 400
    assert "The RFM grid has no" in squeezed(answer.text)
    assert ("5 or more" if "sales" in query else "up to 2 weeks") in squeezed(answer.text)


def test_contacts_show_orders_spend_and_events(web: FlaskClient, emulator: Emulator) -> None:
    send(emulator.account(), "visit", email="buyer3@example.com")
    assert [row[-3:] for row in rows(squeezed(web.get(f"{UI}/contacts").text))] == [
        ["1", "–", "2"],
        ["1", "2.25 UAH", "1"],
        ["2", "7.00 EUR, 10.50 UAH", "2"],
    ]
    text = squeezed(web.get(f"{UI}/contacts/1").text)
    assert "<dd>7.00 EUR, 10.50 UAH</dd>" in text
    assert re.search(r"<dd>2, the last on <time [^>]*>2026-11-20 ", text)


def test_spend_follows_what_becomes_of_the_orders(web: FlaskClient, emulator: Emulator) -> None:
    account = emulator.account()

    def spent(number: int) -> str:
        found = re.search(
            r"<dt>Spend</dt><dd>(.*?)</dd>", squeezed(web.get(f"{UI}/contacts/{number}").text)
        )
        return found[1] if found else ""

    assert (spent(1), spent(3)) == ("7.00 EUR, 10.50 UAH", "–")
    send(account, "orderDelivered", externalOrderId="A4")
    send(account, "orderCancelled", externalOrderId="A2")
    assert (spent(1), spent(3)) == ("10.50 UAH", "1.00")
    state = emulator.export_state()
    account.reset(keep=["contacts"])
    assert spent(1) == "–"
    emulator.import_state(state)
    assert (spent(1), spent(3)) == ("10.50 UAH", "1.00")
    account.resources.contacts.delete(3, erase=True)
    assert "1 contact with 1 sale" not in squeezed(web.get(f"{UI}/rfm").text)
    assert account.analytics.contacts([3])[3]["spend"] == []


def test_orders_of_the_mobile_sdk_are_spend_by_the_setting(
    web: FlaskClient, emulator: Emulator
) -> None:
    account = emulator.account()
    sell(account, "A5", 3, days_ago=1, status="INITIALIZED", source="mobile_sdk", currency="USD")
    assert "<dd>1.00 USD</dd>" in squeezed(web.get(f"{UI}/contacts/3").text)
    account.change_settings({"revenue_from_mobile_sdk_initialized": False})
    assert "<dd>1.00 USD</dd>" not in squeezed(web.get(f"{UI}/contacts/3").text)


def test_a_contact_that_was_deleted_keeps_its_place_and_is_marked(
    web: FlaskClient, emulator: Emulator
) -> None:
    emulator.account().resources.contacts.delete(2)
    answer = web.get(f"{UI}/contacts", query_string=AT_RISK)
    assert [row[0].split() for row in rows(squeezed(answer.text))] == [["2", "deleted"]]


def test_sales_of_a_contact_that_is_not_there_are_told(
    web: FlaskClient, emulator: Emulator, example: Callable[..., Any]
) -> None:
    state = emulator.export_state("default")
    state["contacts"] = {}
    emulator.import_state(state, "default")
    answer = web.get(f"{UI}/contacts", query_string=AT_RISK)
    assert "1 that bought is no contact any more" in squeezed(answer.text)


def test_the_bottom_row_is_of_contacts_without_a_sale(emulator: Emulator, web: FlaskClient) -> None:
    """ORD-19: a contact counts there until an order of it is delivered."""
    account = emulator.account()
    assert account.analytics.rfm()["withoutSale"] == 1
    link = cells(squeezed(web.get(f"{UI}/rfm").text))["1 contact without a sale"]
    page = squeezed(web.get(link).text)
    assert "buyer3@example.com" in page
    assert "buyer1@example.com" not in page
    assert account.analytics.rfm_contacts("none", "up to 2 weeks") == []
    sell(account, "A4", 3, days_ago=1)
    assert account.analytics.rfm()["withoutSale"] == 0
    assert "without a sale" not in squeezed(web.get(f"{UI}/rfm").text)
