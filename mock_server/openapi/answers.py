"""The shapes of answers, as documents describe them; nothing is loaded with these."""

# ruff: noqa: N815  (the vendor's names)

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, Schema, fields, validate

from mock_server.emulator import STATUSES, TABLES
from mock_server.emulator.schemas import SettingsSchema
from mock_server.model import VERDICTS

_RESULTS = ("passed", "failed", "noted")


def _text(*, null: bool = False) -> fields.String:
    return fields.String(required=True, allow_none=null)


def _number(*, null: bool = False) -> fields.Integer:
    return fields.Integer(required=True, allow_none=null)


def _texts() -> fields.List[Any]:
    return fields.List(fields.String(), required=True)


def _numbers() -> fields.List[Any]:
    return fields.List(fields.Integer(), required=True)


def _many(schema: type[Schema]) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=True)


def _verdict() -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(VERDICTS))


class Open(Schema):
    """Any JSON object."""

    class Meta:
        """Fields that are not named may be there too."""

        unknown = INCLUDE


class Anything(fields.Raw):
    """Any JSON value, null included."""

    def __init__(self) -> None:
        super().__init__(required=True)


class Error(Schema):
    """What is wrong, and the way out."""

    error = _text()
    message = _text()


class Unauthorized(Schema):
    """WIRE-02."""

    status = _number()
    error = _text()
    message = _text()


class TraceStep(Schema):
    """A rule of the ledger, how it went and what was seen."""

    rule = _text()
    result = fields.String(required=True, validate=validate.OneOf(_RESULTS))
    message = _text()
    param = _text(null=True)


