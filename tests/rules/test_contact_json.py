"""ENV-18: the truth table of contactJson."""

from __future__ import annotations

import json
from typing import Any

import pytest

GOOD = {
    "firstname": "x" * 40,
    "lastname": "Ю",
    "email": "a@example.com",
    "sms": "+380501234567",
    "town": "Kyiv",
    "region": "",
    "address": "Street 1",
    "postcode": "01001",
    "timeZone": "Europe/Kyiv",
    "languageCode": "uk",
    "profileInputs": [{"profileInputId": 5, "value": None}],
    "confirmed": True,
    "unknown": {"let": "through"},
}


def judged(case: Any, value: Any, version: str = "v2") -> Any:
    params = [{"name": "phone", "value": "380501234567"}, {"name": "contactJson", "value": value}]
    return case.judge({"eventTypeKey": "visit", "params": params}, version=version)


@pytest.mark.parametrize("value", [GOOD, json.dumps(GOOD), None, " ", {}])
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_valid_fields_are_accepted_and_change_no_contact(
    case: Any, value: Any, version: str
) -> None:
    outcome = judged(case, value, version)
    assert (outcome.verdict, outcome.warnings, outcome.new_contact) == ("recorded", [], None)


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"firstname": "x" * 61}, "contactJson.firstname"),
        ({"lastname": 5}, "contactJson.lastname"),
        ({"email": "a.example.com"}, "contactJson.email"),
        ({"email": "a@b@c"}, "contactJson.email"),
        ({"firstname": "Ann <3"}, "contactJson.firstname"),
        ({"email": 5}, "contactJson.email"),
        ({"sms": "12-34"}, "contactJson.sms"),
        ({"sms": True}, "contactJson.sms"),
        ({"town": ["Kyiv"]}, "contactJson.town"),
        ({"timeZone": "Europe/Nowhere"}, "contactJson.timeZone"),
        ({"timeZone": "Etc/GMT+15"}, "contactJson.timeZone"),
        ({"languageCode": "ukr"}, "contactJson.languageCode"),
        ({"profileInputs": {"profileInputId": 1, "value": 2}}, "contactJson.profileInputs"),
        ({"profileInputs": [{"profileInputId": True, "value": 2}]}, "contactJson.profileInputs"),
        ({"profileInputs": [{"profileInputId": 1}]}, "contactJson.profileInputs"),
        ({"confirmed": "true"}, "contactJson.confirmed"),
    ],
)
def test_a_field_that_is_not_valid_is_refused_with_the_others(
    case: Any, changed: dict[str, Any], path: str
) -> None:
    outcome = judged(case, {**GOOD, **changed})
    assert (outcome.verdict, outcome.status) == ("rejected", 400)
    assert outcome.reasons == ["contact_json_invalid"]
    assert [step.param for step in outcome.trace if step.result == "failed"] == [path]
    assert path in outcome.answer
    both = judged(case, {**GOOD, **changed, "email": "x"})
    assert "contactJson.email" in both.answer


@pytest.mark.parametrize(
    ("accepted", "warnings"),
    [
        ({"timeZone": "Etc/GMT+03"}, []),
        ({"languageCode": "en-GB"}, []),
        ({"sms": 380501234567}, []),
        ({"sms": "+1-541-754-3010"}, []),
        ({"sms": "+1 (541) 754.3010"}, []),
        ({"sms": "0955547708"}, ["phone_not_international"]),
        ({"firstname": "x" * 41}, ["contact_value_invalid"]),
        ({"email": "a@b"}, []),
    ],
)
def test_other_forms_that_are_valid(
    case: Any, accepted: dict[str, Any], warnings: list[str]
) -> None:
    outcome = judged(case, accepted)
    assert (outcome.verdict, outcome.warnings) == ("recorded", warnings)


@pytest.mark.parametrize("value", ["{", "[]", 5, [1]])
def test_what_is_no_object_is_refused(case: Any, value: Any) -> None:
    assert judged(case, value).reasons == ["contact_json_invalid"]


def test_v1_knows_no_such_parameter(case: Any) -> None:
    assert judged(case, {"email": "x"}, "v1").verdict == "recorded"
