"""ENV-01 to ENV-12, ENV-16, ENV-17 and ENV-20: the envelope of an event."""

from dataclasses import dataclass
from typing import Any

from mock_server.model import ApiVersion
from mock_server.rules.contact.identifiers import Identifier, identifiers_in
from mock_server.rules.event.contact_json import NAME, check_contact_json
from mock_server.rules.event.schema import (
    FIELDS,
    FORBIDDEN_CHARACTERS,
    MAX_KEY_VALUE,
    forbidden_in,
    load_event,
)
from mock_server.rules.event.shapes import (
    note_fields_beside,
    note_list_inside,
    note_params_shape,
    note_shape,
)
from mock_server.rules.mending import AskShop, rename_field
from mock_server.rules.outcome import EventRequest, Step
from mock_server.rules.trace import Trace
from mock_server.rules.values import json_type, show

MAX_BODY = 20 * 1024
NEARLY_TOO_LARGE = 20_000
_KEY_VALUE_KINDS = ("contactId", "externalCustomerId", "email", "phone", "pushToken")
_KNOWN = frozenset(FIELDS)

_IS_OBJECT = Step("ENV-01/object")
_IN_PLACE = Step("ENV-20/in_place")
_ANY_VALUE = Step("ENV-10/any_value")
_V1_PLAIN = Step("ENV-10/v1_plain")


@dataclass(slots=True)
class Envelope:
    """An event's envelope as the rules understood it, `params` as far as readable.

    `identifiers` are in the order of IDN-03; `has_key_value`: sent, not taken from them (ENV-05).
    `status` is 200, or that of the rejection.
    """

    event_type_key: str | None
    key_value: str | None
    params: dict[str, Any]
    identifiers: list[Identifier]
    trace: Trace
    status: int
    has_key_value: bool = False


def read_envelope(request: EventRequest) -> Envelope:
    """Apply ENV-01 to ENV-12 to an event as it arrived. Faults are in the trace, all of them."""
    trace = Trace()
    for step, code in request.notes:
        trace.add(step)
        if code is not None and code not in trace.warnings:
            trace.warnings.append(code)
    _check_size(request, trace)
    body, version = request.body, request.api_version
    if not isinstance(body, dict):
        _explain_body(request, trace)
        return Envelope(None, None, {}, [], trace, _status(trace))
    trace.add(_IS_OBJECT)
    if body.keys() <= _KNOWN:
        trace.add(_IN_PLACE)
    else:
        counts = "occurred" if request.occurred is not None else None  # PST-02
        said = (counts, note_list_inside(body, trace), _note_misnamed_params(body, trace))
        note_fields_beside(body, trace, said)
    if version == "v3" and isinstance(body.get("params"), dict):
        trace.say("ENV-17/object")
        body = {**body, "params": params_as_list(body["params"])}
    elif isinstance(body.get("params"), dict):
        note_params_shape(body["params"], trace)
    key, key_value, params = load_event(body)
    trace.take(key.trace)
    trace.take(key_value.trace)
    trace.take(params.trace)
    identifiers = identifiers_in(params.value, version, trace)
    _warn_of_identifiers(identifiers, trace)
    if NAME in params.value and version != "v1":
        check_contact_json(params.value[NAME], trace)
    _note_values(params.value, version, trace)
    by = _key_value_or_identifier(key_value.value, identifiers, trace)
    has_key_value = key_value.value is not None
    return Envelope(key.value, by, params.value, identifiers, trace, _status(trace), has_key_value)


def params_as_list(params: dict[str, Any]) -> list[dict[str, Any]]:
    """ENV-17: the params of an object `{name: value}` as the list that v2 sends."""
    return [{"name": name, "value": value} for name, value in params.items()]


def _status(trace: Trace) -> int:
    if not trace.reasons:
        return 200
    return 413 if "body_too_large" in trace.reasons else 400


def _check_size(request: EventRequest, trace: Trace) -> None:
    """ENV-11."""
    size = request.size
    if size < NEARLY_TOO_LARGE:
        trace.say("ENV-11/size", size=size)
        return
    plain = request.unescaped or size
    if size > MAX_BODY and plain <= MAX_BODY:
        kilobytes: dict[str, Any] = {"size_kb": round(size / 1024), "plain_kb": round(plain / 1024)}
        trace.say("ENV-11/escaped", size=size, plain=plain, **kilobytes)
    elif size > MAX_BODY:
        trace.say("ENV-11/too_large", size=size)
    elif plain < NEARLY_TOO_LARGE:
        trace.say("ENV-11/nearly_escaped", size=size, plain=plain)
    else:
        trace.say("ENV-11/nearly", size=size)


def _explain_body(request: EventRequest, trace: Trace) -> None:
    """ENV-01, for a body that is not an object."""
    note_shape(request, trace)
    if request.malformed is not None:
        trace.say("ENV-01/not_json", error=request.malformed)
    elif request.body is not None or not trace.reasons:  # else too large, and not parsed
        trace.say("ENV-01/not_an_object", type=json_type(request.body))


def _note_misnamed_params(body: dict[str, Any], trace: Trace) -> str | None:
    """ENV-16: params under another name, as public clients really send them; that name."""
    if "params" in body:
        return None
    for name, value in body.items():
        if name not in _KNOWN and _is_list_of_params(value):
            trace.say("ENV-16/misnamed", name, mend=rename_field(name, "params"), name=show(name))
            trace.only_fix = [f"`{name}` were named `params`"]
            return name
    return None


def _is_list_of_params(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and {"name", "value"} <= each.keys() for each in value)
    )


def _note_values(params: dict[str, Any], version: ApiVersion, trace: Trace) -> None:
    """ENV-10."""
    if version != "v1":
        trace.add(_ANY_VALUE)
        return
    nested = [name for name, value in params.items() if isinstance(value, (list, dict))]
    if not nested:
        trace.add(_V1_PLAIN)
    for name in nested:
        trace.say("ENV-10/v1_nested", name, type=json_type(params[name]))


def _warn_of_identifiers(identifiers: list[Identifier], trace: Trace) -> None:
    """ENV-05: what is documented as not allowed in an identifier."""
    for each in identifiers:
        if len(each.value) > MAX_KEY_VALUE:
            trace.say("ENV-05/too_long", each.name, count=len(each.value))
        if not FORBIDDEN_CHARACTERS.isdisjoint(each.value):
            trace.say(
                "ENV-05/forbidden",
                each.name,
                value=show(each.value),
                found=forbidden_in(each.value),
            )


def _key_value_or_identifier(
    key_value: str | None, identifiers: list[Identifier], trace: Trace
) -> str | None:
    """ENV-05 and ENV-06: the keyValue to use."""
    if key_value is not None:
        trace.say("ENV-06/key_value", value=show(key_value))
        return key_value
    if "key_value_malformed" in trace.reasons:
        return None  # ENV-04 has said it
    for each in identifiers:
        if each.kind in _KEY_VALUE_KINDS:
            trace.say("ENV-05/taken", each.name, value=show(each.value))
            trace.say("ENV-06/identifier", each.name)
            return each.value
    trace.say("ENV-06/nobody", mend=AskShop("email"))
    return None
