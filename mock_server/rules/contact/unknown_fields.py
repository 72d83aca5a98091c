"""CON-12: fields that no contact has, and the ones that were probably meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_server.names import folded, near
from mock_server.rules.contact.changes import SCALARS
from mock_server.rules.values import show

CONTACT_FIELD_UNKNOWN = "contact_field_unknown"
CHANNELS_MANY = "channels_of_one_type_many"
MOST_OF_A_TYPE = 2

KNOWN = frozenset((*SCALARS, "id", "channels", "address", "fields", "groups", "ordersInfo"))
# What people send beside the channels, and the channel it should be.
_AS_CHANNEL = {
    "email": "email",
    "emailaddress": "email",
    "phone": "sms",
    "phonenumber": "sms",
    "sms": "sms",
    "mobile": "sms",
    "viber": "viber",
    "pushtoken": "mobilepush",
}


def contact_warnings(sent: Any) -> list[tuple[str, str]]:
    """What is dropped of a contact as it was sent, or unlikely: code and text of each."""
    if isinstance(sent, dict) and isinstance(sent.get("contact"), dict):
        sent = sent["contact"]
    if not isinstance(sent, dict):
        return []
    dropped = [(CONTACT_FIELD_UNKNOWN, text) for text in _dropped(sent)]
    return dropped + [(CHANNELS_MANY, text) for text in _many_channels(sent)]


def _dropped(sent: dict[str, Any]) -> Iterator[str]:
    for name in sent:
        if name in KNOWN:
            continue
        channel = _AS_CHANNEL.get(folded(name))
        if channel is not None:
            value = sent[name] if isinstance(sent[name], (str, int)) else "…"
            meant = f'; did you mean channels: [{{"type": "{channel}", "value": {show(value)}}}]?'
        else:
            close = near(name, sorted(KNOWN))
            meant = f"; did you mean {close}?" if close else ""
        yield f"{show(name)} is not a field of a contact and was dropped{meant}"


def _many_channels(sent: dict[str, Any]) -> Iterator[str]:
    """CON-09."""
    channels = sent.get("channels")
    counts: dict[str, int] = {}
    for each in channels if isinstance(channels, list) else ():
        if isinstance(each, dict) and isinstance(each.get("type"), str):
            counts[each["type"]] = counts.get(each["type"], 0) + 1
    for type_, count in counts.items():
        if count > MOST_OF_A_TYPE:
            yield f"there are {count} channels of the type {show(type_)}, more than two"
