"""The shapes of the answers of the control API."""

from typing import Any

from marshmallow import Schema, fields

from mock_server.documents.accounts import Settings
from mock_server.documents.contacts import Contact
from mock_server.documents.events import Event, EventFix, EventType
from mock_server.documents.fields import (
    Open,
    counts,
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
from mock_server.documents.tables import TABLES
from mock_server.ledger.entry import RESULTS
from mock_server.model import Document
from mock_server.routes import json

OK: Document = {"status": "ok"}
"""The answer of a route that has nothing else to say."""

DONE = json("Done.", shape("Status", status=text()))
"""The declaration of `OK`."""


def listed(plural: str, schema: type[Schema], **more: Any) -> type[Schema]:
    """Make the schema of a page of a list: `total`, and the documents under their plural."""
    return shape(f"{schema.__name__}List", total=number(), **{plural: many(schema)}, **more)


def in_whole(plural: str, found: list[Document]) -> Document:
    """Return the answer of a list that has no pages."""
    return {"total": len(found), plural: found}


ListedContact = shape("ListedContact", Contact, sharedAddresses=counts())
"""A contact, and how many others share its addresses (CON-14)."""

WholeContact = shape("WholeContact", ListedContact, orders=many(Order), events=many(Event))
"""A contact with its newest orders and events."""

CountedEventType = shape("CountedEventType", EventType, events=number())
"""An event type, its switches and how many events it has."""

Finding = shape(
    "Finding",
    name=text(),
    result=one_of(*RESULTS),
    code=text(),
    message=text(),
    note=text(),
    wayOut=text(),
)
"""A sentence that a rule can say; names in braces are filled in."""

Rule = shape(
    "Rule",
    id=text(),
    family=text(),
    title=text(),
    statement=text(),
    sources=texts(),
    basis=text(),
    decision=text(),
    parts=many(shape("RulePart", part=text(), source=text())),
    whenBroken=text(),
    reasons=texts(),
    warnings=texts(),
    findings=many(Finding),
)
"""A rule of the ledger; the source of a part is the one that it alone rests on."""

Health = shape(
    "Health",
    status=text(),
    version=text(),
    uptimeSeconds=fields.Float(required=True),
    accounts=number(),
    events=number(),
    orders=number(),
    contacts=number(),
)
"""The server is alive: since when, and how much it holds."""

Summary = shape(
    "Summary",
    events=number(),
    byType=counts(),
    byVerdict=counts(),
    byReason=counts(),
    byWarning=counts(),
    refused=number(),
    unused=number(),
    unusual=many(shape("Unusual", what=text(), sentence=text())),
)
"""Events since the start or the last reset, counted, and what is not as usual now.

`refused` are the requests in the journal that were refused, `unused` the faults that were not met.
"""

Seeded = shape(
    "Seeded",
    contacts=number(),
    orders=number(),
    eventTypes=number(),
    settings=number(),
    workflows=number(),
    messages=number(),
)
"""How many of each were added."""

_LOST: dict[str, fields.Field[Any]] = {
    "ordersLost": number(),
    "moneyLost": fields.Dict(fields.String(), fields.String(), required=True),
}
Fix = shape(
    "Fix",
    id=text(),
    rule=text(null=True),
    finding=text(),
    path=text(null=True),
    message=text(),
    count=number(),
    lastEventId=number(null=True),
    example=text(),
    hint=text(null=True),
    eventTypeKey=text(null=True),
    fix=fields.Nested(EventFix, allow_none=True),
    firstAt=text(null=True),
    lastAt=text(null=True),
    followers=number(),
    state=one_of("open", "fixed", "back"),
    **_LOST,
)
"""A cause: what is wrong with how many events or requests, and the way out."""

Fixes = shape("Fixes", total=number(), **_LOST, fixes=many(Fix))
"""The causes to fix, the most frequent first; `total` counts events and requests.

A lost order counts once here, and with each of its causes.
"""

Clock = shape("Clock", now=text(), frozen=flag(), offsetSeconds=fields.Float(required=True))
"""The clock of an account."""

Fault = shape(
    "Fault",
    Open,
    id=number(),
    match=one(Open),
    times=number(null=True),
    after=number(),
    delayMs=number(),
    status=number(null=True),
    headers=one(Open),
    action=text(null=True),
    when=text(),
    seen=number(),
    hits=number(),
    left=number(null=True),
)
"""A fault, and how many requests it met, hit and will still hit."""

StoredSettings = shape("StoredSettings", Settings, account=fields.String())
"""The settings of an account; `account` names it where there are several."""


def _stored(name: str, schema: type[Schema]) -> Schema:
    return (StoredSettings if name == "settings" else schema)(partial=True)


State = shape(
    "State",
    **{
        name: fields.Dict(fields.String(), fields.Nested(_stored(name, spec.schema)))
        for name, spec in TABLES.items()
    },
    meta=fields.Dict(fields.String(), fields.Nested(shape("Meta", format=number()))),
)
"""The state file: documents by table and number. `meta` has the format; a file also names its log
and its checksum."""
