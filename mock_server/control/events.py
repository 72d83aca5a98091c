"""Events: listing, waiting, one in full, and explaining one that was never sent."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import fields, validate

from mock_server.control.answers import Fixes, listed
from mock_server.control.http import Arguments, Call, PageArguments
from mock_server.documents.events import Event, Outcome
from mock_server.documents.sent import GenerateEvent
from mock_server.emulator import Account, EventQuery, Page, outcome_document
from mock_server.emulator.event_bodies import read_event
from mock_server.model import VERDICTS, WIRE_VERSIONS, Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


class EventArguments(PageArguments):
    """The filters of the event list."""

    type = fields.String()
    verdict = fields.String(validate=validate.OneOf(VERDICTS))
    reason = fields.String()
    warning = fields.String()
    contact = fields.String()
    order = fields.String()
    q = fields.String()
    since = fields.Integer()
    until = fields.Integer()


class WaitArguments(EventArguments):
    """The filters, how many events to wait for, and for how many seconds at most."""

    count = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100_000))
    timeout = fields.Float(load_default=5.0, validate=validate.Range(min=0, max=60))


class ExplainArguments(Arguments):
    """Which version of the API an event would be sent to."""

    version = fields.String(load_default="v2", validate=validate.OneOf(WIRE_VERSIONS))


_EVENTS = listed("events", Event, complete=fields.Boolean(), message=fields.String())


@ROUTES.add(
    "GET /events",
    summary="List events, newest first",
    answers={200: json("The events that match.", _EVENTS)},
    query=EventArguments(),
)
def events(call: Call) -> Document:
    """List the events that match."""
    account = call.account
    return _list(account.events(_query(account, call.query)))


@ROUTES.add(
    "GET /events/wait",
    summary="Wait for events",
    details="Answers as soon as `count` events match, or 408 after `timeout` seconds.",
    answers={
        200: json("At least `count` events match.", _EVENTS),
        408: json("The events that matched in time.", _EVENTS),
    },
    query=WaitArguments(),
)
def wait(call: Call) -> tuple[Document, int]:
    """Wait for events."""
    account = call.account
    count, timeout = call.query.pop("count"), call.query.pop("timeout")
    enough, page = account.wait_for_events(_query(account, call.query), count, timeout)
    return _list(page), 200 if enough else 408


@ROUTES.add(
    "GET /events/<int:event_id>",
    summary="Read one event",
    details="As sent, with verdict, reasons, warnings, trace, hint and effect.",
    answers={200: json("The event.", Event)},
)
def event(call: Call, event_id: int) -> Document:
    """Read one event."""
    return call.account.event(event_id)


@ROUTES.add(
    "GET /fixes",
    summary="List what to fix first",
    details="Dropped events and refused requests by what is wrong, the most frequent first.",
    answers={200: json("The causes.", Fixes)},
    query=EventArguments(),
)
def fixes(call: Call) -> Document:
    """List what to fix first."""
    account = call.account
    limit = call.query.pop("limit")
    del call.query["offset"]
    return account.fix_list(_query(account, call.query)).to_document(limit)


@ROUTES.add(
    "POST /explain",
    summary="Explain an event",
    details="The verdict on a body as for Generate event; nothing is changed.",
    answers={200: json("The verdict, and why.", Outcome)},
    query=ExplainArguments(),
    body=GenerateEvent(),
)
def explain(call: Call) -> Document:
    """Explain what would become of an event."""
    event = read_event(request.get_data(cache=False), call.query["version"])
    return outcome_document(call.account.explain(event))


def _query(account: Account, asked: dict[str, Any]) -> EventQuery:
    if "contact" in asked:
        asked["contact"] = account.contact_id_of(asked["contact"])
    return EventQuery(**asked)


def _list(page: Page) -> Document:
    found: Document = {"total": page.total, "events": page.items}
    if not page.complete:
        found["complete"] = False
        found["message"] = "The free-text search read the newest events only; add a filter."
    return found
