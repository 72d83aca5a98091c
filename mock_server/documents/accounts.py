"""Event types, tokens, and what is kept of an account as such."""

from __future__ import annotations

from marshmallow import fields, validate

from mock_server.documents.fields import Flag, Open, counts, text


class ParamRule(Open):
    """A parameter of an event type, and whether it is required (ENV-14)."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    required = Flag(required=True)


class EventType(Open):
    """An event type and its switches."""

    eventTypeKey = fields.String(required=True, validate=validate.Length(min=1, max=100))
    segmentation = Flag(required=True)
    validateParams = Flag(required=True)
    params = fields.List(fields.Nested(ParamRule), required=True)


class Token(Open):
    """A bearer token that was given out (WIRE-03)."""

    token = text()
    createdAt = text()


class AccountNumbers(Open):
    """The next number of each table that numbers its documents."""

    next = counts()
