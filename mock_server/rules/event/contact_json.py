"""ENV-18: `contactJson`, the fields of a contact that an event may carry for its workflow."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mock_server import jsonio
from mock_server.rules.event.time_zones import TIME_ZONES
from mock_server.rules.trace import Trace
from mock_server.rules.values import filled, json_type, show

NAME = "contactJson"
MAX_NAME = 60

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_SMS = re.compile(r"\+?[0-9]{7,15}")
_LANGUAGE = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]{2})?")
_OFFSET_ZONE = re.compile(r"Etc/GMT(?:[+-](?:0?[0-9]|1[0-4]))?")


def check_contact_json(value: Any, trace: Trace) -> None:
    """Refuse fields that are not valid, all of them; one that is not filled counts as not sent."""
    if not filled(value):
        return
    contact = value
    if isinstance(value, str):
        try:
            contact = jsonio.loads(value.encode())
        except jsonio.MalformedJson:
            trace.say("ENV-18/not_json", NAME)
            return
    if not isinstance(contact, dict):
        trace.say("ENV-18/not_an_object", NAME, type=json_type(contact))
        return
    before = len(trace.steps)
    for name, check in _CHECKS.items():
        if filled(contact.get(name)):
            wanted = check(contact[name])
            if wanted:
                value = show(contact[name])
                trace.say("ENV-18/invalid", f"{NAME}.{name}", value=value, wanted=wanted)
    if len(trace.steps) == before:
        trace.say("ENV-18/valid", NAME, count=len(contact))


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "text"


def _name(value: Any) -> str:
    fits = isinstance(value, str) and len(value) <= MAX_NAME
    return "" if fits else f"text of at most {MAX_NAME} characters"


def _email(value: Any) -> str:
    return "" if isinstance(value, str) and _EMAIL.fullmatch(value) else "an email address"


def _sms(value: Any) -> str:
    is_number = isinstance(value, (str, int)) and not isinstance(value, bool)
    fits = is_number and _SMS.fullmatch(str(value))
    return "" if fits else "a phone number in international format"


def _time_zone(value: Any) -> str:
    fits = isinstance(value, str) and (value in TIME_ZONES or _OFFSET_ZONE.fullmatch(value))
    return "" if fits else "a name of the tz database, such as Europe/Kyiv"


def _language(value: Any) -> str:
    fits = isinstance(value, str) and _LANGUAGE.fullmatch(value)
    return "" if fits else "a language code such as uk or en-GB"


def _profile_inputs(value: Any) -> str:
    fits = isinstance(value, list) and all(
        isinstance(each, dict) and type(each.get("profileInputId")) is int and "value" in each
        for each in value
    )
    return "" if fits else 'a list of {"profileInputId": number, "value": …}'


def _confirmed(value: Any) -> str:
    return "" if isinstance(value, bool) else "true or false"


# What each field has to be; "" when it is.
_CHECKS: dict[str, Callable[[Any], str]] = {
    "firstname": _name,
    "lastname": _name,
    "email": _email,
    "sms": _sms,
    **dict.fromkeys(("town", "region", "address", "postcode"), _text),
    "timeZone": _time_zone,
    "languageCode": _language,
    "profileInputs": _profile_inputs,
    "confirmed": _confirmed,
}
