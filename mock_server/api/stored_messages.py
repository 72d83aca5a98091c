"""Stored messages of six channels, by one implementation: /messages/{channel} (SND-06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Response, request
from marshmallow import Schema, fields

from mock_server.api.answers import array, bare
from mock_server.api.calls import INVALID, Call
from mock_server.api.contact_schemas import PageSchema
from mock_server.api.fields import SentText
from mock_server.api.http import WireError, bare_text_answer, json_answer
from mock_server.documents.fields import Open, number, text, texts
from mock_server.documents.messages import MESSAGE_CHANNELS
from mock_server.emulator.resources.stored_messages import shown_message
from mock_server.model import Document
from mock_server.routes import Routes, json, plain_text

ROUTES = Routes("/api/v1")


class MessagesQuery(PageSchema):
    """Which stored messages."""

    search = SentText()


class WorkflowsQuery(PageSchema):
    """Which workflows."""

    name = SentText()


class StoredMessageAnswer(Open):
    """A stored message: what was sent, and the codes of its translations."""

    id = number()
    name = text()
    languages = texts()


class StoredId(Schema):
    """The id of the message that was stored."""

    id = number()


class ViewLink(Schema):
    """A page that shows the e-mail."""

    link = text()


class WorkflowAnswer(Open):
    """A workflow."""

    id = number()
    name = text()


_UNKNOWN = plain_text("There is no such message or translation.")


def _channel() -> str:
    """The channel that the path of this request names."""
    return request.path.split("/")[4]


def _content(name: str, needed: tuple[str, ...]) -> Schema:
    """The schema of a message: the fields that must be filled; whatever else is sent is kept."""
    return Open.from_dict({each: fields.String(required=True) for each in needed}, name=name)()


def _body(call: Call) -> Document:
    body = call.body()
    if not body:
        needed = ", ".join(MESSAGE_CHANNELS[_channel()])
        raise WireError(400, "message_invalid", f"The body is empty. Send {needed}.")
    return body


def _find(call: Call) -> Response:
    """List the stored messages of a channel."""
    asked = call.query()
    found = call.account.resources.messages.find(_channel(), asked.get("search"))
    return json_answer([shown_message(each) for each in _part(found, asked)])


def _add(call: Call) -> Response:
    """Store a message."""
    account = call.account
    return json_answer({"id": account.resources.messages.add(_channel(), _body(call))["id"]})


def _read(call: Call, message_id: int) -> Response:
    """Read a stored message."""
    found = call.account.resources.messages.get(message_id, _channel())
    return json_answer(shown_message(found))


def _replace(call: Call, message_id: int) -> Response:
    """Put other content in place of a stored message's."""
    account = call.account
    account.resources.messages.replace(_channel(), message_id, _body(call))
    return bare_text_answer(f"Message with id='{message_id}' has been updated")


def _remove(call: Call, message_id: int) -> Response:
    """Remove a stored message."""
    call.account.resources.messages.remove(_channel(), message_id)
    return bare_text_answer(f"Message with id='{message_id}' has been deleted")


def _translate(call: Call, message_id: int, language: str) -> Response:
    """Put a translation of a stored message."""
    account = call.account
    account.resources.messages.translate(_channel(), message_id, language, _body(call))
    return bare_text_answer(
        f"Translation '{language}' of message with id='{message_id}' has been updated"
    )


def _remove_translation(call: Call, message_id: int, language: str) -> Response:
    """Remove a translation of a stored message."""
    call.account.resources.messages.remove_translation(_channel(), message_id, language)
    return bare_text_answer(
        f"Translation '{language}' of message with id='{message_id}' has been deleted"
    )


def _declare(channel: str, needed: tuple[str, ...]) -> None:
    """Declare the routes of one channel."""
    one = f"/messages/{channel}/<int:message_id>"
    translation = f"{one}/<language>"
    kind = channel.capitalize()
    content = _content(f"{kind}Message", needed)
    texts_only = _content(
        f"{kind}Translation", tuple(each for each in needed if each not in ("name", "from"))
    )
    changed: dict[str, Any] = {
        "answers": {200: bare("What was done."), 400: INVALID, 404: _UNKNOWN}
    }
    gone = {"answers": {200: bare("What was done."), 404: _UNKNOWN}}
    declared: tuple[tuple[str, str, Callable[..., Response], dict[str, Any]], ...] = (
        (
            f"GET /messages/{channel}",
            "Stored messages of a channel",
            _find,
            {
                "answers": {200: json("The messages.", array(StoredMessageAnswer)), 400: INVALID},
                "query": MessagesQuery(),
            },
        ),
        (
            f"POST /messages/{channel}",
            "Store a message",
            _add,
            {
                "answers": {200: json("The id of the message.", StoredId), 400: INVALID},
                "body": content,
            },
        ),
        (
            f"GET {one}",
            "Read a stored message",
            _read,
            {"answers": {200: json("The message.", StoredMessageAnswer), 404: _UNKNOWN}},
        ),
        (
            f"PUT {one}",
            "Change a stored message",
            _replace,
            {**changed, "body": content},
        ),
        (f"DELETE {one}", "Delete a stored message", _remove, gone),
        (
            f"PUT {translation}",
            "Put a translation of a stored message",
            _translate,
            {**changed, "body": texts_only},
        ),
        (
            f"DELETE {translation}",
            "Delete a translation of a stored message",
            _remove_translation,
            gone,
        ),
    )
    for name, summary, function, takes in declared:
        ROUTES.add(name, summary=summary, **takes)(function)


for _each, _needed in MESSAGE_CHANNELS.items():
    _declare(_each, _needed)


@ROUTES.add(
    "GET /messages/email/<int:message_id>/viewLink",
    summary="A link that shows an e-mail",
    details="To a page of the emulator.",
    answers={200: json("The link.", ViewLink), 404: _UNKNOWN},
)
def view_link(call: Call, message_id: int) -> Response:
    """Give a link to a page that shows a stored e-mail."""
    account = call.account
    account.resources.messages.get(message_id, "email")
    page = f"_mock/ui/a/{quote(account.name, safe='')}/stored-messages/{message_id}"
    return json_answer({"link": f"{request.host_url}{page}"})


@ROUTES.add(
    "GET /workflows",
    summary="Workflows",
    details="Those of [messages](messages.md#workflows-and-the-outbox).",
    answers={200: json("The workflows.", array(WorkflowAnswer)), 400: INVALID},
    query=WorkflowsQuery(),
)
def workflows(call: Call) -> Response:
    """List the workflows."""
    asked = call.query()
    wanted = (asked.get("name") or "").casefold()
    found = [
        {"id": each["id"], "name": each.get("name") or f"{each['eventTypeKey']} {each['channel']}"}
        for each in call.account.resources.outbox.workflows()
    ]
    named = [each for each in found if wanted in str(each["name"]).casefold()]
    return json_answer(_part(named, asked))


def _part(found: list[Document], asked: Document) -> list[Document]:
    first = asked["startindex"] - 1
    return found[first : first + asked["maxrows"]]
