"""The routes of events under `/api`: Generate event, past events, tokens."""

from __future__ import annotations

from marshmallow import fields, validate

from mock_server.documents.events import Outcome
from mock_server.documents.fields import Anything, Open
from mock_server.openapi import service_answers
from mock_server.openapi.operation import JSON, TEXT, Answer, Operation, json, text

_HEADERS = ("X-Mock-Event-Id", "X-Mock-Verdict", "X-Mock-Reasons", "X-Mock-Warnings")
INVALID = text("What is wrong with the request, and the way out.")


class EventParam(Open):
    """A parameter; its value may be any JSON value (API v1 documents text)."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    value = Anything()


class GenerateEvent(Open):
    """An event (ENV)."""

    eventTypeKey = fields.String(required=True, validate=validate.Length(min=1, max=100))
    keyValue = fields.String(validate=validate.Length(max=300))
    params = fields.List(fields.Nested(EventParam))


class GenerateEventV3(GenerateEvent):
    """An event of v3, whose params may also be an object of names and values (ENV-17)."""

    params = Anything()  # type: ignore[assignment]  # an array, as in the class above, or an object


_EVENT = GenerateEvent()


class PastEvent(GenerateEvent):
    """An event, and when it occurred (PST)."""

    occurred = fields.String(required=True)


class PastEvents(Open):
    """Past events, which the service takes over (PST-01)."""

    events = fields.List(fields.Nested(PastEvent), required=True)


class Period(Open):
    """The first and the last minute of a period, as YYYY-MM-DDTHH:mm (PST-06)."""

    start = fields.String(required=True, data_key="from")
    end = fields.String(required=True, data_key="to")


def _event(version: str, body: GenerateEvent = _EVENT) -> Operation:
    return Operation(
        f"Generate event ({version})",
        {
            200: Answer("Accepted; the body is empty, and the headers explain.", {}, _HEADERS),
            400: Answer("Rejected.", {TEXT: None}, _HEADERS),
            413: Answer("Larger than 20 KB.", {TEXT: None}, _HEADERS),
            422: Answer("Ignored, and strict.", {JSON: Outcome()}, _HEADERS),
        },
        body=body,
    )


_ADD_PAST = Operation(
    "Add past events",
    {200: json("What became of each.", service_answers.AddedPastEvents()), 400: INVALID},
    body=PastEvents(),
)
_DELETE_PAST = Operation(
    "Delete the events of a period",
    {
        200: Answer("Deleted; the body is empty."),
        400: INVALID,
        403: text("Deleting events is switched off in this account, or the host is refused."),
    },
    body=Period(),
)

ROUTES: dict[str, Operation] = {
    "POST /api/v1/event": _event("v1"),
    "POST /api/v2/event": _event("v2"),
    "POST /api/v3/event": _event("v3", GenerateEventV3()),
    "POST /api/v1/past_events": _ADD_PAST,
    "POST /api/v2/past_events": _ADD_PAST,
    "POST /api/v3/past_events": _ADD_PAST,
    "DELETE /api/v1/past_events": _DELETE_PAST,
    "POST /api/v1/auth/token": Operation(
        "A bearer token for the event methods", {200: json("The token.", {"type": "string"})}
    ),
}
