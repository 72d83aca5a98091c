"""The whole of it: health, counts, journal, seed, reset, export and import."""

from __future__ import annotations

from flask import Blueprint, Response, request
from marshmallow import fields

from mock_server.control.http import (
    PageArguments,
    account_of,
    answer,
    arguments,
    body,
    called_account,
)
from mock_server.emulator import Emulator
from mock_server.emulator.schemas import StrictSchema


class ResetSchema(StrictSchema):
    """What a reset keeps."""

    keep = fields.List(fields.String(), load_default=list)


class RequestArguments(PageArguments):
    """Which part of the journal: all of it, or only what was refused."""

    refused = fields.Boolean(load_default=None)


_RESET = ResetSchema()
_REQUESTS = RequestArguments()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_state", __name__, url_prefix="/_mock")

    @routes.get("/health")
    @routes.get("/livez")
    @routes.get("/readyz")
    def health() -> Response:
        return answer(emulator.health())

    @routes.get("/summary")
    def summary() -> Response:
        return answer(account_of(emulator).summary())

    @routes.get("/requests")
    def requests() -> Response:
        return answer(account_of(emulator).journal.page(**arguments(_REQUESTS)))

    @routes.delete("/requests")
    def forget_requests() -> Response:
        account_of(emulator).journal.clear()
        return answer({"status": "ok"})

    @routes.post("/seed")
    def seed() -> Response:
        return answer(account_of(emulator).seed(body()))

    @routes.post("/reset")
    def reset() -> Response:
        asked = _RESET.read(body() if request.content_length else {}, "Reset")
        account_of(emulator).reset(asked["keep"])
        return answer({"status": "ok"})

    def _one_account() -> str | None:
        """The account a call names; without a name it is about all of them."""
        return None if called_account() is None else account_of(emulator).name

    @routes.get("/state")
    def export_state() -> Response:
        return answer(emulator.export_state(_one_account()))

    @routes.put("/state")
    def import_state() -> Response:
        emulator.import_state(body(), _one_account())
        return answer({"status": "ok"})

    return routes
