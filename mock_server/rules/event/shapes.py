"""ENV-20: the right thing in the wrong place, looked for where rules found something odd."""

from collections.abc import Collection
from typing import Any

from mock_server import jsonio
from mock_server.names import folded, near
from mock_server.rules import mending
from mock_server.rules.contact.identifiers import kind_of
from mock_server.rules.mending import json_or_none
from mock_server.rules.order.fields import CONTACT_FIELDS, KNOWN_FIELDS, REQUIRED
from mock_server.rules.outcome import EventRequest
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import brief, show

ENVELOPE = ("eventTypeKey", "keyValue", "params")
# Other names for the two, without letter case and separators, as clients of other services have it.
_ALIASES = {
    **dict.fromkeys(("eventtype", "event", "eventname", "eventkey", "typekey"), "eventTypeKey"),
    **dict.fromkeys(("type", "eventtypeid", "eventtypename", "name"), "eventTypeKey"),
    **dict.fromkeys(("key", "keyval", "uniquekey"), "keyValue"),
}
_LISTS = ("events", "event", "data", "body")
_SHOWN = 5
_NEEDED = frozenset((*REQUIRED, *CONTACT_FIELDS))
NOT_FILLED: tuple[Any, ...] = (None, "", [], {})


def note_fields_beside(body: dict[str, Any], trace: Trace, said: Collection[str | None]) -> None:
    """Warn of fields not read by the rules nor `said` already, and of where each belongs."""
    beside: list[str] = []
    ignored = 0
    for name in [each for each in body if each not in ENVELOPE]:
        if name in said:
            continue
        if body[name] in NOT_FILLED or (isinstance(body[name], str) and not body[name].strip()):
            trace.say("ENV-01/unknown_field", name, name=show(name))
        elif meant := _near_field(name, body):
            mend, told = mending.rename_field(name, meant), {"name": show(name), "near": meant}
            _only(trace, trace.say("ENV-20/near_field", name, mend=mend, **told))
        elif name == "occurred":
            trace.say("ENV-20/occurred", name, mend=mending.drop_field("occurred"))
        elif belongs_in_params(name):
            beside.append(name)
        elif (ignored := ignored + 1) <= _SHOWN:
            trace.say("ENV-20/ignored", name, name=show(name))
    if beside:
        way_out = trace.say(
            "ENV-20/beside",
            "params",
            mend=mending.move_into_params(beside),
            names=sentence_list(beside),
        )
        if not _NEEDED.isdisjoint(beside):
            _only(trace, way_out)


def belongs_in_params(name: str) -> bool:
    """Return whether a field is one of an order, or names a contact: a param, by its name."""
    return name in KNOWN_FIELDS or kind_of(name) is not None


def _near_field(name: str, body: dict[str, Any]) -> str | None:
    free = [each for each in ENVELOPE if each not in body]
    alias = _ALIASES.get(folded(name))
    if alias in free and isinstance(body[name], (str, int)):
        return alias
    return None if belongs_in_params(name) else near(name, free)


def note_shape(request: EventRequest, trace: Trace) -> None:
    """Note what a body that is not an object holds, if it can be recognised."""
    body, fault = request.body, request.malformed
    if fault is not None:
        _note_text_around(request.text or "", trace)
    elif isinstance(body, str):
        inner = json_or_none(body)
        if isinstance(inner, (dict, list)):
            mend = mending.replace(inner)
            _only(trace, trace.say("ENV-20/json_in_text", mend=mend))
    elif isinstance(body, list) and body and all(isinstance(each, dict) for each in body):
        _note_list(body, trace)


def note_list_inside(body: dict[str, Any], trace: Trace) -> str | None:
    """An object that holds a list of events, such as `{"events": […]}`; the name of that field."""
    if "eventTypeKey" in body or "params" in body:
        return None
    for name in _LISTS:
        inside = body.get(name)
        events = inside if isinstance(inside, list) else [inside]
        if all(isinstance(each, dict) and is_event(each) for each in events) and events:
            _note_list(events, trace)
            return name
    return None


def is_event(value: dict[str, Any]) -> bool:
    """Return whether an object looks like the body of an event."""
    return any(folded(name) in ("eventtypekey", "params") for name in value)


def _note_list(events: list[Any], trace: Trace) -> None:
    count = "1 event" if len(events) == 1 else f"{len(events)} events"
    mend = mending.take_first(events)
    _only(trace, trace.say("ENV-20/list_of_events", mend=mend, count=count))


def _note_text_around(text: str, trace: Trace) -> None:
    found = jsonio.object_inside(text)
    if found is None:
        return
    value, start, end = found
    before, after = text[:start].lstrip(" \t\r\n"), text[end:].rstrip()
    if not (before or after):  # whole, and broken otherwise
        return
    where = "before and after" if before and after else "before" if before else "after"
    other = "a byte order mark" if before == "\ufeff" else show(brief((before or after).strip()))
    mend = mending.replace(value)
    _only(trace, trace.say("ENV-20/text_around", mend=mend, where=where, text=other))


def note_params_shape(params: dict[str, Any], trace: Trace) -> None:
    """`params` of v2 that is an object: numbered keys, or names and values."""
    if params and all(name.isdigit() for name in params):
        mend = mending.list_params([*params.values()])
        _only(trace, trace.say("ENV-20/numbered_keys", mend=mend))


def look_inside(params: dict[str, Any], trace: Trace, finding: str = "ENV-20/inside_param") -> None:
    """Find what stands one level too deep: the order inside one param, params inside params."""
    for name, value in params.items():
        inner = json_or_none(value) if isinstance(value, str) and value[:1] in "{[" else value
        fields = fields_of(inner)
        known = [each for each in fields if belongs_in_params(each)]
        if len(known) > 1 and not all(each in params for each in known):
            names = sentence_list(known)
            _only(trace, trace.say(finding, name, mend=mending.lift(name, fields), names=names))
            return


def fields_of(value: Any) -> dict[str, Any]:
    """The fields of an object, or of a list of `{name, value}`; {} of anything else."""
    if isinstance(value, list) and value:
        if len(value) == 1 and isinstance(value[0], dict) and "name" not in value[0]:
            return value[0]
        try:
            return {each["name"]: each["value"] for each in value}
        except (TypeError, KeyError):
            return {}
    return value if isinstance(value, dict) else {}


def _only(trace: Trace, way_out: str) -> None:
    if not trace.only_fix:
        trace.only_fix = [way_out]
