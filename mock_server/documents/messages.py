"""Workflows, stored messages, and the messages of the outbox (MSG, SND)."""

from marshmallow import fields, validate

from mock_server.documents.fields import Flag, Open, many, number, one_of, shape, text, texts

CHANNELS = ("email", "sms", "viber", "mobilepush", "webpush", "appinbox", "inapp", "widget")
"""The channels a message block can send by."""
MESSAGE_CHANNELS: dict[str, tuple[str, ...]] = {
    "email": ("name", "from", "subject", "htmlText"),
    "sms": ("name", "from", "text"),
    "viber": ("name", "from", "text"),
    "telegram": ("name",),
    "mobilepush": ("name", "title", "text"),
    "appinbox": ("name", "title", "text"),
}
"""The channels of stored messages, each with the fields that must be filled (SND-06)."""
SENDER_CHANNELS = ("email", "sms", "viber")
"""The channels that have senders (SND-05)."""
SOURCES = ("workflow", "api")
"""The origin of a message of the outbox: an event that started a workflow, or a call of SND."""
STATUSES = tuple(
    (
        "IN_QUEUE PENDING DELIVERED UNDELIVERED SMS_UNDELIVERED_STATE BLACKLISTED NOT_CONFIRMED "
        "UNSUBSCRIBED SPAM READ CLICKED EXPIRED NO_MONEY ERROR"
    ).split()
)
"""The statuses of a message (SND-04)."""
STATUSES_OF: dict[str, tuple[str, ...]] = {
    "email": (
        *("IN_QUEUE", "DELIVERED", "UNDELIVERED", "BLACKLISTED", "NOT_CONFIRMED", "UNSUBSCRIBED"),
        *("SPAM", "READ", "CLICKED", "NO_MONEY", "ERROR"),
    ),
    "sms": (
        *("IN_QUEUE", "PENDING", "DELIVERED", "SMS_UNDELIVERED_STATE", "EXPIRED", "NO_MONEY"),
        "ERROR",  # a message that the emulator could not send
    ),
}
"""The statuses of a channel; another channel can have any."""
ARRIVED = frozenset(("DELIVERED", "SPAM", "READ", "CLICKED"))
"""The statuses of a message that reached its recipient."""
WAITING = frozenset(("IN_QUEUE", "PENDING"))
"""The statuses of a message on its way; with another one that is not `ARRIVED` it failed."""

Missing = shape("Missing", Open, expression=text(), why=text())
"""An expression of a template that gave nothing, and why."""

Message = shape("Message", Open, text=text(), missing=many(Missing), errors=texts())
"""The text that a template makes of an event, what is missing and what is wrong."""


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
    enabled = Flag()
    name = fields.String(allow_none=True, validate=validate.Length(max=300))


class OutboxMessage(Open):
    """A message that would have been sent, or why nobody got it (MSG-06)."""

    messageId = number()
    source = one_of(*SOURCES)
    eventId = number(null=True)
    eventTypeKey = text(null=True)
    workflowId = number(null=True)
    storedMessageId = number(null=True)
    contactId = number(null=True)
    createdAt = text()
    channel = text()
    from_ = fields.String(allow_none=True, data_key="from")
    recipient = text(null=True)
    subject = text(null=True)
    problem = text(null=True)
    notes = texts()
    status = one_of(*STATUSES)
    missing = many(Missing)
    text = text()


class StoredMessage(Open):
    """A stored message (SND-06): the fields of its channel as sent, also by language."""

    id = number()
    channel = one_of(*MESSAGE_CHANNELS)
    name = text()
    translations = fields.Dict(fields.String(), fields.Dict(fields.String()))
