"""The events that the service generates itself, about contacts (CON-07, CON-08)."""

from __future__ import annotations

import pytest

from mock_server.rules.event.internal_events import contact_event, subscription_event_type
from mock_server.state import Store


@pytest.mark.parametrize(
    ("is_new", "form_type", "key"),
    [
        (True, None, "subscribeFromApi"),
        (False, None, "subscribeUpdateFromApi"),
        (True, "abc", "subscribeFromApi-abc"),
        (False, "abc", "subscribeUpdateFromApi-abc"),
    ],
)
def test_a_subscription_has_an_event_type_of_its_own(is_new, form_type, key):
    """CON-08."""
    assert subscription_event_type(is_new, form_type) == key


def test_an_event_about_a_contact_names_it():
    """CON-08: its key is the contact's id; ENV-13: its type is created when new."""
    state = Store().account()
    addresses = [{"type": kind, "value": f"{kind}@x.y"} for kind in ("sms", "email", "email")]
    request, outcome = contact_event("CON-08", "hello", {"id": 7, "channels": addresses}, state)
    assert (outcome.verdict, outcome.contact_id, outcome.key_value) == ("recorded", 7, "7")
    assert outcome.params == [
        {"name": "ContactId", "value": "7"},
        {"name": "EmailAddress", "value": "email@x.y"},
    ]
    assert request.api_version == "internal"
    assert outcome.new_event_type["eventTypeKey"] == "hello"
    state.commit({"event_types": [outcome.new_event_type]})
    _, outcome = contact_event("CON-08", "hello", {"id": 8}, state)
    assert outcome.new_event_type is None
    assert outcome.params == [{"name": "ContactId", "value": "8"}]


@pytest.mark.parametrize(
    ("channels", "email", "sms", "key"),
    [
        ({"email": "a@b.c", "sms": "380"}, "a@b.c", "380", "a@b.c"),
        ({"sms": "380"}, "", "380", "380"),
        ({}, "", "", "7"),
    ],
)
def test_the_event_of_an_import_has_address_and_phone(channels, email, sms, key):
    """CON-07."""
    contact = {"id": 7, "channels": [{"type": each, "value": channels[each]} for each in channels]}
    _, outcome = contact_event("CON-07", "new", contact, Store().account())
    sent = {each["name"]: each["value"] for each in outcome.params}
    assert sent == {"contactId": "7", "EmailAddress": email, "SMS": sms}
    assert outcome.key_value == key
