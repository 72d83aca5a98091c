"""Messages: the outbox of what events would have sent, and the preview of a template."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

from mock_server.emulator import Account, NotFoundError
from mock_server.inspector.mail import mail
from mock_server.inspector.pages import PAGE_SIZE, account_here, here, offset, part, render, ui
from mock_server.inspector.rows import (
    EventLink,
    MessageRow,
    Names,
    cell_text,
    event_link,
    list_of,
    message_row,
)
from mock_server.inspector.timeline import record_of
from mock_server.model import Document


@dataclass(frozen=True)
class WorkflowRow:
    """A workflow: what starts it and where its message goes."""

    number: int
    type: str
    channel: str
    recipient: str
    subject: str


@dataclass(frozen=True)
class MessageList:
    """The part that is renewed by itself; `newest` changes with whatever it shows."""

    rows: list[MessageRow]
    total: int
    asked: str
    newest: str
    offset: int
    size: int


@dataclass(frozen=True)
class MessagesPage(MessageList):
    """The list, and the workflows that fill it."""

    workflows: list[WorkflowRow]


@dataclass(frozen=True)
class MessagePage:
    """One message, with each expression that gave nothing and why."""

    message: MessageRow
    event: EventLink | None
    order: str
    missing: list[tuple[str, str]]


@ui.get("/messages")
def _messages() -> str | Response:
    account = account_here()
    newest = _newest(account)

    def whole() -> str:
        workflows = [_workflow(each) for each in account.resources.outbox.workflows()]
        held = vars(_list(account, newest))
        return render("messages.html", "messages", MessagesPage(**held, workflows=workflows))

    return here().live.answer(
        newest, whole, lambda: part("message_list.html", _list(account, newest))
    )


@ui.get("/messages/<int:message_id>")
def _message(message_id: int) -> str:
    account = account_here()
    found = account.resources.outbox.message(message_id)
    row = message_row(found, Names(account))
    event = {} if row.event_id is None else record_of(account, row.event_id)
    page = MessagePage(
        message=row,
        order=cell_text(event.get("externalOrderId")),
        event=event_link(found.get("eventId"), account),
        missing=_missing(found),
    )
    return render("message.html", "messages", page)


@ui.get("/stored-messages/<int:message_id>")
def _stored(message_id: int) -> Response:
    found = account_here().resources.messages.find_one(message_id)
    if found is None:
        raise NotFoundError(f"There is no stored message {message_id}.")
    return mail(cell_text(found.get("htmlText") or found.get("text")))


@ui.get("/messages/<int:message_id>/mail")
def _mail_of(message_id: int) -> Response:
    found = account_here().resources.outbox.message(message_id)
    return mail(cell_text(found.get("text")))


def _newest(account: Account) -> str:
    found = account.resources.outbox.messages(limit=1)
    newest = found.items[0] if found.items else {}
    return f"{newest.get('messageId', 0)}.{found.total}.{cell_text(newest.get('createdAt'))[-13:]}"


def _list(account: Account, newest: str) -> MessageList:
    asked = request.args.get("q", "").strip()
    found = account.resources.outbox.messages(q=asked or None, limit=PAGE_SIZE, offset=offset())
    names = Names(account)
    return MessageList(
        rows=[message_row(each, names) for each in found.items],
        total=found.total,
        asked=asked,
        newest=newest,
        offset=offset(),
        size=PAGE_SIZE,
    )


def _workflow(workflow: Document) -> WorkflowRow:
    return WorkflowRow(
        number=workflow.get("id") or 0,
        type=cell_text(workflow.get("eventTypeKey")),
        channel=cell_text(workflow.get("channel")),
        recipient=cell_text(workflow.get("recipient")),
        subject=cell_text(workflow.get("subject")),
    )


def _missing(message: Document) -> list[tuple[str, str]]:
    found = [each for each in list_of(message.get("missing")) if isinstance(each, dict)]
    return [(cell_text(each.get("expression")), cell_text(each.get("why"))) for each in found]
