"""Messages: previewed, the workflows that make them, and the outbox that keeps them."""

from typing import Any

from marshmallow import fields, validate

from mock_server import jsonio
from mock_server.control.answers import DONE, OK, in_whole, listed
from mock_server.control.http import Call, PageArguments, waiting
from mock_server.documents.fields import Open, one_of, shape, text
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


_OUTBOX = listed("messages", OutboxMessage)
_STATUS = shape("StatusSchema", StrictSchema, status=fields.String(required=True))()
_OutboxArguments = shape(
    "OutboxArguments",
    PageArguments,
    recipient=fields.String(),
    event=fields.Integer(),
    source=fields.String(validate=validate.OneOf(SOURCES)),
    type=fields.String(),
    contact=fields.String(),
    q=fields.String(),
)


@ROUTES.add("POST /messages/preview", json("The text.", Message), body=PreviewSchema())
def preview(call: Call) -> Document:
    """Preview a message.

    The [message](messages.md) that a template makes of an event; nothing is changed.
    """
    account = call.account
    asked = read_preview(call.body())
    event = asked.get("eventId")
    if event is None:
        event = read_event(jsonio.dumps(asked["event"]), "v2")
    return account.preview(asked["template"], event, asked.get("json")).to_document()


@ROUTES.add("GET /workflows", json("The workflows.", listed("workflows", Workflow)))
def workflows(call: Call) -> Document:
    """List the workflows. What [an event sends](messages.md#workflows-and-the-outbox)."""
    return in_whole("workflows", call.account.resources.outbox.workflows())


@ROUTES.add(
    "POST /workflows", {201: json("The workflow as it was taken.", Workflow)}, body=WorkflowSchema()
)
def add_workflow(call: Call) -> Document:
    """Add a workflow."""
    return call.account.resources.outbox.add_workflow(call.body())


@ROUTES.add("DELETE /workflows", DONE)
def remove_workflows(call: Call) -> Document:
    """Remove all workflows."""
    call.account.resources.outbox.remove_workflow()
    return OK


@ROUTES.add("GET /workflows/<int:workflow_id>", json("The workflow.", Workflow))
def workflow(call: Call, workflow_id: int) -> Document:
    """Read one workflow."""
    return call.account.resources.outbox.workflow(workflow_id)


@ROUTES.add(
    "PUT /workflows/<int:workflow_id>",
    json("The workflow as it was taken.", Workflow),
    body=WorkflowSchema(),
)
def replace_workflow(call: Call, workflow_id: int) -> Document:
    """Replace a workflow. With `enabled` false no event starts it."""
    return call.account.resources.outbox.add_workflow(call.body(), workflow_id)


@ROUTES.add("DELETE /workflows/<int:workflow_id>", DONE)
def remove_workflow(call: Call, workflow_id: int) -> Document:
    """Remove a workflow."""
    call.account.resources.outbox.remove_workflow(workflow_id)
    return OK


@ROUTES.add("GET /outbox", json("The messages that match.", _OUTBOX), query=_OutboxArguments())
def outbox(call: Call) -> Document:
    """List the outbox, newest first: the messages that workflows and calls would have sent."""
    account = call.account
    return _list(account.resources.outbox.messages(**_filters(account, call.query)))


@ROUTES.add(
    "GET /outbox/wait",
    {
        200: json("At least `count` messages match.", _OUTBOX),
        408: json("The messages that matched in time.", _OUTBOX),
    },
    details="Answers as soon as `count` (1) messages match, or 408 after `timeout` (5, at most 60)"
    " seconds with those that did.",
    query=waiting(_OutboxArguments, 10_000)(),
)
def wait(call: Call) -> tuple[Document, int]:
    """Wait for messages."""
    account = call.account
    count, timeout = call.query.pop("count"), call.query.pop("timeout")
    enough, page = account.wait_for_messages(count, timeout, **_filters(account, call.query))
    return _list(page), 200 if enough else 408


@ROUTES.add("GET /outbox/<int:message_id>", json("The message.", OutboxMessage))
def outbox_message(call: Call, message_id: int) -> Document:
    """Read one message of the outbox."""
    return call.account.resources.outbox.message(message_id)


@ROUTES.add(
    "PUT /outbox/<int:message_id>", json("The message as it is now.", OutboxMessage), body=_STATUS
)
def set_status(call: Call, message_id: int) -> Document:
    """Set the status of a message.

    One that a message of its channel can have, such as `READ` (SND-04).
    """
    status = _STATUS.read(call.body(), "Status")["status"]  # type: ignore[attr-defined]  # it is a StrictSchema
    return call.account.resources.sending.set_status(message_id, status)


@ROUTES.add("GET /messages", json("The messages.", listed("messages", StoredMessage)))
def stored_messages(call: Call) -> Document:
    """List the stored messages: of all channels, with their translations (SND-06)."""
    return in_whole("messages", call.account.resources.messages.find())


@ROUTES.add(
    "POST /messages",
    {201: json("The message, with its `id`.", StoredMessage)},
    body=shape("NewMessageSchema", Open, channel=one_of(*MESSAGE_CHANNELS), name=text())(),
)
def add_stored_message(call: Call) -> Document:
    """Store a message: `channel`, and the fields that a message of this channel has (SND-06)."""
    message = checked_message(call.body(), "Message")
    return call.account.resources.messages.add(message.pop("channel"), message)


@ROUTES.add("DELETE /outbox", DONE)
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
