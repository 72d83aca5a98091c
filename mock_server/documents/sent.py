"""The documented shapes of events and orders as clients send them; the rules judge them."""

from marshmallow import fields, validate

from mock_server.documents.fields import Anything, Open, shape


class EventParam(Open):
    """A parameter; its value may be any JSON value (API v1 documents text)."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    value = Anything()


class GenerateEvent(Open):
    """An event (ENV)."""

    eventTypeKey = fields.String(required=True, validate=validate.Length(min=1, max=100))
    keyValue = fields.String(validate=validate.Length(max=300))
    params = fields.List(fields.Nested(EventParam))


class GenerateEventV3(GenerateEvent):
    """An event of v3, whose params may also be an object of names and values (ENV-17)."""

    params = Anything()  # type: ignore[assignment]  # an array, as in the class above, or an object


PastEvent = shape("PastEvent", GenerateEvent, occurred=fields.String(required=True))
"""An event, and when it occurred (PST)."""

PastEvents = shape("PastEvents", Open, events=fields.List(fields.Nested(PastEvent), required=True))
"""Past events, which the service takes over (PST-01)."""


class Period(Open):
    """The first and the last minute of a period, as YYYY-MM-DDTHH:mm (PST-06)."""

    start = fields.String(required=True, data_key="from")
    end = fields.String(required=True, data_key="to")


Orders = shape("Orders", Open, orders=fields.List(fields.Nested(Open), required=True))
"""Orders, which the service saves (BLK-01)."""
