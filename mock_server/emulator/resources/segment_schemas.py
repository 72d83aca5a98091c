"""The shape of a segment's condition (SEG-03), as people send it, and its way into the rules."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from mock_server.emulator.errors import InvalidError
from mock_server.emulator.schemas import StrictSchema
from mock_server.jsonio import is_deeper_than
from mock_server.rules.moments import local_moment
from mock_server.rules.segment.conditions import (
    COMPARING,
    LISTED,
    OPERATORS,
    VALUELESS,
    AllParams,
    AnyItem,
    AnyParams,
    NotParams,
    Param,
    is_comparable,
)
from mock_server.rules.segment.segments import (
    ALWAYS,
    MORE_THAN_NONE,
    WHICH,
    All,
    AnyOf,
    Condition,
    Count,
    Events,
    Negation,
    TimeSpan,
    event_conditions,
)

_DEEPEST = 30
_MOST_EVENTS = 50
_COUNT = fields.Integer(strict=True, validate=validate.Range(min=0))
_MANY = validate.Length(min=1, max=100)
_LONGEST = 36_500  # days


class MomentField(fields.Field[datetime]):
    """A date, or a date and time; without an offset it comes without a time zone (PST-02)."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> datetime:
        moment = local_moment(value)
        if moment is None:
            raise ValidationError(
                "Not a moment such as 2026-01-31, 2026-01-31T12:00:00 or 2026-01-31T12:00:00+02:00"
                " (in a URL write + as %2B)"
            )
        return moment


def _one_of(data: Mapping[str, Any], names: tuple[str, ...]) -> str:
    given = [name for name in names if name in data]
    if len(given) != 1:
        seen = f"not {' and '.join(given)} together" if given else "none is given"
        raise ValidationError(f"Give exactly one of {', '.join(names)}; {seen}")
    return given[0]


