"""POST and DELETE /past_events: events of the past (PST)."""

from datetime import datetime, tzinfo
from typing import Any

from flask import Response, request
from marshmallow import fields

from mock_server import jsonio
from mock_server.api.calls import Call, batch_of, json_object, tell
from mock_server.api.http import WireError, account_of_event
from mock_server.api.responses import empty_answer, json_answer
from mock_server.documents.fields import many, number, shape, text
from mock_server.documents.sent import PastEvents, Period
from mock_server.emulator import EventRequest
from mock_server.model import WIRE_VERSIONS, Document
from mock_server.routes import Answer, Routes, json, plain_text
from mock_server.rules.event.past_events import MAX_EVENTS, PastResult, read_moment
from mock_server.rules.order.batches import EVENTS, note_beside
from mock_server.rules.trace import Trace

ROUTES = Routes("/api")

_Result = shape("PastEventResult", status=text(), message=fields.String())
_Added = shape("AddedPastEvents", results=many(_Result), successCount=number(), errorCount=number())


@ROUTES.add(
    "POST /v1/past_events /v2/past_events /v3/past_events",
    json("The result of each event.", _Added),
    details=f"Up to {MAX_EVENTS:,} of them.",
    body=PastEvents(),
)
def add(call: Call) -> Response:
    """Add past events: in the version of the API that the path names."""
    version = next(each for each in WIRE_VERSIONS if f"/{each}/" in request.path)
    account = account_of_event(request.environ, call.emulator)
    imports, trace = account.resources.past_events, Trace()
    body, events = batch_of(account, EVENTS, MAX_EVENTS, imports.fix_body)  # PST-01
    note_beside(body, EVENTS, trace)
    results = imports.add([EventRequest(each, version, len(jsonio.dumps(each))) for each in events])
    tell(account, trace)
    accepted = sum(each.status == "ACCEPTED" for each in results)
    explained = account.settings.explain_headers
    return json_answer(
        {
            "results": [_shown(each, explained) for each in results],
            "successCount": accepted,
            "errorCount": len(results) - accepted,
        }
    )


@ROUTES.add(
    "DELETE /v1/past_events",
    {
        200: Answer("Deleted; the body is empty."),
        403: plain_text("Deleting events is switched off in this account, or the host is refused."),
    },
    body=Period(),
)
def delete(call: Call) -> Response:
    """Delete the events of a period. 403 until the setting `allow_delete_events` is on."""
    account = account_of_event(request.environ, call.emulator)
    first, last = _period(json_object(account), account.zone)
    account.resources.past_events.delete(first, last)
    return empty_answer()


def _shown(result: PastResult, explained: bool) -> Document:
    if explained and result.message:
        return {"status": result.status, "message": result.message}
    return {"status": result.status}


def _period(body: dict[str, Any], zone: tzinfo) -> tuple[datetime, datetime]:
    """PST-06: the first and the last instant of the period."""
    moments, faults = {}, []
    for name in ("from", "to"):
        moments[name] = read_moment(body.get(name), zone)
        if moments[name].problem:
            problem = moments[name].problem if name in body else "is missing"
            faults.append(f"{name} {problem}")
    first, last = moments["from"].first, moments["to"].last
    if first is None or last is None:
        text = f"{'; '.join(faults)}. Send from and to as YYYY-MM-DDTHH:mm."
        raise WireError(400, "body_invalid", text)
    if first > last:
        text = f"from {body['from']} is later than to {body['to']}. Send the earlier one as from."
        raise WireError(400, "body_invalid", text)
    return first, last
