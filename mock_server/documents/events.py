"""Events and their types, what became of them, and the steps of their traces."""

from typing import Any

from marshmallow import ValidationError, fields, validate

from mock_server.documents.fields import (
    Anything,
    CheckedField,
    Open,
    flag,
    many,
    number,
    one,
    one_of,
    shape,
    text,
    texts,
)
from mock_server.documents.orders import Order
from mock_server.ledger.entry import RESULTS
from mock_server.model import CHANGES, VERDICTS


class Step(Open):
    """A finding of a rule, how it went and what was seen; of 0.1.0 without the finding's id."""

    finding = text(null=True)
    rule = text()
    result = one_of(*RESULTS)
    message = text()
    param = text(null=True)


class Effect(Open):
    """A change of an order by an event: the whole order before and after."""

    order = text()
    change = one_of(*CHANGES)
    before = one(Order, null=True)
    after = one(Order)


Call = shape("Call", Open, method=text(), path=text(), body=Anything())
"""A call of the control API that has to come first."""


class EventFix(Open):
    """The change that would help: a JSON Patch (RFC 6902) of the body as sent."""

    patch: Any = Anything()
    complete = fields.Boolean(required=True)
    arrange: Any = many(Call)
    unknown: Any = texts()


WireAnswer = shape("WireAnswer", Open, status=number(), body=text())
"""The answer of the real service."""


class Outcome(Open):
    """The outcome of an event that was sent or explained."""

    eventId = number(null=True)
    eventTypeKey = text(null=True)
    keyValue = text(null=True)
    eventKey = text(null=True)
    contactId = number(null=True)
    externalOrderId = text(null=True)
    verdict = one_of(*VERDICTS)
    reasons = texts()
    warnings = texts()
    trace: Any = many(Step)
    hint = text(null=True)
    causedBy = number(null=True)
    effect: Any = one(Effect, null=True)
    answer = one(WireAnswer)


class Event(Outcome):
    """The record of an event: what was sent, and what became of it."""

    class Meta(Open.Meta):
        """The wire's answer is of the moment."""

        exclude = ("answer",)

    eventId = number()
    account = text()
    apiVersion = text()
    receivedAt = text()
    occurred = text(null=True)
    params = Anything()
    body = Anything(required=False)
    fix: Any = fields.Nested(EventFix, allow_none=True)


class KeptTrace(CheckedField):
    """Steps: each a finding, its parameter and arguments, or (of version 0.1.0) words."""

    expected = "a list of steps"
    json_type = "array"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if type(value) is not list or not all(map(_is_step, value)):
            raise ValidationError(f"Must be {self.expected}")
        return value


def _is_step(value: Any) -> bool:
    if type(value) is str:
        return True
    if type(value) is dict:
        return type(value.get("rule")) is str and type(value.get("message")) is str
    return (
        type(value) is list
        and 0 < len(value) < 4
        and type(value[0]) is str
        and all(each is None or type(each) in (str, dict) for each in value[1:])
    )


class KeptEffect(CheckedField):
    """The number of the line of the history that tells the effect, or the effect itself."""

    expected = "a historyId or an object"
    json_type = ("integer", "object")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if type(value) not in (int, dict):
            raise ValidationError(f"Must be {self.expected}")
        return value


class KeptEvent(Event):
    """An event in the state file: trace not in words, its effect in the order's history."""

    trace: Any = KeptTrace()
    effect: Any = KeptEffect(allow_none=True)
    segmented = fields.Boolean()


class ParamRule(Open):
    """A parameter of an event type, and whether it is required (ENV-14)."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    required = flag()


class EventType(Open):
    """An event type and its switches."""

    eventTypeKey = fields.String(required=True, validate=validate.Length(min=1, max=100))
    segmentation = flag()
    validateParams = flag()
    params = many(ParamRule)
