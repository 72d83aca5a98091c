"""Workflows, and the messages of the outbox (MSG, SND)."""

from __future__ import annotations

from marshmallow import fields, validate

from mock_server.documents.fields import Flag, Open, many, number, one_of, text, texts

CHANNELS = ("email", "sms", "viber", "mobilepush", "webpush", "appinbox", "inapp", "widget")
"""The channels a message block can send by."""
SOURCES = ("workflow", "api")
"""The origin of a message of the outbox: an event that started a workflow, or a call of SND."""
STATUSES = tuple(
    (
        "IN_QUEUE PENDING DELIVERED UNDELIVERED SMS_UNDELIVERED_STATE BLACKLISTED NOT_CONFIRMED "
        "UNSUBSCRIBED SPAM READ CLICKED EXPIRED NO_MONEY ERROR"
    ).split()
)
"""The statuses of a message (SND-04)."""


class Missing(Open):
    """An expression of a template that gave nothing, and why."""

    expression = text()
    why = text()


class Message(Open):
    """The text that a template makes of an event, what is missing and what is wrong."""

    text = text()
    missing = many(Missing)
    errors = texts()


class Workflow(Open):
    """A workflow of one message block, assigned to an event type (MSG-05)."""

    id = number()
    eventTypeKey = fields.String(required=True, validate=validate.Length(min=1, max=100))
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    recipient = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    template = fields.String(required=True, validate=validate.Length(max=100_000))
    json = fields.String(allow_none=True, validate=validate.Length(max=300))
    subject = fields.String(allow_none=True, validate=validate.Length(max=1000))
    obligatory = Flag()


class OutboxMessage(Open):
    """A message that would have been sent, or why nobody got it (MSG-06)."""

    messageId = number()
    source = one_of(*SOURCES)
    eventId = number()
    eventTypeKey = text()
    workflowId = number()
    contactId = number(null=True)
    createdAt = text()
    channel = text()
    recipient = text(null=True)
    subject = text(null=True)
    problem = text(null=True)
    notes = texts()
    status = one_of(*STATUSES)
    missing = many(Missing)
    text = text()
