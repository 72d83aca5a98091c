"""Messages: the outbox of what events would have sent, and the preview of a template."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, Response, request

from mock_server.emulator import Account, Emulator, EventQuery, InvalidError, NotFoundError
from mock_server.emulator.examples import shipped_fixtures
from mock_server.inspector.addresses import with_query
from mock_server.inspector.live import Shared
from mock_server.inspector.pages import PAGE_SIZE, account_of, offset, part, render
from mock_server.inspector.rows import Names, list_of, text_of
from mock_server.model import Document

# What a customer's mail may do here: look like something, and load and run nothing.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'; form-action"
    " 'none'; base-uri 'none'"
)
# Elements that load, lead elsewhere or run; as unknown ones they are but their content.
_LOADING = re.compile(
    r"<(/?)(base|embed|frame|frameset|iframe|link|meta|object|portal|script)(?![\w-])",
    re.IGNORECASE,
)
_EXAMPLES = {"order-confirmation.html": "Order confirmation", "abandoned-cart.txt": "Cart"}
_CHOICES = 20


@dataclass(frozen=True)
class MessageRow:
    """A message in the list. `problem` is why nobody would have got it."""

    number: int
    recipient: str
    channel: str
    beginning: str
    problem: str
    missing: int
    event_id: int | None
    type: str
    who: str
    at: str


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
    subject: str
    text: str
    is_html: bool
    missing: list[tuple[str, str]]


@dataclass(frozen=True)
class PreviewPage:
    """A template and what it makes of an event; `shown` says that it was filled."""

    template: str
    json: str
    event_id: str
    events: list[tuple[int, str]]
    examples: dict[str, str]
    shown: bool
    text: str
    is_html: bool
    missing: list[tuple[str, str]]
    errors: list[str]
    problem: str


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""
    shared = Shared()

    @pages.get("/messages")
    def messages() -> str | Response:
        account = account_of(emulator)
        newest = _newest(account)
        shown = request.args.get("newest")
        if shown is None:
            workflows = [_workflow(each) for each in account.resources.outbox.workflows()]
            held = vars(_list(account, newest))
            return render("messages.html", "messages", MessagesPage(**held, workflows=workflows))
        if shown == newest:
            return Response(status=204)
        return shared.get(
            (account.name, with_query(newest=None)),
            lambda: part("message_list.html", _list(account, newest)),
        )

    @pages.get("/messages/<int:message_id>")
    def message(message_id: int) -> str:
        account = account_of(emulator)
        found = account.resources.outbox.message(message_id)
        text = text_of(found.get("text"))
        page = MessagePage(
            message=_row(found, Names(account)),
            subject=text_of(found.get("subject")),
            text=text,
            is_html=_is_html(text),
            missing=_missing(found),
        )
        return render("message.html", "messages", page)

    @pages.get("/messages/<int:message_id>/mail")
    def mail(message_id: int) -> Response:
        found = account_of(emulator).resources.outbox.message(message_id)
        return _mail(text_of(found.get("text")))

    @pages.get("/preview")
    def preview_form() -> str:
        name = request.args.get("example", "")
        template = ""
        if name in _EXAMPLES:
            template = (shipped_fixtures() / "examples" / name).read_text("utf-8")
        return _preview(account_of(emulator), template, "", request.args.get("event", ""))

    @pages.post("/preview")
    def preview() -> str:
        account = account_of(emulator)
        asked = (request.form.get(name, "") for name in ("template", "json", "event"))
        template, json, event_id = (each.replace("\r\n", "\n") for each in asked)
        return _preview(account, template, json, event_id, is_filled=True)

    @pages.post("/preview/mail")
    def preview_mail() -> Response:
        account = account_of(emulator)
        event = _event_id(account, request.form.get("event", ""))
        json = request.form.get("json") or None
        return _mail(account.preview(request.form.get("template", ""), event, json).text)


def _newest(account: Account) -> str:
    found = account.resources.outbox.messages(limit=1)
    newest = found.items[0] if found.items else {}
    return f"{newest.get('messageId', 0)}.{found.total}.{text_of(newest.get('createdAt'))[-13:]}"


def _list(account: Account, newest: str) -> MessageList:
    asked = request.args.get("q", "").strip()
    found = account.resources.outbox.messages(q=asked or None, limit=PAGE_SIZE, offset=offset())
    names = Names(account)
    return MessageList(
        rows=[_row(each, names) for each in found.items],
        total=found.total,
        asked=asked,
        newest=newest,
        offset=offset(),
        size=PAGE_SIZE,
    )


def _row(message: Document, names: Names) -> MessageRow:
    event_id = message.get("eventId")
    text = text_of(message.get("text"))
    beginning = text_of(message.get("subject")) or " ".join(text.split())
    return MessageRow(
        number=message.get("messageId") or 0,
        recipient=text_of(message.get("recipient")),
        channel=text_of(message.get("channel")),
        beginning=beginning[:200],
        problem=text_of(message.get("problem")),
        missing=len(list_of(message.get("missing"))),
        event_id=event_id if isinstance(event_id, int) else None,
        type=text_of(message.get("eventTypeKey")),
        who=names.of(message.get("contactId")),
        at=text_of(message.get("createdAt")),
    )


def _workflow(workflow: Document) -> WorkflowRow:
    return WorkflowRow(
        number=workflow.get("id") or 0,
        type=text_of(workflow.get("eventTypeKey")),
        channel=text_of(workflow.get("channel")),
        recipient=text_of(workflow.get("recipient")),
        subject=text_of(workflow.get("subject")),
    )


def _missing(message: Document) -> list[tuple[str, str]]:
    found = [each for each in list_of(message.get("missing")) if isinstance(each, dict)]
    return [(text_of(each.get("expression")), text_of(each.get("why"))) for each in found]


def _is_html(text: str) -> bool:
    return text.lstrip()[:1] == "<"


def _mail(text: str) -> Response:
    """A message as a browser shows it: in a frame without scripts, and nothing is loaded.

    The policy alone is not enough: a browser connects ahead of what it is then not to load.
    """
    harmless = _LOADING.sub(r"<\1x-\2", text)
    answer = Response(harmless, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = _MAIL_POLICY
    answer.headers["X-DNS-Prefetch-Control"] = "off"
    return answer


def _event_id(account: Account, text: str) -> int:
    """The event to preview with. Raises `InvalidError` or `NotFoundError`."""
    if not text.isdecimal() or len(text) > 11:
        raise InvalidError("Choose an event by its number.")
    if not account.holds_id(int(text)):
        raise NotFoundError(f"There is no event {text}.")
    return int(text)


def _preview(
    account: Account, template: str, json: str, event_id: str, *, is_filled: bool = False
) -> str:
    newest = account.records(EventQuery(limit=_CHOICES)).items
    events = [(each["eventId"], text_of(each.get("eventTypeKey"))) for each in newest]
    if not event_id and events:
        event_id = str(events[0][0])
    text, missing, errors, problem = "", [], [], ""
    if is_filled:
        try:
            made = account.preview(template, _event_id(account, event_id), json or None)
            text, errors = made.text, list(made.errors)
            missing = [(each.expression, each.why) for each in made.missing]
        except (InvalidError, NotFoundError) as error:
            problem = str(error)
    page = PreviewPage(
        template=template,
        json=json,
        event_id=event_id,
        events=events,
        examples=_EXAMPLES,
        shown=is_filled and not problem,
        text=text,
        is_html=_is_html(text),
        missing=missing,
        errors=errors,
        problem=problem,
    )
    return render("preview.html", "preview", page)
