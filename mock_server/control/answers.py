"""The shapes of the answers of the control API."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from mock_server.documents.accounts import Settings
from mock_server.documents.contacts import Contact
from mock_server.documents.events import Event, EventFix, EventType
from mock_server.documents.fields import Open, counts, many, number, one_of, text, texts
from mock_server.documents.orders import Order
from mock_server.documents.tables import TABLES
from mock_server.ledger.entry import RESULTS
from mock_server.model import Document
from mock_server.routes import Answer, json

OK: Document = {"status": "ok"}
"""The answer of a route that has nothing else to say."""


def listed(plural: str, schema: type[Schema], **more: Any) -> type[Schema]:
    """Make the schema of a page of a list: `total`, and the documents under their plural."""
    parts = {"total": number(), plural: many(schema), **more}
    return type(f"{schema.__name__}List", (Schema,), {**parts, "__doc__": "A page of a list."})


class ListedContact(Contact):
    """A contact, and how many others share its addresses (CON-14)."""

    sharedAddresses = counts()


class WholeContact(ListedContact):
    """A contact with its newest orders and events."""

    orders = many(Order)
    events = many(Event)


class CountedEventType(EventType):
    """An event type, its switches and how many events it has."""

    events = number()


class RulePart(Schema):
    """A part of a rule, and the source that it alone rests on."""

    part = text()
    source = text()


class Finding(Schema):
    """A sentence that a rule can say; names in braces are filled in."""

    name = text()
    result = one_of(*RESULTS)
    code = text()
    message = text()
    note = text()
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
    """The server is alive: since when, and how much it holds."""

    status = text()
    version = text()
    uptimeSeconds = fields.Float(required=True)
    accounts = number()
    events = number()
    orders = number()
    contacts = number()


class Unusual(Schema):
    """One thing that is not as usual: the clock, faults, settings."""

    what = text()
    sentence = text()


class Summary(Schema):
    """Events since the start or the last reset, counted, and what is not as usual now."""

    events = number()
    byType = counts()
    byVerdict = counts()
    byReason = counts()
    byWarning = counts()
    unusual = fields.List(fields.Nested(Unusual), required=True)


class Status(Schema):
    """Done."""

    status = text()


DONE: dict[int, Answer] = {200: json("Done.", Status)}
"""The answers of a route that answers `OK`."""


class Seeded(Schema):
    """How many of each were added."""

    contacts = number()
    orders = number()
    eventTypes = number()
    settings = number()
    workflows = number()
    messages = number()


class Gateway(Schema):
    """The hosts the gateway serves, its address, and the certificate to trust (PEM)."""

    hosts = texts()
    allowed = texts()
    proxy = text()
    certificate = text()
    folder = text()


class Fix(Schema):
    """A cause: what is wrong with how many events or requests, and the way out."""

    id = text()
    rule = text(null=True)
    finding = text()
    path = text(null=True)
    message = text()
    count = number()
    lastEventId = number(null=True)
    example = text()
    hint = text(null=True)
    eventTypeKey = text(null=True)
    fix: Any = fields.Nested(EventFix, allow_none=True)
    firstAt = text(null=True)
    lastAt = text(null=True)
    followers = number()
    state = one_of("open", "fixed", "back")
    ordersLost = number()
    moneyLost = fields.Dict(fields.String(), fields.String(), required=True)


class Fixes(Schema):
    """The causes to fix, the most frequent first; `total` counts events and requests."""

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
    """A fault, and how many requests it met, hit and will still hit."""

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


class Meta(Schema):
    """The format of the state; a state file also names its log and its checksum."""

    format = number()


class StoredSettings(Settings):  # type: ignore[valid-type,misc]  # made from data
    """The settings of an account; `account` names it where there are several."""

    account = fields.String()


def _stored(name: str, schema: type[Schema]) -> Schema:
    return (StoredSettings if name == "settings" else schema)(partial=True)


State: type[Schema] = Schema.from_dict(
    {
        **{
            name: fields.Dict(fields.String(), fields.Nested(_stored(name, spec.schema)))
            for name, spec in TABLES.items()
        },
        "meta": fields.Dict(fields.String(), fields.Nested(Meta)),
    },
    name="State",
)
"""The state file: documents by table and number."""
