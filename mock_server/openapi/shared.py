"""The answers that many routes share: what stands in front of them gives these."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from mock_server.documents.fields import many, number
from mock_server.documents.fields import text as text_field
from mock_server.openapi.operation import Answer, json, text


class Error(Schema):
    """What is wrong, and the way out."""

    error = text_field()
    message = text_field()


class Unauthorized(Schema):
    """WIRE-02."""

    status = number()
    error = text_field()
    message = text_field()


def listed(plural: str, schema: type[Schema], **more: Any) -> Schema:
    """A page of a list: `total`, and the documents under their plural."""
    parts = {"total": number(), plural: many(schema), **more}
    name = f"{schema.__name__}List"
    page: type[Schema] = type(name, (Schema,), {**parts, "__doc__": "A page of a list."})
    return page()


Named = dict[int, tuple[str, Answer]]

SERVICE: Named = {
    401: ("Unauthorized", json("There is no API key, or one not let in.", Unauthorized())),
    403: ("Refused", text("The server does not answer to this host.")),
    413: ("TooLarge", text("The body is larger than the server takes.")),
    415: ("NotJson", text("Not application/json in UTF-8.")),
    429: ("TooMany", text("More than the rate limit; wait as `Retry-After` says.")),
    503: ("TakenBack", text("The fault that held this request up was taken back.")),
}
CONTROL: Named = {
    401: ("ControlUnauthorized", json("The control token is missing or wrong.", Error())),
    403: ("ControlRefused", json("Another host, or a page of another origin.", Error())),
    404: ("AccountUnknown", json("There is no such account.", Error())),
    413: ("ControlTooLarge", text("The body is larger than the server takes.")),
}
_OF_BODIES = (413, 415)


def answers_of(path: str, *, has_body: bool) -> dict[int, str]:
    """The names of the shared answers of a route, by status."""
    found = SERVICE if path.startswith("/api/") else CONTROL
    return {
        status: name for status, (name, _) in found.items() if has_body or status not in _OF_BODIES
    }
