"""The contact that an event was sent for and nobody is, ready to be added."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.emulator import Emulator
from mock_server.emulator.schemas import unknown_contact
from mock_server.rules.outcome import EventRequest


@pytest.mark.parametrize(
    ("params", "contact"),
    [
        ([{"name": "Email", "value": " a@b.example "}], {"email": "a@b.example"}),
        ([{"name": "SMS", "value": 380501234567}], {"phone": "380501234567"}),
        (
            [{"name": "externalCustomerId", "value": "7"}, {"name": "UserEmail", "value": "a@b.c"}],
            {"externalCustomerId": "7", "email": "a@b.c"},
        ),
        ([{"name": "contactId", "value": "7"}], {}),  # which the account gives
        ([{"name": "phone", "value": ["1"]}], {}),
        ([{"name": "other", "value": "x"}], {}),
    ],
)
def test_what_identifies_can_be_added(params: Any, contact: Any) -> None:
    order = [{"name": "externalOrderId", "value": "1"}]
    event = {"eventTypeKey": "orderDelivered", "keyValue": "x", "params": [*params, *order]}
    with Emulator() as emulator:
        account = emulator.account()
        record = account.event(account.generate_event(EventRequest(event)).event_id or 0)
        record["reasons"] = ["contact_not_found"]
        assert unknown_contact(record) == contact
        record["reasons"] = ["order_not_found"]
        assert unknown_contact(record) == {}
        if contact:
            account.add_contact(contact)


@pytest.mark.parametrize("event", [{}, {"reasons": None}, {"reasons": ["contact_not_found"]}])
def test_a_document_that_lacks_fields_names_nobody(event: Any) -> None:
    assert unknown_contact({**event, "params": 7}) == {}
