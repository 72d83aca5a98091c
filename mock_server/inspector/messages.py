"""Messages: the outbox of what would have been sent, and the stored messages of the account."""

from collections import Counter
from typing import Any

from flask import Response, request

from mock_server.emulator import Account, NotFoundError
from mock_server.emulator.resources.outbox import MAX_MESSAGES
from mock_server.inspector.mail import mail
from mock_server.inspector.pages import PAGE_SIZE, account_here, here, offset, part, render, ui
from mock_server.inspector.rows import (
    Names,
    cell_text,
    event_link,
    list_of,
    message_row,
)
from mock_server.inspector.timeline import record_of
from mock_server.model import Document

_TABS = {"": "All", "unsent": "▲ not sent", "stored": "Stored"}
_FIRST_PROBLEMS = 8


@ui.get("/messages")
def _messages() -> str | Response:
    account = account_here()
    newest = _newest(account)
    return here().live.answer(
        newest,
        lambda: render("messages.html", "messages", **_list(account, newest)),
        lambda: part("message_list.html", **_list(account, newest)),
    )


@ui.get("/messages/<int:message_id>")
def _message(message_id: int) -> str:
    account = account_here()
    found = account.resources.outbox.message(message_id)
    row = message_row(found, Names(account))
    event = {} if row.event_id is None else record_of(account, row.event_id)
    missing = [each for each in list_of(found.get("missing")) if isinstance(each, dict)]
    return render(
        "message.html",
        "messages",
        message=row,
        event=event_link(found.get("eventId"), account),
        order=cell_text(event.get("externalOrderId")),
        missing=[
            (cell_text(each.get("expression")), cell_text(each.get("why"))) for each in missing
        ],
    )


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
    at = cell_text(newest.get("createdAt"))[-13:]
    return f"{newest.get('messageId', 0)}.{found.total}.{account.counts()['messages']}.{at}"


def _list(account: Account, newest: str) -> dict[str, Any]:
    """The part that renews itself (`newest`): tabs, and why messages were not sent."""
    asked, tab, problem = (request.args.get(name, "").strip() for name in ("q", "tab", "problem"))
    tab = tab if tab in _TABS else ""
    found = account.resources.outbox.messages(q=asked or None, limit=MAX_MESSAGES).items
    unsent = [each for each in found if each.get("problem")]
    stored = account.resources.messages.find(search=asked or None)
    problems = Counter(_cause(each) for each in unsent)
    of_tab = {"": found, "unsent": unsent, "stored": stored}
    shown = of_tab[tab]
    if problem and tab != "stored":
        shown = [each for each in unsent if _cause(each) == problem]
    names, shown_here = Names(account), shown[offset() : offset() + PAGE_SIZE]
    return {
        "rows": [] if tab == "stored" else [message_row(each, names) for each in shown_here],
        "stored": [_stored_row(each) for each in shown_here] if tab == "stored" else [],
        "total": len(shown),
        "asked": asked,
        "tab": tab,
        "tabs": [(key, name, len(of_tab[key])) for key, name in _TABS.items()],
        "problem": problem,
        "problems": problems.most_common(_FIRST_PROBLEMS),
        "newest": newest,
        "offset": offset(),
        "size": PAGE_SIZE,
    }


def _cause(message: Document) -> str:
    """Return why a message was not sent, without what differs from event to event."""
    return cell_text(message.get("problem")).partition(";")[0]


def _stored_row(message: Document) -> Document:
    """Return what the list says of a stored message, as text."""
    named = {name: cell_text(message.get(name)) for name in ("id", "channel", "name", "from")}
    told = (message.get(name) for name in ("subject", "title", "text"))
    translations = message.get("translations")
    languages = [*translations] if isinstance(translations, dict) else []
    about = next(filter(None, map(cell_text, told)), "")
    return {**named, "about": about, "languages": ", ".join(languages)}
