"""The list of unsubscribed e-mail addresses: /emails/unsubscribed."""

from __future__ import annotations

from flask import Response

from mock_server.api.calls import INVALID, Call
from mock_server.api.contact_schemas import EmailsSchema
from mock_server.api.http import empty_answer
from mock_server.routes import Answer, Routes

ROUTES = Routes("/api/v1/emails/unsubscribed")

_EMAILS = EmailsSchema()
_ANSWERS = {200: Answer("Done; the body is empty."), 400: INVALID}


@ROUTES.add(
    "POST /add", summary="Add to the unsubscribed addresses", answers=_ANSWERS, body=_EMAILS
)
def add(call: Call) -> Response:
    """Add addresses to the list."""
    call.account.resources.unsubscribed.add(call.read(call.body())["emails"])
    return empty_answer()


@ROUTES.add(
    "POST /delete", summary="Remove from the unsubscribed addresses", answers=_ANSWERS, body=_EMAILS
)
def delete(call: Call) -> Response:
    """Remove addresses from the list."""
    call.account.resources.unsubscribed.remove(call.read(call.body())["emails"])
    return empty_answer()
