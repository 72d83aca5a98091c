"""CON-09 and CON-12: what of a contact as sent is warned of."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.rules.contact.unknown_fields import contact_warnings

EMAIL = {"type": "email", "value": "a@x.y"}
DROPPED = "is not a field of a contact and was dropped"


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ({"firstName": "A", "channels": [EMAIL], "address": {"town": "K"}}, []),
        ({"id": 1, "groups": [{"name": "n"}], "ordersInfo": {}, "fields": []}, []),
        ({"firstname": "A"}, [f'"firstname" {DROPPED}; did you mean firstName?']),
        (
            {"phone": "380"},
            [f'"phone" {DROPPED}; did you mean channels: [{{"type": "sms", "value": "380"}}]?'],
        ),
        (
            {"Email_Address": None},
            [
                (
                    f'"Email_Address" {DROPPED}; did you mean channels:'
                    ' [{"type": "email", "value": "…"}]?'
                )
            ],
        ),
        ({"hobby": "chess"}, [f'"hobby" {DROPPED}']),
        ({"contact": {"hobby": 1}, "formType": "x"}, [f'"hobby" {DROPPED}']),
        ("text", []),
        (None, []),
    ],
)
def test_fields_that_no_contact_has_are_told_with_what_was_meant(contact: Any, told: Any) -> None:
    """CON-12."""
    assert contact_warnings(contact) == [("contact_field_unknown", text) for text in told]


@pytest.mark.parametrize(
    ("channels", "told"),
    [
        ([EMAIL] * 2, []),
        ([EMAIL] * 3, ['there are 3 channels of the type "email", more than two']),
        ([EMAIL, EMAIL, {"type": "sms"}], []),
        ([{"type": 5}] * 3, []),
        ([None, "x", []], []),
        (EMAIL, []),
    ],
)
def test_more_than_two_channels_of_one_type_are_told(channels: Any, told: Any) -> None:
    """CON-09."""
    found = contact_warnings({"channels": channels})
    assert found == [("channels_of_one_type_many", text) for text in told]
