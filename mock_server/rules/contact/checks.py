"""CON-15: contact values that are not saved. `…_problem` says what is wrong, "" for nothing."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from mock_server.documents.contacts import TIME_ZONES
from mock_server.documents.identifiers import FIELD_KINDS, KIND_OF_CHANNEL
from mock_server.model import Document
from mock_server.rules.contact.identifiers import note_placeholder
from mock_server.rules.trace import Trace
from mock_server.rules.values import show

LONGEST_NAME = 40
_MOST_DIGITS = 3
_SHORT_WORD = 3
_IN_NAMES = frozenset("'’ʼ- ")

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+?[0-9 \u00a0().\-]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2}(?:[-_][A-Za-z]{2})?")
_OFFSET_ZONE = re.compile(r"Etc/GMT(?:[+-](?:0?[0-9]|1[0-4]))?")


def check_contact(sent: Document, trace: Trace, *, placeholders: bool = True) -> Document:
    """A contact as sent, without what is not saved, each with a warning; or also `placeholders`."""
    kept = dict(sent)
    for name, problem_of in _FIELDS.items():
        if kept.get(name) and _says(name, kept[name], problem_of(kept[name]), trace):
            del kept[name]
    for name, value in _identifiers(kept) if placeholders else ():
        note_placeholder(name, value, trace)
    if kept.get("channels"):
        kept["channels"] = [each for each in kept["channels"] if _is_saved(each, trace)]
    return kept


def _identifiers(sent: Document) -> Iterator[tuple[str, str]]:
    for name in FIELD_KINDS:
        if sent.get(name):
            yield name, sent[name]
    for each in sent.get("channels", ()):
        if each["type"] in KIND_OF_CHANNEL:
            yield each["type"], each["value"]


def _is_saved(channel: Document, trace: Trace) -> bool:
    type_, value = channel["type"], channel["value"]
    problem_of = _CHANNELS.get(type_)
    return problem_of is None or not _says(type_, value, problem_of(value), trace)


def _says(name: str, value: Any, problem: str, trace: Trace) -> bool:
    if problem:
        trace.say("CON-15/invalid", name, value=show(value), problem=problem)
    return bool(problem)


def name_problem(name: str) -> str:
    """Say what is wrong with a first or last name."""
    if len(name) > LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} characters, this one {len(name)}"
    digits = sum(each.isdecimal() for each in name)
    if digits > _MOST_DIGITS:
        return f"a name has at most {_MOST_DIGITS} digits, this one {digits}"
    if not any(each.isalpha() for each in name):
        return "a name has letters"
    for word in re.split(r"[ \-]", name):
        letters = word[:-1] if word.endswith(".") and len(word) - 1 <= _SHORT_WORD else word
        wrong = next((each for each in letters if not _fits_a_name(each)), "")
        if wrong:
            return f"a name has no character {show(wrong)}"
    return ""


def _fits_a_name(character: str) -> bool:
    if character in _IN_NAMES or character.isdecimal():
        return True
    return unicodedata.category(character)[0] in "LM"  # letters, and the marks that belong to them


def email_problem(email: Any) -> str:
    """Say what is wrong with an e-mail address."""
    fits = isinstance(email, str) and _EMAIL.fullmatch(email)
    return "" if fits else "an e-mail address has one @ between its two parts, and no blanks"


def phone_problem(phone: str) -> str:
    """Say what is wrong with a phone number."""
    fits = _PHONE.fullmatch(phone) and any(each.isdecimal() for each in phone)
    return "" if fits else "a phone number has digits, and blanks, hyphens, dots and brackets"


def time_zone_problem(zone: Any) -> str:
    """Say what is wrong with a time zone."""
    fits = isinstance(zone, str) and (zone in TIME_ZONES or _OFFSET_ZONE.fullmatch(zone))
    return "" if fits else "a time zone is a name of the tz database, such as Europe/Kyiv"


def language_problem(code: Any) -> str:
    """Say what is wrong with a language code."""
    fits = isinstance(code, str) and _LANGUAGE.fullmatch(code)
    return "" if fits else "a language code is like uk or en-GB"


_FIELDS: dict[str, Callable[[Any], str]] = {
    "firstName": name_problem,
    "lastName": name_problem,
    "timeZone": time_zone_problem,
    "languageCode": language_problem,
}
_CHANNELS: dict[str, Callable[[Any], str]] = {
    "email": email_problem,
    "sms": phone_problem,
    "viber": phone_problem,
}
