"""The search box of the event history: what can be typed, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pytest

from mock_server.emulator import Emulator, InvalidError
from mock_server.pages.event_search import read_search
from mock_server.rules.outcome import EventRequest


@pytest.fixture
def emulator(example: Callable[..., Any]) -> Iterator[Emulator]:
    """Events 1 applied, 2 without a picture, 3 of nobody, 4 of another type."""
    with Emulator() as emulator:
        account = emulator.account()
        account.add_contact({"phone": "380501234567", "externalCustomerId": "AV13760"})
        item = {"externalItemId": "1", "name": "Tea", "quantity": 1, "cost": 1, "url": "http://a/"}
        for event in (
            example(externalOrderId="A-1"),
            example(externalOrderId="A-2", items=[item]),
            example(externalOrderId="A-3", phone="1", externalCustomerId=...),
            {"eventTypeKey": "shop visit", "keyValue": "AV13760"},
        ):
            account.generate_event(EventRequest(event))
        yield emulator


def found(emulator: Emulator, text: str) -> list[int]:
    account = emulator.account()
    page = account.events(read_search(text, account).query)
    return sorted(each["eventId"] for each in page.items)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", [1, 2, 3, 4]),
        ("type:orderCreated", [1, 2, 3]),
        ('type:"shop visit"', [4]),
        ("verdict:ignored", [2, 3]),
        ("reason:item_required_missing", [2]),
        ("rule:ITM-02", [1, 2, 3]),
        ("rule:itm-02", [1, 2, 3]),
        ("rule:ITM-02/missing", [2]),
        ("rule:ITM-02/missing order:A-2", [2]),
        ("order:A-3", [3]),
        ("contact:AV13760", [1, 2]),
        ("contact:nobody", []),
        ("#3", [3]),
        ("#99", []),
        ("a-1", [1]),
        ("type:orderCreated tea", [2]),
        ("after:1h", [1, 2, 3, 4]),
        ("before:1h", []),
        ("after:2020-01-01 before:2020-01-02T10:00", []),
        ("http://a/", [2]),  # a colon alone makes no filter
    ],
)
def test_what_is_typed_finds(emulator: Emulator, text: str, ids: list[int]) -> None:
    assert found(emulator, text) == ids


@pytest.mark.parametrize(
    "text", ["+380501234567", "38 050 123 45 67", "+38 (050) 123-45-67", "AV13760"]
)
def test_an_address_leads_to_its_contact(emulator: Emulator, text: str) -> None:
    assert read_search(text, emulator.account()).contact_id == 1


def test_a_short_address_leads_there_too(emulator: Emulator) -> None:
    contact = emulator.account().add_contact({"externalCustomerId": "AV-1"})
    assert read_search("AV-1", emulator.account()).contact_id == contact["id"]


@pytest.mark.parametrize(
    ("ago", "time"),
    [
        ("45s", "2026-01-09T23:59:15.000Z"),
        ("30m", "2026-01-09T23:30:00.000Z"),
        ("2h", "2026-01-09T22:00:00.000Z"),
        ("7d", "2026-01-03T00:00:00.000Z"),
    ],
)
def test_how_long_ago_is_counted_from_the_accounts_clock(
    emulator: Emulator, ago: str, time: str
) -> None:
    account = emulator.account()
    account.clock.freeze(datetime(2026, 1, 10, tzinfo=timezone.utc))
    assert read_search(f"after:{ago}", account).query.received_from == time
    assert read_search(f"before:{ago}", account).query.received_to == time


@pytest.mark.parametrize(("number", "is_an_address"), [("123456", False), ("1234567", True)])
def test_a_number_is_an_address_from_seven_digits_on(
    emulator: Emulator, number: str, is_an_address: bool
) -> None:
    contact = emulator.account().add_contact({"phone": number})
    found = read_search(number, emulator.account()).contact_id
    assert found == (contact["id"] if is_an_address else None)


def test_a_short_number_is_an_order_rather_than_a_contact(emulator: Emulator) -> None:
    assert read_search("1", emulator.account()).contact_id is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("verdict:ignord", "Did you mean ignored?"),
        ("reason:contact_notfound", "Did you mean contact_not_found?"),
        ("rule:ITM-2", "Did you mean ITM-02?"),
        ("after:yesterday", "'yesterday' is not one"),
    ],
)
def test_a_filter_that_cannot_match_is_told(emulator: Emulator, text: str, said: str) -> None:
    with pytest.raises(InvalidError, match=said.replace("?", r"\?")):
        found(emulator, text)
