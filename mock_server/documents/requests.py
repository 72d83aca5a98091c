"""The journal of requests; it is kept in memory only."""

from __future__ import annotations

from marshmallow import fields

from mock_server.documents.fields import Open, flag, many, number, text


class JournalNote(Open):
    """A note on a request, with the way out; of a failed order also with the rule it broke."""

    code = text()
    message = text()
    rule = fields.String()
    finding = fields.String()
    hint = fields.String()


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
