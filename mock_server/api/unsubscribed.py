"""The list of unsubscribed e-mail addresses: /emails/unsubscribed."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.api.access import account_of
from mock_server.api.bodies import json_object, load
from mock_server.api.contact_schemas import EmailsSchema
from mock_server.api.http import empty_answer
from mock_server.emulator import Emulator

_EMAILS = EmailsSchema()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("unsubscribed", __name__, url_prefix="/api/v1/emails/unsubscribed")

    @routes.post("/add")
    def add() -> Response:
        account = account_of(emulator)
        account.resources.unsubscribed.add(load(_EMAILS, json_object(account))["emails"])
        return empty_answer()

    @routes.post("/delete")
    def delete() -> Response:
        account = account_of(emulator)
        account.resources.unsubscribed.remove(load(_EMAILS, json_object(account))["emails"])
        return empty_answer()

    return routes
