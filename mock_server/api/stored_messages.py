"""Stored messages of six channels, by one implementation: /messages/{channel} (SND-06)."""

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response, request
from marshmallow import Schema, fields

from mock_server.api.calls import Call, array, bare, part_of
from mock_server.api.contact_schemas import PageSchema
from mock_server.api.fields import SentText
from mock_server.api.http import WireError
from mock_server.api.responses import bare_text_answer, json_answer
from mock_server.documents.fields import Open, number, shape, text, texts
from mock_server.documents.messages import MESSAGE_CHANNELS
from mock_server.emulator.resources.stored_messages import shown_message
from mock_server.model import Document
from mock_server.routes import Routes, json, plain_text

ROUTES = Routes("/api/v1")

_UNKNOWN = plain_text("The message or translation does not exist.")
_CHANGED = {200: bare("What was done."), 404: _UNKNOWN}
# What was sent, and the codes of its translations.
_Stored = shape("StoredMessageAnswer", Open, id=number(), name=text(), languages=texts())
_QUERY = shape("MessagesQuery", PageSchema, search=SentText())()
_StoredId = shape("StoredId", id=number())
_ViewLink = shape("ViewLink", link=text())
_Workflow = shape("WorkflowAnswer", Open, id=number(), name=text())


def _channel() -> str:
    """The channel that the path of this request names."""
    return request.path.split("/")[4]


def _content(name: str, needed: Iterable[str]) -> Schema:
    """The schema of a message: the fields that must be filled; whatever else is sent is kept."""
    return Open.from_dict({each: fields.String(required=True) for each in needed}, name=name)()


def _body(call: Call) -> Document:
    body = call.body()
    if not body:
        needed = ", ".join(MESSAGE_CHANNELS[_channel()])
        raise WireError(400, "message_invalid", f"The body is empty. Send {needed}.")
    return body


def _find(call: Call) -> Response:
    """Stored messages of a channel."""
    asked = call.query()
    found = call.account.resources.messages.find(_channel(), asked.get("search"))
    return json_answer([shown_message(each) for each in part_of(found, asked)])


def _add(call: Call) -> Response:
    """Store a message."""
    account = call.account
    return json_answer({"id": account.resources.messages.add(_channel(), _body(call))["id"]})


def _read(call: Call, message_id: int) -> Response:
    """Read a stored message."""
    found = call.account.resources.messages.get(message_id, _channel())
    return json_answer(shown_message(found))


def _replace(call: Call, message_id: int) -> Response:
    """Change a stored message."""
    account = call.account
    account.resources.messages.replace(_channel(), message_id, _body(call))
    return bare_text_answer(f"Message with id='{message_id}' has been updated")


def _remove(call: Call, message_id: int) -> Response:
    """Delete a stored message."""
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
    """Delete a translation of a stored message."""
    call.account.resources.messages.remove_translation(_channel(), message_id, language)
    return bare_text_answer(
        f"Translation '{language}' of message with id='{message_id}' has been deleted"
    )


def _declare(channel: str, needed: tuple[str, ...]) -> None:
    """Declare the routes of one channel."""
    many = f"/messages/{channel}"
    one = f"{many}/<int:message_id>"
    translation = f"{one}/<language>"
    kind = channel.capitalize()
    content = _content(f"{kind}Message", needed)
    in_words = [each for each in needed if each not in ("name", "from")]
    translated = _content(f"{kind}Translation", in_words)
    ROUTES.add(f"GET {many}", json("The messages.", array(_Stored)), query=_QUERY)(_find)
    ROUTES.add(f"POST {many}", json("The id of the message.", _StoredId), body=content)(_add)
    ROUTES.add(f"GET {one}", {200: json("The message.", _Stored), 404: _UNKNOWN})(_read)
    ROUTES.add(f"PUT {one}", _CHANGED, body=content)(_replace)
    ROUTES.add(f"DELETE {one}", _CHANGED)(_remove)
    ROUTES.add(f"PUT {translation}", _CHANGED, body=translated)(_translate)
    ROUTES.add(f"DELETE {translation}", _CHANGED)(_remove_translation)


for _each, _needed in MESSAGE_CHANNELS.items():
    _declare(_each, _needed)


@ROUTES.add(
    "GET /messages/email/<int:message_id>/viewLink",
    {200: json("The link.", _ViewLink), 404: _UNKNOWN},
)
def view_link(call: Call, message_id: int) -> Response:
    """A link that shows an e-mail: to a page of the emulator."""
    account = call.account
    account.resources.messages.get(message_id, "email")
    page = f"_mock/ui/a/{quote(account.name, safe='')}/stored-messages/{message_id}"
    return json_answer({"link": f"{request.host_url}{page}"})


@ROUTES.add(
    "GET /workflows",
    json("The workflows.", array(_Workflow)),
    query=shape("WorkflowsQuery", PageSchema, name=SentText())(),
)
def workflows(call: Call) -> Response:
    """Workflows: those of [messages](messages.md#workflows-and-the-outbox)."""
    asked = call.query()
    wanted = (asked.get("name") or "").casefold()
    found = [
        {"id": each["id"], "name": each.get("name") or f"{each['eventTypeKey']} {each['channel']}"}
        for each in call.account.resources.outbox.workflows()
    ]
    named = [each for each in found if wanted in str(each["name"]).casefold()]
    return json_answer(part_of(named, asked))
