"""The identifiers of a contact, and the form in which two values are the same (IDN-02)."""

from collections.abc import Iterator
from typing import Any

from mock_server.model import ADDITIONAL_FIELD, ContactField, Document, IdentifierKind

KIND_OF_CHANNEL: dict[str, IdentifierKind] = {
    "email": "email",
    "sms": "phone",
    "mobilepush": "pushToken",
    "webpush": "pushToken",
}
"""The channels whose values identify a contact; the other types identify nobody."""

CHANNEL_OF_KIND = {"email": "email", "phone": "sms", "pushToken": "mobilepush"}
"""The channel that an identifier of the short form becomes."""

FIELD_KINDS: tuple[IdentifierKind, ...] = ("externalCustomerId", "contactKey")
"""The identifiers that are fields of their own."""

BOUND = "orderExternalId"
"""The `ContactField` of an external ID by which Add orders alone finds a contact (BLK-08)."""

_DIFFERENCES = str.maketrans("", "", "+-()[] \t\u00a0\u2010\u2011\u2012\u2013\u2014")


def same_form(kind: ContactField, value: str) -> str:
    """Return a form that is equal for values that are the same; emails ignore letter case."""
    return value.casefold() if kind == "email" else value


def near_form(value: str) -> str:
    """Return an identifier without all that IDN-09 forgives."""
    return value.translate(_DIFFERENCES).casefold()


def identifiers(contact: Document) -> Iterator[tuple[IdentifierKind, str]]:
    """List the identifiers of a contact, as (kind, value as text)."""
    for channel in contact.get("channels") or ():
        kind = KIND_OF_CHANNEL.get(_text(channel.get("type")))
        if kind is not None and (text := _text(channel.get("value"))):
            yield kind, text
    for field in FIELD_KINDS:
        if text := _text(contact.get(field)):
            yield field, text


def additional(contact: Document) -> Iterator[tuple[ContactField, str]]:
    """The additional fields of a contact, as (field:id, value as text) (IDN-05)."""
    for each in contact.get("fields") or ():
        if text := _text(each.get("value")):
            yield f"{ADDITIONAL_FIELD}{each.get('id')}", text


def bound(contact: Document) -> Iterator[tuple[ContactField, str]]:
    """The external IDs that Add orders has bound to a contact with another one (BLK-08)."""
    for each in contact.get("orderExternalIds") or ():
        if text := _text(each):
            yield BOUND, text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""
