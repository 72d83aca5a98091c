"""The shapes of answers of the control API: what is stored, and what happened."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from mock_server.emulator import STATUSES, TABLES
from mock_server.emulator.schemas import SettingsSchema
from mock_server.model import VERDICTS
from mock_server.openapi.parts import Anything, Open, counts, many, number, text, texts

_RESULTS = ("passed", "failed", "noted")


def _verdict() -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(VERDICTS))


class TraceStep(Schema):
    """A finding of a rule, how it went and what was seen; of 0.1.0 without the finding's id."""

    rule = text()
    finding = text(null=True)
    result = fields.String(required=True, validate=validate.OneOf(_RESULTS))
    message = text()
    param = text(null=True)


class Order(Open):
    """An order: the vendor's fields as sent, and what the emulator adds."""

    externalOrderId = text()
    orderId = number()
    contactId = number(null=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    date = text()
    totalCost = Anything()
    items = fields.List(fields.Nested(Open))
    additionalInfo = fields.Nested(Open)
    createdAt = text()
    updatedAt = text()
    history = fields.List(fields.Nested(Open))


class Effect(Schema):
    """What an event did to an order."""

    order = text()
    change = fields.String(required=True, validate=validate.OneOf(("created", "updated", "status")))
    before = fields.Nested(Order, required=True, allow_none=True)
    after = fields.Nested(Order, required=True)


class Event(Open):
    """The record of an event."""

    eventId = number()
    account = text()
    apiVersion = text()
    receivedAt = text()
    occurred = text(null=True)
    eventTypeKey = text(null=True)
    keyValue = text(null=True)
    eventKey = text(null=True)
    params = Anything()
    contactId = number(null=True)
    externalOrderId = text(null=True)
    verdict = _verdict()
    reasons = texts()
    warnings = texts()
    trace = many(TraceStep)
    hint = text(null=True)
    causedBy = number(null=True)
    effect = fields.Nested(Effect, required=True, allow_none=True)


class Missing(Schema):
    """An expression of a template that gave nothing, and why."""

    expression = text()
    why = text()


class Message(Schema):
    """The text that a template makes of an event, what is missing and what is wrong."""

    text = text()
    missing = many(Missing)
    errors = texts()


class Workflow(Schema):
    """A workflow of one message block, assigned to an event type."""

    id = number()
    eventTypeKey = text()
    channel = text()
    recipient = text()
    template = text()
    json = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)


class OutboxMessage(Schema):
    """A message that an event would have caused, or why nobody got it."""

    messageId = number()
    eventId = number()
    eventTypeKey = text()
    workflowId = number()
    contactId = number(null=True)
    createdAt = text()
    channel = text()
    recipient = text(null=True)
    subject = text(null=True)
    text = text()
    missing = many(Missing)
    problem = fields.String(required=True, allow_none=True)


class WireAnswer(Schema):
    """What the real service would answer."""

    status = number()
    body = text()


class Outcome(Schema):
    """What would happen, or happened, to an event."""

    eventId = number(null=True)
    verdict = _verdict()
    reasons = texts()
    warnings = texts()
    hint = text(null=True)
    causedBy = number(null=True)
    eventTypeKey = text(null=True)
    keyValue = text(null=True)
    eventKey = text(null=True)
    contactId = number(null=True)
    externalOrderId = text(null=True)
    effect = fields.Nested(Effect, required=True, allow_none=True)
    trace = many(TraceStep)
    answer = fields.Nested(WireAnswer, required=True)


class Contact(Open):
    """A contact, in the shape of the emulated API."""

    id = number()
    source = text()
    createdAt = text()
    channels = fields.List(fields.Nested(Open))
    orders = fields.List(fields.Nested(Order))
    events = fields.List(fields.Nested(Event))


class ParamRule(Schema):
    """A parameter of an event type."""

    name = text()
    required = fields.Boolean(required=True)


class EventType(Open):
    """An event type, its switches and how many events it has."""

    eventTypeKey = text()
    segmentation = fields.Boolean(required=True)
    validateParams = fields.Boolean(required=True)
    params = many(ParamRule)
    events = number()


class JournalNote(Schema):
    """What there is to say about a request, with the way out."""

    code = text()
    message = text()


class JournalEntry(Schema):
    """A request to the emulated API."""

    requestId = number()
    at = text()
    method = text()
    path = text()
    status = number(null=True)
    durationMs = fields.Float(required=True)
    account = text(null=True)
    eventId = number(null=True)
    reason = text(null=True)
    fault = number(null=True)
    body = text(null=True)
    host = text(null=True)
    via = text()
    refused = fields.Boolean(required=True)
    notes = many(JournalNote)


class RulePart(Schema):
    """A part of a rule, and the source that it alone rests on."""

    part = text()
    source = text()


class Finding(Schema):
    """A sentence that a rule can say; what stands in braces is filled in."""

    name = text()
    result = fields.String(required=True, validate=validate.OneOf(_RESULTS))
    code = text()
    message = text()
    wayOut = text()


class Rule(Schema):
    """A rule of the ledger."""

    id = text()
    family = text()
    title = text()
    statement = text()
    sources = texts()
    basis = text()
    decision = text()
    parts = many(RulePart)
    whenBroken = text()
    reasons = texts()
    warnings = texts()
    findings = many(Finding)


class Health(Schema):
    """That it is alive, since when, and how much it holds."""

    status = text()
    version = text()
    uptimeSeconds = fields.Float(required=True)
    accounts = number()
    events = number()
    orders = number()
    contacts = number()


class Summary(Schema):
    """Events since the start or the last reset, counted."""

    events = number()
    byType = counts()
    byVerdict = counts()
    byReason = counts()
    byWarning = counts()


class Settings(SettingsSchema):
    """The settings of an account."""


class Status(Schema):
    """Done."""

    status = text()


class Seeded(Schema):
    """How many of each were added."""

    contacts = number()
    orders = number()
    eventTypes = number()
    settings = number()
    workflows = number()


class Gateway(Schema):
    """Which hosts the gateway serves, where it is, and what programs have to trust (PEM)."""

    hosts = texts()
    proxy = text()
    certificate = text()
    folder = text()


class Fix(Schema):
    """What is wrong with how many events or requests, and the way out."""

    rule = text(null=True)
    finding = text()
    path = text(null=True)
    message = text()
    count = number()
    lastEventId = number(null=True)
    example = text()
    hint = text(null=True)


class Fixes(Schema):
    """What to mend first, the most frequent first; `total` counts events and requests."""

    total = number()
    fixes = many(Fix)


class Coverage(Schema):
    """The results that each exercised rule had, and the rules that were never exercised."""

    exercised = fields.Dict(fields.String(), fields.List(fields.String()), required=True)
    never = texts()


class AccountCounts(Schema):
    """An account, and how much it holds."""

    account = text()
    events = number()
    orders = number()
    contacts = number()


class Clock(Schema):
    """The clock of an account."""

    now = text()
    frozen = fields.Boolean(required=True)
    offsetSeconds = fields.Float(required=True)


class Fault(Open):
    """A fault, how many requests it saw, hit and will still hit."""

    id = number()
    match = fields.Nested(Open, required=True)
    times = number(null=True)
    after = number()
    delayMs = number()
    status = number(null=True)
    headers = fields.Nested(Open, required=True)
    action = text(null=True)
    when = text()
    seen = number()
    hits = number()
    left = number(null=True)


State: type[Schema] = Schema.from_dict(
    {table: fields.Dict(fields.String(), fields.Dict()) for table in (*TABLES, "meta")},
    name="State",
)
"""The state file: documents by table and number."""