class Order(Open):
    """An order: the vendor's fields as sent, and what the emulator adds."""

    externalOrderId = _text()
    orderId = _number()
    contactId = _number(null=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    date = _text()
    totalCost = Anything()
    items = fields.List(fields.Nested(Open))
    additionalInfo = fields.Nested(Open)
    createdAt = _text()
    updatedAt = _text()
    history = fields.List(fields.Nested(Open))


class Effect(Schema):
    """What an event did to an order."""

    order = _text()
    change = fields.String(required=True, validate=validate.OneOf(("created", "updated", "status")))
    before = fields.Nested(Order, required=True, allow_none=True)
    after = fields.Nested(Order, required=True)


class Event(Open):
    """The record of an event."""

    eventId = _number()
    account = _text()
    apiVersion = _text()
    receivedAt = _text()
    occurred = _text(null=True)
    eventTypeKey = _text(null=True)
    keyValue = _text(null=True)
    eventKey = _text(null=True)
    params = Anything()
    contactId = _number(null=True)
    externalOrderId = _text(null=True)
    verdict = _verdict()
    reasons = _texts()
    warnings = _texts()
    trace = _many(TraceStep)
    hint = _text(null=True)
    causedBy = _number(null=True)
    effect = fields.Nested(Effect, required=True, allow_none=True)


class WireAnswer(Schema):
    """What the real service would answer."""

    status = _number()
    body = _text()


class Outcome(Schema):
    """What would happen, or happened, to an event."""

    eventId = _number(null=True)
    verdict = _verdict()
    reasons = _texts()
    warnings = _texts()
    hint = _text(null=True)
    causedBy = _number(null=True)
    eventTypeKey = _text(null=True)
    keyValue = _text(null=True)
    eventKey = _text(null=True)
    contactId = _number(null=True)
    externalOrderId = _text(null=True)
    effect = fields.Nested(Effect, required=True, allow_none=True)
    trace = _many(TraceStep)
    answer = fields.Nested(WireAnswer, required=True)


class Contact(Open):
    """A contact, in the shape of the emulated API."""

    id = _number()
    source = _text()
    createdAt = _text()
    channels = fields.List(fields.Nested(Open))
    orders = fields.List(fields.Nested(Order))
    events = fields.List(fields.Nested(Event))


class ParamRule(Schema):
    """A parameter of an event type."""

    name = _text()
    required = fields.Boolean(required=True)


class EventType(Open):
    """An event type, its switches and how many events it has."""

    eventTypeKey = _text()
    segmentation = fields.Boolean(required=True)
    validateParams = fields.Boolean(required=True)
    params = _many(ParamRule)
    events = _number()


class JournalEntry(Schema):
    """A request to the emulated API."""

    requestId = _number()
    at = _text()
    method = _text()
    path = _text()
    status = _number()
    durationMs = fields.Float(required=True)
    account = _text(null=True)
    eventId = _number(null=True)
    reason = _text(null=True)
    fault = _text(null=True)
    body = _text(null=True)


class Rule(Schema):
    """A rule of the ledger."""

    id = _text()
    family = _text()
    title = _text()
    statement = _text()
    sources = _texts()
    basis = _text()
    decision = _text()
    whenBroken = _text()
    reasons = _texts()
    warnings = _texts()


class Health(Schema):
    """That it is alive, since when, and how much it holds."""

    status = _text()
    version = _text()
    uptimeSeconds = fields.Float(required=True)
    accounts = _number()
    events = _number()
    orders = _number()
    contacts = _number()


def _counts() -> fields.Dict:
    return fields.Dict(fields.String(), fields.Integer(), required=True)


class Summary(Schema):
    """Events since the start or the last reset, counted."""

    events = _number()
    byType = _counts()
    byVerdict = _counts()
    byReason = _counts()
    byWarning = _counts()


class Settings(SettingsSchema):
    """The settings of an account."""


class Status(Schema):
    """Done."""

    status = _text()


class Seeded(Schema):
    """How many of each were added."""

    contacts = _number()
    orders = _number()
    eventTypes = _number()
    settings = _number()


class Version(Schema):
    """WIRE-09."""

    version = _text()
    protocolVersion = _text()


class AccountInfo(Schema):
    """WIRE-09."""

    userEmail = _text()
    organisationName = _text()


class Explanation(Schema):
    """Which events put a contact into a segment, and why."""

    contactId = _number()
    why = _text()
    events = _numbers()


class Segment(Schema):
    """The contacts of a segment."""

    total = _number()
    now = _text()
    contacts = _many(Contact)
    explanation = _many(Explanation)
    notes = _texts()


class LeftOut(Schema):
    """Orders that do not count, and why; the first ten are named."""

    why = _text()
    orders = _number()
    externalOrderIds = _texts()


class RfmCell(Schema):
    """The contacts with so many sales, the last of them so long ago."""

    since = _text()
    count = _number()
    contactIds = _numbers()
    status = fields.String(required=True, validate=validate.OneOf(("none", "at risk", "loyal")))
    colour = fields.String(required=True, validate=validate.OneOf(("grey", "red", "green")))


class RfmRow(Schema):
    """The contacts with so many sales."""

    sales = _text()
    cells = _many(RfmCell)


class Rfm(Schema):
    """The RFM grid (ORD-19)."""

    now = _text()
    contacts = _number()
    sales = _number()
    since = _texts()
    rows = _many(RfmRow)
    leftOut = _many(LeftOut)


class RevenueTotal(Schema):
    """The revenue in one currency; null: orders that name none."""

    currency = _text(null=True)
    orders = _number()
    revenue = _text()
    exact = fields.Boolean(required=True)


class CountedOrder(Schema):
    """An order that counts, and why."""

    externalOrderId = _text()
    date = _text(null=True)
    status = _text(null=True)
    currency = _text(null=True)
    totalCost = Anything()
    why = _text()


class Revenue(Schema):
    """Revenue by currency (ORD-19)."""

    from_ = fields.String(required=True, allow_none=True, data_key="from")
    to = _text(null=True)
    totals = _many(RevenueTotal)
    total = _number()
    orders = _many(CountedOrder)
    leftOut = _many(LeftOut)


State: type[Schema] = Schema.from_dict(
    {table: fields.Dict(fields.String(), fields.Dict()) for table in TABLES}, name="State"
)
"""The state file: documents by table and number."""


def listed(plural: str, schema: type[Schema], **more: Any) -> Schema:
    """A page of a list: `total`, and the documents under their plural."""
    parts = {"total": _number(), plural: _many(schema), **more}
    name = f"{schema.__name__}List"
    page: type[Schema] = type(name, (Schema,), {**parts, "__doc__": "A page of a list."})
    return page()
