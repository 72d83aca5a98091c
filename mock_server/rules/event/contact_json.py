"""ENV-18: `contactJson`, the fields of a contact that an event may carry for its workflow."""

from collections.abc import Callable
from typing import Any

from mock_server import jsonio
from mock_server.rules.contact.checks import (
    LONGEST_NAME,
    email_problem,
    language_problem,
    name_problem,
    phone_problem,
    time_zone_problem,
)
from mock_server.rules.trace import Trace
from mock_server.rules.values import filled, json_type, show

NAME = "contactJson"
MAX_NAME = 60

_DIGITS = range(7, 16)  # of a number in international format


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
    before = len(trace.reasons)
    for name, check in _CHECKS.items():
        value, path = contact.get(name), f"{NAME}.{name}"
        if not filled(value):
            continue
        if wanted := check(value):
            trace.say("ENV-18/invalid", path, value=show(value), wanted=wanted)
        elif name == "sms" and str(value).lstrip(" (").startswith("0"):
            trace.say("ENV-18/not_international", path, value=show(value))
        elif name in ("firstname", "lastname") and len(value) > LONGEST_NAME:
            trace.say("CON-15/invalid", path, value=show(value), problem=name_problem(value))
    if len(trace.reasons) == before:
        trace.say("ENV-18/valid", NAME, count=len(contact))


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "text"


def _name(value: Any) -> str:
    fits = isinstance(value, str) and len(value) <= MAX_NAME
    if not fits:
        return f"text of at most {MAX_NAME} characters"
    return name_problem(value[:LONGEST_NAME]) and "a name that can be saved (CON-15)"


def _email(value: Any) -> str:
    return email_problem(value) and "an email address"


def _sms(value: Any) -> str:
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    fits = not phone_problem(text) and sum(map(str.isdecimal, text)) in _DIGITS
    return "" if fits else "a phone number in international format"


def _time_zone(value: Any) -> str:
    return time_zone_problem(value) and "a name of the tz database, such as Europe/Kyiv"


def _language(value: Any) -> str:
    return language_problem(value) and "a language code such as uk or en-GB"


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
