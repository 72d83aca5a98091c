"""CON-01, CON-09, CON-12 and CON-16: what is said of a contact as it was sent."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.rules.contact.remarks import remark
from mock_server.rules.trace import Trace

EMAIL = {"type": "email", "value": "a@x.y"}


def remarks(sent: Any, **options: bool) -> list[tuple[str, str, bool]]:
    trace = Trace()
    remark(sent, trace, **options)
    return list(trace.remarks())


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
    warned = [(code, text) for code, text, warns in remarks(contact) if warns]
    assert warned == [("contact_field_unknown", text) for text in told]


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
    found = [(code, text) for code, text, warns in remarks({"channels": channels}) if warns]
    assert found == [("channels_of_one_type_many", text) for text in told]


@pytest.mark.parametrize(
    ("contact", "notes"),
    [
        ({"firstName": "Ann", "channels": [EMAIL]}, []),
        ({"firstName": " "}, ["blank_cleared firstName is blank: it is cleared"]),
        ({"lastName": ""}, ["contact_field_empty lastName is empty: it changes nothing"]),
        (
            {"address": {"town": " \t", "region": None}},
            [
                "contact_field_empty address.region is empty: it changes nothing",
                "blank_cleared address.town is blank: it is cleared",
            ],
        ),
        ({"channels": EMAIL}, ["single_element channels is one element: taken as a list"]),
        (
            {"channels": [{"type": "sms", "value": " "}, {"type": "sms"}, EMAIL]},
            [
                "contact_field_empty channels[0].value is empty: it changes nothing",
                "contact_field_empty channels[1].value is empty: it changes nothing",
            ],
        ),
        (
            {"fields": [{"id": 5, "value": None}]},
            [
                "contact_field_empty fields[0].value is empty: it changes nothing",
            ],
        ),
        ({"groups": {"name": "VIP"}}, ["single_element groups is one element: taken as a list"]),
        ({"id": 17}, ["id_not_used id 17 finds no contact here"]),
        (
            {"contact": {"firstName": "Ann"}},
            ["contact_unwrapped the contact was taken out of contact"],
        ),
    ],
)
def test_every_leniency_leaves_a_note(contact: Any, notes: list[str]) -> None:
    """CON-01 and CON-16."""
    assert [f"{code} {text}" for code, text, warns in remarks(contact) if not warns] == notes


def test_an_import_finds_contacts_by_their_id() -> None:
    assert remarks({"id": 17}, id_counts=True) == []


@pytest.mark.parametrize(
    ("contact", "paths"),
    [
        ({"firstName": "undefined", "lastName": "Tea &amp; Co"}, ["firstName", "lastName"]),
        ({"address": {"town": "[object Object]", "region": "Kyiv"}}, ["address.town"]),
        ({"channels": [EMAIL, {"type": "sms", "value": "{{phone}}"}]}, ["channels[1].value"]),
        ({"lastName": True}, ["lastName"]),
        # IDN-11 speaks of these.
        ({"externalCustomerId": "null", "channels": [{"type": "email", "value": "undefined"}]}, []),
        ({"firstName": "Ann", "address": 7, "channels": [7], "fields": [{"value": "null"}]}, []),
    ],
)
def test_values_that_failed_code_leaves_are_told(contact: Any, paths: list[str]) -> None:
    """ENV-21."""
    trace = Trace()
    remark(contact, trace)
    told = [step.param for step in trace.steps if step.finding.startswith("ENV-21/")]
    assert told == paths
    assert ("value_suspicious" in trace.warnings) is bool(paths)
