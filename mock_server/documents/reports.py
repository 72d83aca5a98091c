"""The journal of requests, which is kept in memory only, and the report of `check`."""

from typing import Any

from marshmallow import fields

from mock_server.documents.events import EventFix
from mock_server.documents.fields import Anything, Open, counts, flag, many, number, text, texts


class JournalNote(Open):
    """A note on a request, with the way out; of a failed order also with the rule it broke."""

    code = text()
    message = text()
    rule = fields.String()
    finding = fields.String()
    hint = fields.String()
    fix: Any = fields.Nested(EventFix)


class Request(Open):
    """A request to the emulated API, and how it was answered."""

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
    refused = flag()
    notes = many(JournalNote)


class ReportCase(Open):
    """One thing that fell into `failOn`: an event, a refused request, an unused fault."""

    kind = text()
    title = text()
    why = texts()
    suite = text()
    details = text()
    eventId = number(null=True)
    requestId = number(null=True)
    fix: Any = fields.Nested(EventFix, allow_none=True)


class CheckReport(Open):
    """Requests and their outcomes; `failed` says whether anything of `failOn` happened."""

    failOn = texts()
    failed = flag()
    fallen = counts()
    total = number()
    byVerdict = counts()
    byType = fields.Dict(
        fields.String(), fields.Dict(fields.String(), fields.Integer(strict=True)), required=True
    )
    byReason = counts()
    byWarning = counts()
    withWarnings = number()
    refused = number()
    unused = number()
    unread = number()
    casesTotal = number()
    cases = many(ReportCase)
    ordersLost = number()
    moneyLost = fields.Dict(fields.String(), fields.String(), required=True)
    fixes = fields.List(Anything(), required=True)
    notes = texts()
