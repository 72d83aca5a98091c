"""Messages: previewed, workflows that make them, and the outbox they end in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from marshmallow import fields, validate

from mock_server import jsonio
from mock_server.control.http import PageArguments, account_of, answer, arguments, body
from mock_server.emulator import Account, Emulator, Page
from mock_server.emulator.event_bodies import read_event
from mock_server.emulator.messages import read_preview
from mock_server.model import Document


class OutboxArguments(PageArguments):
    """The filters of the outbox."""

    recipient = fields.String()
    event = fields.Integer()
    type = fields.String()
    contact = fields.String()
    q = fields.String()


class OutboxWaitArguments(OutboxArguments):
    """The filters, and how many to wait for, and how long (in seconds)."""

    count = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))
    timeout = fields.Float(load_default=5.0, validate=validate.Range(min=0, max=60))


_LIST = OutboxArguments()
_WAIT = OutboxWaitArguments()


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_messages", __name__, url_prefix="/_mock")

    @routes.post("/messages/preview")
    def preview() -> Response:
        account = account_of(emulator)
        asked = read_preview(body())
        event = asked.get("eventId")
        if event is None:
            event = read_event(jsonio.dumps(asked["event"]), "v2")
        found = account.preview(asked["template"], event, asked.get("json"))
        return answer(found.to_document())

    @routes.get("/workflows")
    def workflows() -> Response:
        found = account_of(emulator).resources.outbox.workflows()
        return answer({"total": len(found), "workflows": found})

    @routes.post("/workflows")
    def add_workflow() -> Response:
        return answer(account_of(emulator).resources.outbox.add_workflow(body()), 201)

    @routes.delete("/workflows")
    def remove_workflows() -> Response:
        account_of(emulator).resources.outbox.remove_workflow()
        return answer({"status": "ok"})

    @routes.get("/workflows/<int:workflow_id>")
    def workflow(workflow_id: int) -> Response:
        return answer(account_of(emulator).resources.outbox.workflow(workflow_id))

    @routes.delete("/workflows/<int:workflow_id>")
    def remove_workflow(workflow_id: int) -> Response:
        account_of(emulator).resources.outbox.remove_workflow(workflow_id)
        return answer({"status": "ok"})

    @routes.get("/outbox")
    def outbox() -> Response:
        account = account_of(emulator)
        filters = _filters(account, arguments(_LIST))
        return answer(_list(account.resources.outbox.messages(**filters)))

    @routes.get("/outbox/wait")
    def wait() -> Response:
        account = account_of(emulator)
        asked = arguments(_WAIT)
        count, timeout = asked.pop("count"), asked.pop("timeout")
        filters = _filters(account, asked)
        enough, page = account.wait_for_messages(count, timeout, **filters)
        return answer(_list(page), 200 if enough else 408)

    @routes.delete("/outbox")
    def clear_outbox() -> Response:
        account_of(emulator).resources.outbox.clear()
        return answer({"status": "ok"})

    return routes


def _filters(account: Account, asked: dict[str, Any]) -> dict[str, Any]:
    if "contact" in asked:
        asked["contact"] = account.contact_id_of(asked["contact"])
    return asked


def _list(page: Page) -> Document:
    return {"total": page.total, "messages": page.items}
