"""Events: listed, waited for, explained and fixed; the gate for tests in any language."""

from dataclasses import replace
from typing import Any

from flask import request
from marshmallow import fields, validate

from mock_server.control.answers import Fixes, listed
from mock_server.control.http import Arguments, Call, PageArguments, called_account, waiting
from mock_server.documents.events import Event, EventFix, Outcome
from mock_server.documents.fields import Anything, Open, one, one_of, shape
from mock_server.documents.reports import CheckReport
from mock_server.documents.sent import GenerateEvent
from mock_server.emulator import Account, EventQuery, Page, outcome_document
from mock_server.emulator.event_bodies import read_event
from mock_server.emulator.event_filters import event_query
from mock_server.emulator.gate.checking import check
from mock_server.emulator.gate.report import CHECKED, check_kinds, read_kinds
from mock_server.filters import FILTERS
from mock_server.model import VERDICTS, WIRE_VERSIONS, Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


_TIMES = {"since": "after", "until": "before"}


def _argument(name: str) -> fields.Field[Any]:
    about: dict[str, Any] = {"description": FILTERS[name].about}
    if FILTERS[name].types == (int,):
        told = f"Not an event id. For a time, use {_TIMES[name]}"
        return fields.Integer(metadata=about, error_messages={"invalid": told})
    if FILTERS[name].values:
        about["enum"] = list(FILTERS[name].values)
    return fields.String(metadata=about)


EventArguments = PageArguments.from_dict(
    {name: _argument(name) for name in FILTERS}, name="EventArguments"
)
"""The filters of the event list."""


WaitArguments = waiting(EventArguments, 100_000)
"""The filters, how many events to wait for, and for how many seconds at most."""


class ExplainArguments(Arguments):
    """Which version of the API an event would be sent to."""

    version = fields.String(load_default="v2", validate=validate.OneOf(WIRE_VERSIONS))


_EVENTS = listed("events", Event, complete=fields.Boolean(), message=fields.String())
_FIXED = shape(
    "FixedEvent", Open, fix=one(EventFix, null=True), body=Anything(), verdict=one_of(*VERDICTS)
)
FAILED = 409


class CheckArguments(Arguments):
    """What makes the check fail, separated by commas, and the event after which it begins."""

    failOn = fields.String(load_default=",".join(CHECKED))
    since = fields.Integer(load_default=None, validate=validate.Range(min=0))


@ROUTES.add(
    "GET /events",
    json("The events that match.", _EVENTS),
    details="`verdict` may be `dropped` (ignored or rejected), `since` and `until` are event ids,"
    " `after` and `before` times (ISO 8601, or how long ago: `2h`), `fix` is a cause of"
    " `/_mock/fixes`.",
    query=EventArguments(),
)
def events(call: Call) -> Document:
    """List events, newest first."""
    account = call.account
    return _list(account.events(_query(account, call.query)))


@ROUTES.add(
    "GET /events/wait",
    {
        200: json("At least `count` events match.", _EVENTS),
        408: json("The events that matched in time.", _EVENTS),
    },
    details="Answers as soon as `count` (1) events match, or 408 after `timeout` (5, at most 60)"
    " seconds with those that did.",
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
    json("The event.", Event),
    details="As sent, with verdict, reasons, warnings, hint, effect and trace: each step has its"
    " `finding`, `rule`, `result`, `message` and `param`.",
)
def event(call: Call, event_id: int) -> Document:
    """Read one event."""
    return call.account.event(event_id)


@ROUTES.add("GET /fixes", json("The causes.", Fixes), query=EventArguments())
def fixes(call: Call) -> Document:
    """List what to fix first.

    Dropped events and refused requests by what is wrong, the most frequent first, and the orders
    that are not in the service. Without filters, or with `after` and `before` alone, of all events,
    by whole hours; with others of the newest 5,000 dropped ones that match.
    """
    account = call.account
    return account.causes(_query(account, call.query))


@ROUTES.add(
    "POST /explain",
    json("The verdict, and why.", Outcome),
    query=ExplainArguments(),
    body=GenerateEvent(),
)
def explain(call: Call) -> Document:
    """Explain an event: the verdict on a body as for Generate event; nothing is changed."""
    event = read_event(request.get_data(cache=False), call.query["version"])
    return outcome_document(call.account.explain(event))


@ROUTES.add("POST /fix", json("The fix.", _FIXED), query=ExplainArguments(), body=GenerateEvent())
def fix(call: Call) -> Document:
    """Fix an event.

    The corrected body of one for Generate event, and its verdict; nothing is changed.
    """
    return call.account.fix(read_event(request.get_data(cache=False), call.query["version"]))


@ROUTES.add(
    "GET /check",
    {
        200: json("Nothing of `failOn` happened.", CheckReport),
        FAILED: json("Something of `failOn` happened: the same report.", CheckReport),
    },
    details="The report of [`check`](exec.md#check-a-server-that-runs-already): 200, or 409 when"
    " something of `failOn` happened. About all accounts unless the call names one.",
    query=CheckArguments(),
)
def check_all(call: Call) -> tuple[Document, int]:
    """Fail when something was lost."""
    kinds = read_kinds(call.query["failOn"])
    check_kinds(kinds, "a server")
    since = call.query["since"]
    # Numbers of events count by account: with `since`, one account is meant.
    if called_account() is not None or since:
        accounts = [call.account]
    else:
        accounts = [*map(call.emulator.account, call.emulator.account_names())]
    report = check(accounts, kinds, since)
    return report.to_document(), FAILED if report.has_failed else 200


def _query(account: Account, asked: dict[str, Any]) -> EventQuery:
    page = {name: asked.pop(name) for name in ("limit", "offset") if name in asked}
    return replace(event_query(account, asked), **page)


def _list(page: Page) -> Document:
    found: Document = {"total": page.total, "events": page.items}
    if not page.complete:
        found["complete"] = False
        found["message"] = "Only the newest events were searched. Add a filter."
    return found