class LastSchema(StrictSchema):
    """A length of time before now; several units add up."""

    weeks = fields.Integer(strict=True, validate=validate.Range(min=0, max=_LONGEST // 7))
    days = fields.Integer(strict=True, validate=validate.Range(min=0, max=_LONGEST))
    hours = fields.Integer(strict=True, validate=validate.Range(min=0, max=_LONGEST * 24))
    minutes = fields.Integer(strict=True, validate=validate.Range(min=0, max=_LONGEST * 24 * 60))

    @post_load
    def _build(self, data: dict[str, int], **_: Any) -> timedelta:
        length = timedelta(**data)
        if not length:
            raise ValidationError('Is no time at all; write for example {"days": 7}')
        return length


class PeriodSchema(StrictSchema):
    """A period: `from` (included), `to` (not included), or `last`."""

    from_ = MomentField(data_key="from")
    to = MomentField()
    last = fields.Nested(LastSchema)

    @validates_schema
    def _check(self, data: Mapping[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError("Give from, to or both, or last")
        if "last" in data and len(data) > 1:
            raise ValidationError("Give either last, or from and to")
        if "from_" in data and "to" in data and data["from_"] >= data["to"]:
            raise ValidationError("Give a from that is before to")

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> TimeSpan:
        return TimeSpan(data.get("from_"), data.get("to"), data.get("last"))


class CountSchema(StrictSchema):
    """The number of events that have to match; exactly one of the four."""

    equals = _COUNT
    more = _COUNT
    less = fields.Integer(strict=True, validate=validate.Range(min=1))
    between = fields.List(_COUNT, validate=validate.Length(equal=2))

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Count:
        name = _one_of(data, ("equals", "more", "less", "between"))
        if name != "between":
            return Count(name, data[name])  # type: ignore[arg-type]  # one of the four
        low, high = data["between"]
        if low > high:
            raise ValidationError("Give the lower number first", "between")
        return Count("between", low, high)


class ParamConditionSchema(StrictSchema):
    """A condition on parameters: on one, on the objects in one, or a combination."""

    param = fields.String(validate=validate.Length(min=1, max=100))
    operator = fields.String(validate=validate.OneOf(OPERATORS))
    value = fields.Raw(allow_none=True)
    item = fields.List(fields.Nested(lambda: ParamConditionSchema()), validate=_MANY)
    all = fields.List(fields.Nested(lambda: ParamConditionSchema()), validate=_MANY)
    any = fields.List(fields.Nested(lambda: ParamConditionSchema()), validate=_MANY)
    not_ = fields.Nested(lambda: ParamConditionSchema(), data_key="not")

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: Mapping[str, Any], **_: Any) -> None:
        named = {name.rstrip("_"): value for name, value in data.items()}
        kind = _one_of(named, ("param", "all", "any", "not"))
        if kind != "param":
            if len(named) > 1:
                raise ValidationError(f"{kind} cannot be combined with anything else")
            return
        if _one_of(named, ("operator", "item")) == "operator":
            _check_value(data["operator"], data)
        elif "value" in named:
            raise ValidationError("Goes with operator, not with item", "value")

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Any:
        if "item" in data:
            return AnyItem(data["param"], tuple(data["item"]))
        if "param" in data:
            return Param(data["param"], data["operator"], data.get("value"))
        if "not_" in data:
            return NotParams(data["not_"])
        return AllParams(tuple(data["all"])) if "all" in data else AnyParams(tuple(data["any"]))


def _check_value(operator: str, data: Mapping[str, Any]) -> None:
    if operator in VALUELESS:
        if "value" in data:
            raise ValidationError(f"{operator} takes no value; leave it out", "value")
        return
    value = data.get("value")
    if value is None:
        raise ValidationError(
            f"{operator} needs a value; to ask whether there is one, use exists or not_exists",
            "value",
        )
    if operator in LISTED and not (isinstance(value, list) and value):
        raise ValidationError(f"{operator} needs a list of values", "value")
    if operator == "between" and len(value) != 2:
        raise ValidationError("between needs a list of two values", "value")
    values = value if operator == "between" else [value]
    if operator in COMPARING and not all(map(is_comparable, values)):
        raise ValidationError(f"{operator} compares numbers and dates", "value")


class ConditionSchema(StrictSchema):
    """SEG-03: a condition on the events of a type, or a combination of conditions."""

    event = fields.String(validate=validate.Length(min=1, max=100))
    which = fields.String(validate=validate.OneOf(WHICH))
    count = fields.Nested(CountSchema)
    period = fields.Nested(PeriodSchema)
    params = fields.List(fields.Nested(ParamConditionSchema), validate=_MANY)
    all = fields.List(fields.Nested(lambda: ConditionSchema()), validate=_MANY)
    any = fields.List(fields.Nested(lambda: ConditionSchema()), validate=_MANY)
    not_ = fields.Nested(lambda: ConditionSchema(), data_key="not")

    @validates_schema(skip_on_field_errors=True)
    def _check(self, data: Mapping[str, Any], **_: Any) -> None:
        named = {name.rstrip("_"): value for name, value in data.items()}
        kind = _one_of(named, ("event", "all", "any", "not"))
        if kind != "event" and len(named) > 1:
            raise ValidationError(f"{kind} cannot be combined with anything else")
        if "count" in data and data.get("which", "any") != "any":
            raise ValidationError(
                f"The {data['which']} event is one; leave count out, or which", "count"
            )

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Condition:
        if "event" in data:
            return Events(
                data["event"],
                data.get("which", "any"),
                data.get("count", MORE_THAN_NONE),
                data.get("period", ALWAYS),
                AllParams(tuple(data.get("params", ()))),
            )
        if "not_" in data:
            return Negation(data["not_"])
        return All(tuple(data["all"])) if "all" in data else AnyOf(tuple(data["any"]))


_CONDITION = ConditionSchema()


def read_condition(sent: Any) -> Condition:
    """A condition as the rules take it. Raises `InvalidError` naming each path and the way out."""
    if is_deeper_than(_DEEPEST, sent):
        raise InvalidError(f"Segment: nested more than {_DEEPEST} levels deep; flatten it.")
    condition: Condition = _CONDITION.read(sent, "Segment")
    if len(list(event_conditions(condition))) > _MOST_EVENTS:
        raise InvalidError(
            f"Segment: more than {_MOST_EVENTS} conditions on events; ask in several calls."
        )
    return condition
