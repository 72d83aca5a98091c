"""CON-09, CON-12, CON-16 and ENV-21: what the schemas made of a contact as it was sent."""

from collections.abc import Iterator
from typing import Any

from mock_server.names import folded, near
from mock_server.rules.contact.changes import SCALARS
from mock_server.rules.suspicious import check_values, may_be_suspicious
from mock_server.rules.trace import Trace
from mock_server.rules.values import show

MOST_OF_A_TYPE = 2

KNOWN = frozenset((*SCALARS, "id", "channels", "address", "fields", "groups", "ordersInfo"))
CLEARABLE = ("firstName", "lastName")
IN_ADDRESS = ("region", "town", "address", "postcode")
_TEXTS = ("firstName", "lastName", "externalCustomerId", "contactKey")
_LISTS = ("channels", "fields", "groups")
# Fields that people send instead of channels, and the channel each should be.
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


_COMPARED = 100
"""How many unknown names are compared with the known ones: a contact could have a million."""


def remark(sent: Any, trace: Trace, *, id_counts: bool = False) -> None:
    """Say what was dropped, taken otherwise, or is unlikely; `id_counts` in an import."""
    if isinstance(sent, dict) and isinstance(sent.get("contact"), dict):
        trace.say("CON-16/unwrapped", "contact")
        sent = sent["contact"]
    if not isinstance(sent, dict):
        return
    for name, meant in _dropped(sent):
        trace.say("CON-12/unknown", name, meant=meant)
    _say_blanks(sent, CLEARABLE, "", trace)
    if isinstance(sent.get("address"), dict):
        _say_blanks(sent["address"], IN_ADDRESS, "address.", trace)
    for name in _LISTS:
        _say_list(name, sent.get(name), trace)
    if sent.get("id") is not None and not id_counts:
        trace.say("CON-16/id_not_used", "id", value=show(sent["id"]))
    _say_many_channels(sent.get("channels"), trace)
    _say_suspicious(sent, trace)


def _say_suspicious(sent: dict[str, Any], trace: Trace) -> None:
    """ENV-21, for names, addresses and identifiers."""
    address, channels = sent.get("address"), sent.get("channels")
    held: list[tuple[str, dict[str, Any], tuple[str, ...]]] = [("", sent, _TEXTS)]
    if isinstance(address, dict):
        held.append(("address.", address, IN_ADDRESS))
    for place, each in enumerate(channels if isinstance(channels, list) else ()):
        if isinstance(each, dict):
            held.append((f"channels[{place}].", each, ("value",)))
    for path, values, names in held:
        if may_be_suspicious(values[name] for name in names if name in values):
            check_values(values, names, trace, path)


def _dropped(sent: dict[str, Any]) -> Iterator[tuple[str, str]]:
    compared = 0
    for name in sent:
        if name in KNOWN:
            continue
        compared += 1
        channel = _AS_CHANNEL.get(folded(name))
        if channel is not None:
            value = sent[name] if isinstance(sent[name], (str, int)) else "…"
            meant = f'; did you mean channels: [{{"type": "{channel}", "value": {show(value)}}}]?'
        else:
            close = near(name, sorted(KNOWN)) if compared <= _COMPARED else None
            meant = f"; did you mean {close}?" if close else ""
        yield show(name), meant


def _say_blanks(sent: dict[str, Any], names: tuple[str, ...], path: str, trace: Trace) -> None:
    """CON-01: a blank clears a text, what is empty leaves it alone."""
    for name in names:
        value = sent.get(name, ...)
        if value is None or value == "":
            trace.say("CON-16/empty", f"{path}{name}")
        elif isinstance(value, str) and not value.strip():
            trace.say("CON-01/cleared", f"{path}{name}")


def _say_list(name: str, value: Any, trace: Trace) -> None:
    if isinstance(value, dict):
        trace.say("CON-16/single_element", name)
        value = [value]
    for place, each in enumerate(value if isinstance(value, list) else ()):
        held = each.get("value", ...) if isinstance(each, dict) and name != "groups" else "…"
        if held is None or held is ... or (isinstance(held, str) and not held.strip()):
            trace.say("CON-16/empty", f"{name}[{place}].value")


def _say_many_channels(channels: Any, trace: Trace) -> None:
    """CON-09."""
    counts: dict[str, int] = {}
    for each in channels if isinstance(channels, list) else ():
        if isinstance(each, dict) and isinstance(each.get("type"), str):
            counts[each["type"]] = counts.get(each["type"], 0) + 1
    for type_, count in counts.items():
        if count > MOST_OF_A_TYPE:
            trace.say("CON-09/many", "channels", count=count, type=show(type_))
