"""What is computed and told: segments (SEG-03), RFM and revenue (ORD-19), rules, metrics."""

from flask import Response
from marshmallow import fields

from mock_server.control.answers import Rule, in_whole, listed
from mock_server.control.http import Call, PageArguments
from mock_server.documents.contacts import Contact
from mock_server.documents.fields import (
    Anything,
    Open,
    flag,
    many,
    number,
    numbers,
    one_of,
    shape,
    text,
    texts,
)
from mock_server.emulator import NotFoundError, catalogue
from mock_server.emulator.event_schemas import event_schema
from mock_server.emulator.reports.summary import rule_coverage
from mock_server.emulator.resources.segment_schemas import ConditionSchema, MomentField
from mock_server.model import Document
from mock_server.routes import Routes, json, plain_text

ROUTES = Routes("/_mock")

_AccountCounts = shape(
    "AccountCounts", account=text(), events=number(), orders=number(), contacts=number()
)
_Accounts = listed("accounts", _AccountCounts, mode=text())

# Which events put a contact into a segment, and why.
_Explanation = shape("Explanation", contactId=number(), why=text(), events=numbers())
_Segment = shape(
    "Segment",
    total=number(),
    now=text(),
    contacts=many(Contact),
    explanation=many(_Explanation),
    notes=texts(),
)

# Orders that do not count, and why; the first ten are named.
_LeftOut = shape("LeftOut", why=text(), orders=number(), externalOrderIds=texts())

# The contacts with that number of sales, the last of them that long ago.
_RfmCell = shape(
    "RfmCell",
    since=text(),
    count=number(),
    contactIds=numbers(),
    status=one_of("none", "at risk", "loyal"),
    colour=one_of("grey", "red", "green"),
)
_Rfm = shape(
    "Rfm",
    now=text(),
    contacts=number(),
    sales=number(),
    since=texts(),
    rows=many(shape("RfmRow", sales=text(), cells=many(_RfmCell))),
    withoutSale=number(),
    leftOut=many(_LeftOut),
)

# The revenue in one currency; null: orders that name none.
_Total = shape(
    "RevenueTotal", currency=text(null=True), orders=number(), revenue=text(), exact=flag()
)
_CountedOrder = shape(
    "CountedOrder",
    externalOrderId=text(),
    date=text(null=True),
    status=text(null=True),
    currency=text(null=True),
    totalCost=Anything(),
    why=text(),
)
_Revenue = shape(
    "Revenue",
    from_=fields.String(required=True, allow_none=True, data_key="from"),
    to=text(null=True),
    totals=many(_Total),
    ordersTotal=fields.Dict(fields.String(), fields.String(), required=True),
    total=number(),
    orders=many(_CountedOrder),
    leftOut=many(_LeftOut),
)

# The results that each exercised rule had, and the rules that were never exercised.
_Coverage = shape(
    "Coverage",
    exercised=fields.Dict(fields.String(), fields.List(fields.String()), required=True),
    never=texts(),
)

# The hosts the gateway serves, its address, and the certificate to trust (PEM).
_Gateway = shape(
    "Gateway", hosts=texts(), allowed=texts(), proxy=text(), certificate=text(), folder=text()
)


class PeriodArguments(PageArguments):
    """The orders dated from `from` (included) to `to` (not included)."""

    start = MomentField(data_key="from")
    end = MomentField(data_key="to")


@ROUTES.add("GET /accounts", json("The accounts.", _Accounts))
def accounts(call: Call) -> Document:
    """List the accounts. Each with how much it holds: [accounts](accounts.md)."""
    found = call.emulator.account_documents()
    return {"total": len(found), "mode": call.emulator.names.mode, "accounts": found}


@ROUTES.add(
    "POST /segments/preview",
    json("The contacts in the segment, and why.", _Segment),
    query=PageArguments(),
    body=ConditionSchema(),
)
def preview_segment(call: Call) -> Document:
    """Preview a segment. The contacts selected by their events: [segments](segments.md)."""
    return call.account.analytics.segment(call.body(), **call.query)


@ROUTES.add("GET /rfm", json("The grid.", _Rfm))
def rfm(call: Call) -> Document:
    """Compute the RFM grid: by [recency and frequency](segments.md#rfm-and-revenue)."""
    return call.account.analytics.rfm()


@ROUTES.add(
    "GET /revenue",
    json("The totals and the orders behind them.", _Revenue),
    query=PeriodArguments(),
)
def revenue(call: Call) -> Document:
    """Compute the revenue by currency: of the [orders that count](segments.md#rfm-and-revenue)."""
    return call.account.analytics.revenue(**call.query)


@ROUTES.add("GET /coverage", json("The rules by whether they were exercised.", _Coverage))
def coverage(call: Call) -> Document:
    """Read the rule coverage: which rules the events have exercised, and which never."""
    return rule_coverage(call.account.exercised_rules())


@ROUTES.add("GET /rules", json("The rules.", listed("rules", Rule)))
def rules(_: Call) -> Document:
    """List the rules: the [rule catalogue](rules.md)."""
    return in_whole("rules", [rule.to_document() for rule in catalogue.RULES.values()])


@ROUTES.add("GET /rules/<rule_id>", json("The rule.", Rule))
def rule(_: Call, rule_id: str) -> Document:
    """Read one rule."""
    return catalogue.rule(rule_id).to_document()


@ROUTES.add("GET /schemas/<event_type_key>", json("The JSON Schema.", Open))
def schema(_: Call, event_type_key: str) -> Document:
    """Read the JSON Schema of an event.

    Of the body of an order or site event, for editors and CI.
    """
    return event_schema(event_type_key)


@ROUTES.add("GET /gateway", json("The gateway.", _Gateway))
def gateway(call: Call) -> Document:
    """Describe the gateway.

    The hosts of the [gateway](gateway.md), its address and the certificate of its authority.
    """
    if call.emulator.gateway is None:
        raise NotFoundError("This server has no gateway. Start it with --gateway.", "gateway_off")
    return call.emulator.gateway()


@ROUTES.add("GET /metrics", plain_text("The metrics."))
def metrics(call: Call) -> Response:
    """Read the metrics: in [Prometheus' text format](metrics.md)."""
    text, content_type = call.emulator.metrics.text()
    return Response(text, content_type=content_type)
