"""Events: listing, waiting, one in full, and explaining one that was never sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from marshmallow import fields, validate

from mock_server.control.http import PageArguments, account_of, answer, arguments
from mock_server.emulator import Account, Emulator, EventQuery, Page, outcome_document
from mock_server.emulator.event_bodies import read_event
from mock_server.emulator.reports.fixes import fix_list
from mock_server.emulator.schemas import StrictSchema
from mock_server.model import VERDICTS, WIRE_VERSIONS, Document


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
    """The filters, and how many to wait for, and how long (in seconds)."""

    count = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100_000))
    timeout = fields.Float(load_default=5.0, validate=validate.Range(min=0, max=60))


class ExplainArguments(StrictSchema):
    """Which version of the API an event would be sent to."""

    version = fields.String(load_default="v2", validate=validate.OneOf(WIRE_VERSIONS))


_LIST = EventArguments()
_WAIT = WaitArguments()
_EXPLAIN = ExplainArguments()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_events", __name__, url_prefix="/_mock")

    @routes.get("/events")
    def events() -> Response:
        account = account_of(emulator)
        return answer(_list(account.events(_query(account, arguments(_LIST)))))

    @routes.get("/events/wait")
    def wait() -> Response:
        account = account_of(emulator)
        asked = arguments(_WAIT)
        count, timeout = asked.pop("count"), asked.pop("timeout")
        enough, page = account.wait_for_events(_query(account, asked), count, timeout)
        return answer(_list(page), 200 if enough else 408)

    @routes.get("/events/<int:event_id>")
    def event(event_id: int) -> Response:
        return answer(account_of(emulator).event(event_id))

    @routes.get("/fixes")
    def fixes() -> Response:
        account = account_of(emulator)
        asked = arguments(_LIST)
        limit = asked.pop("limit")
        del asked["offset"]
        return answer(fix_list(account, _query(account, asked)).to_document(limit))

    @routes.post("/explain")
    def explain() -> Response:
        account = account_of(emulator)
        version = arguments(_EXPLAIN)["version"]
        event = read_event(request.get_data(cache=False), version)
        return answer(outcome_document(account.explain(event)))

    return routes


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
