"""Messages: previewed, the workflows that make them, and the outbox that keeps them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from mock_server import jsonio
from mock_server.control.answers import DONE, OK, listed
from mock_server.control.http import Call, PageArguments
from mock_server.documents.fields import Open, one_of, text
from mock_server.documents.messages import (
    MESSAGE_CHANNELS,
    SOURCES,
    Message,
    OutboxMessage,
    StoredMessage,
    Workflow,
)
from mock_server.emulator import Account, Page
from mock_server.emulator.event_bodies import read_event
from mock_server.emulator.messages import PreviewSchema, read_preview
from mock_server.emulator.resources.stored_messages import checked_message
from mock_server.emulator.schemas import StrictSchema, WorkflowSchema
from mock_server.model import Document
from mock_server.routes import Routes, json

ROUTES = Routes("/_mock")


class OutboxArguments(PageArguments):
    """The filters of the outbox."""

    recipient = fields.String()
    event = fields.Integer()
    source = fields.String(validate=validate.OneOf(SOURCES))
    type = fields.String()
    contact = fields.String()
    q = fields.String()


class OutboxWaitArguments(OutboxArguments):
    """The filters, how many messages to wait for, and for how many seconds at most."""

    count = fields.Integer(load_default=1, validate=validate.Range(min=1, max=10_000))
    timeout = fields.Float(load_default=5.0, validate=validate.Range(min=0, max=60))


class StatusSchema(StrictSchema):
    """What became of a message."""

    status = fields.String(required=True)


class NewMessageSchema(Open):
    """A message to store; whatever else is sent is kept."""

    channel = one_of(*MESSAGE_CHANNELS)
    name = text()


_OUTBOX = listed("messages", OutboxMessage)


@ROUTES.add(
    "POST /messages/preview",
    summary="Preview a message",
    details="The [message](messages.md) that a template makes of an event; nothing is changed.",
    answers={200: json("The text.", Message)},
    body=PreviewSchema(),
)
def preview(call: Call) -> Document:
    """Preview the message that a template makes of an event."""
    account = call.account
    asked = read_preview(call.body())
    event = asked.get("eventId")
    if event is None:
        event = read_event(jsonio.dumps(asked["event"]), "v2")
    return account.preview(asked["template"], event, asked.get("json")).to_document()


@ROUTES.add(
    "GET /workflows",
    summary="List the workflows",
    details="What [an event sends](messages.md#workflows-and-the-outbox).",
    answers={200: json("The workflows.", listed("workflows", Workflow))},
)
def workflows(call: Call) -> Document:
    """List the workflows."""
    found = call.account.resources.outbox.workflows()
    return {"total": len(found), "workflows": found}


@ROUTES.add(
    "POST /workflows",
    summary="Add a workflow",
    answers={201: json("The workflow as it was taken.", Workflow)},
    body=WorkflowSchema(),
)
def add_workflow(call: Call) -> Document:
    """Add a workflow to an event type."""
    return call.account.resources.outbox.add_workflow(call.body())


@ROUTES.add("DELETE /workflows", summary="Remove all workflows", answers=DONE)
def remove_workflows(call: Call) -> Document:
    """Remove all workflows."""
    call.account.resources.outbox.remove_workflow()
    return OK


@ROUTES.add(
    "GET /workflows/<int:workflow_id>",
    summary="Read one workflow",
    answers={200: json("The workflow.", Workflow)},
)
def workflow(call: Call, workflow_id: int) -> Document:
    """Read one workflow."""
    return call.account.resources.outbox.workflow(workflow_id)


@ROUTES.add("DELETE /workflows/<int:workflow_id>", summary="Remove a workflow", answers=DONE)
def remove_workflow(call: Call, workflow_id: int) -> Document:
    """Remove a workflow."""
    call.account.resources.outbox.remove_workflow(workflow_id)
    return OK


@ROUTES.add(
    "GET /outbox",
    summary="List the outbox, newest first",
    details="The messages that workflows and calls would have sent.",
    answers={200: json("The messages that match.", _OUTBOX)},
    query=OutboxArguments(),
)
def outbox(call: Call) -> Document:
    """List the messages of the outbox that match."""
    account = call.account
    return _list(account.resources.outbox.messages(**_filters(account, call.query)))


@ROUTES.add(
    "GET /outbox/wait",
    summary="Wait for messages",
    details="Answers as soon as `count` (1) messages match, or 408 after `timeout` (5, at most 60)"
    " seconds with those that did.",
    answers={
        200: json("At least `count` messages match.", _OUTBOX),
        408: json("The messages that matched in time.", _OUTBOX),
    },
    query=OutboxWaitArguments(),
)
def wait(call: Call) -> tuple[Document, int]:
    """Wait for messages."""
    account = call.account
    count, timeout = call.query.pop("count"), call.query.pop("timeout")
    enough, page = account.wait_for_messages(count, timeout, **_filters(account, call.query))
    return _list(page), 200 if enough else 408


@ROUTES.add(
    "GET /outbox/<int:message_id>",
    summary="Read one message of the outbox",
    answers={200: json("The message.", OutboxMessage)},
)
def outbox_message(call: Call, message_id: int) -> Document:
    """Read one message of the outbox."""
    return call.account.resources.outbox.message(message_id)


@ROUTES.add(
    "PUT /outbox/<int:message_id>",
    summary="Set the status of a message",
    details="One that a message of its channel can have, such as `READ` (SND-04).",
    answers={200: json("The message as it is now.", OutboxMessage)},
    body=StatusSchema(),
)
def set_status(call: Call, message_id: int) -> Document:
    """Set the status of a message of the outbox."""
    status = StatusSchema().read(call.body(), "Status")["status"]
    return call.account.resources.sending.set_status(message_id, status)


@ROUTES.add(
    "GET /messages",
    summary="List the stored messages",
    details="Of all channels, with their translations (SND-06).",
    answers={200: json("The messages.", listed("messages", StoredMessage))},
)
def stored_messages(call: Call) -> Document:
    """List the stored messages."""
    found = call.account.resources.messages.find()
    return {"total": len(found), "messages": found}


@ROUTES.add(
    "POST /messages",
    summary="Store a message",
    details="`channel`, and the fields that a message of this channel has (SND-06).",
    answers={201: json("The message, with its `id`.", StoredMessage)},
    body=NewMessageSchema(),
)
def add_stored_message(call: Call) -> Document:
    """Store a message."""
    message = checked_message(call.body(), "Message")
    return call.account.resources.messages.add(message.pop("channel"), message)


@ROUTES.add("DELETE /outbox", summary="Empty the outbox", answers=DONE)
def clear_outbox(call: Call) -> Document:
    """Empty the outbox."""
    call.account.resources.outbox.clear()
    return OK


def _filters(account: Account, asked: dict[str, Any]) -> dict[str, Any]:
    if "contact" in asked:
        asked["contact"] = account.contact_id_of(asked["contact"])
    return asked


def _list(page: Page) -> Document:
    return {"total": page.total, "messages": page.items}
