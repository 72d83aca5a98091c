"""ENV-02 to ENV-04 and ENV-07 to ENV-09: the fields of an event, whose checks write traces."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing

from mock_server.rules import mending
from mock_server.rules.event.params import MAX_PARAM_NAME, check_params
from mock_server.rules.outcome import Step
from mock_server.rules.trace import Checked, Trace
from mock_server.rules.values import as_text, filled, json_type, show

MAX_EVENT_TYPE_KEY = 100
MAX_KEY_VALUE = 300
FORBIDDEN_CHARACTERS = frozenset("<;’\\/|\"`'^?!,>")

_KEY_IS_CLEAN = Step("ENV-03/clean")
_VALUE_IS_CLEAN = Step("ENV-04/clean")
# keyValue is optional: where the params identify somebody, the service takes it from them (ENV-05).
_LEFT_OUT = mending.drop_field("keyValue")
_NOT_FILLED = Checked(None, Trace())
_NOT_FILLED.trace.say("ENV-04/not_filled")


def load_event(body: dict[str, Any]) -> list[Checked]:
    """The eventTypeKey, keyValue and params, each with its trace; twice as fast as one schema."""
    return [_load(field, name, body) for name, field in _LOAD_FIELDS]


def _load(field: fields.Field[Any], name: str, body: dict[str, Any]) -> Checked:
    try:
        loaded: Checked = field.deserialize(body.get(name, missing), name, body)
    except ValidationError as error:
        faulty: Any = error.messages  # as CheckedField raises it
        loaded = faulty[0]
    return loaded


def check_event_type_key(value: Any) -> Checked:
    """ENV-02 and ENV-03: the key as text, or None if it is not one."""
    if isinstance(value, str) and value.strip():
        return _check_key_text(value)
    trace = Trace()
    if value is missing:
        trace.say("ENV-02/missing", mend=mending.unknown_field("eventTypeKey"))
    elif value is None or isinstance(value, str):
        trace.say("ENV-02/not_filled", mend=mending.unknown_field("eventTypeKey"))
    else:
        unknown = mending.unknown_field("eventTypeKey")
        trace.say("ENV-02/not_text", mend=unknown, type=json_type(value))
    return Checked(None, trace)


@lru_cache(maxsize=128)  # a run has few event types; what comes out is only ever read
def _check_key_text(key: str) -> Checked:
    trace = Trace()
    if len(key) > MAX_EVENT_TYPE_KEY:
        trace.say("ENV-02/too_long", count=len(key))
    else:
        trace.say("ENV-02/key", key=show(key))
    if FORBIDDEN_CHARACTERS.isdisjoint(key):
        trace.add(_KEY_IS_CLEAN)
    else:
        found = forbidden_in(key)
        clean = "".join(each for each in key if each not in FORBIDDEN_CHARACTERS)
        mend = mending.set_field("eventTypeKey", clean) if clean.strip() else None
        trace.say("ENV-03/forbidden", mend=mend, key=show(key), found=found)
    return Checked(key, trace)


def forbidden_in(text: str) -> str:
    """The forbidden characters of a text (ENV-03), each once."""
    return " ".join(dict.fromkeys(each for each in text if each in FORBIDDEN_CHARACTERS))


def check_key_value(value: Any) -> Checked:
    """ENV-04: the keyValue as text, or None if it is not filled or cannot be one."""
    if value is missing or not filled(value):
        return _NOT_FILLED
    trace = Trace()
    text = as_text(value)
    if text is None:
        trace.say("ENV-04/malformed", mend=_LEFT_OUT, type=json_type(value))
        return Checked(None, trace)
    if len(text) > MAX_KEY_VALUE:
        trace.say("ENV-04/too_long", mend=_LEFT_OUT, count=len(text))
    if not FORBIDDEN_CHARACTERS.isdisjoint(text):
        found = forbidden_in(text)
        trace.say("ENV-04/forbidden", mend=_LEFT_OUT, text=show(text), found=found)
    if not trace.steps:
        trace.add(_VALUE_IS_CLEAN)
    return Checked(text, trace)


class RuleField(fields.Field[Any]):
    """A marshmallow field whose rules judge any value, also a missing one."""

    def __init__(self, check: Callable[[Any], Checked], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.check = check

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,  # noqa: ARG002  (marshmallow's signature)
        data: Mapping[str, Any] | None = None,  # noqa: ARG002  (likewise)
        **kwargs: Any,  # noqa: ARG002  (likewise)
    ) -> Checked:
        """Check a value; raises `ValidationError` that carries the `Checked` with its faults."""
        checked = self.check(value)
        if checked.trace.reasons:
            raise ValidationError([checked])
        return checked


class EventSchema(Schema):
    """The body of Generate event. Fields it does not know are left alone, as the service does."""

    class Meta:
        """Load it as marshmallow does."""

        unknown = EXCLUDE

    eventTypeKey = RuleField(
        check_event_type_key,
        required=True,
        metadata={"type": "string", "maxLength": MAX_EVENT_TYPE_KEY, "example": "orderCreated"},
    )
    keyValue = RuleField(
        check_key_value, metadata={"type": ["string", "number", "null"], "maxLength": MAX_KEY_VALUE}
    )
    params = RuleField(
        check_params,
        metadata={
            "type": ["array", "null"],
            "items": {
                "type": "object",
                "required": ["name", "value"],
                "properties": {"name": {"type": "string", "maxLength": MAX_PARAM_NAME}},
            },
        },
    )


_LOAD_FIELDS = tuple(EventSchema().load_fields.items())
FIELDS = tuple(name for name, _ in _LOAD_FIELDS)
"""The fields of an event, in the order in which they are checked."""
