"""Sending messages, what became of them, and who may send: /message, /interfaces (SND)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from marshmallow import Schema

from mock_server.api.answers import array
from mock_server.api.bodies import array_of
from mock_server.api.calls import INVALID, Call
from mock_server.api.http import WireError, as_list, json_answer, note_failures
from mock_server.api.sending_schemas import (
    EmailToSend,
    MessageStatus,
    SenderAnswer,
    SendResult,
    SendSchema,
    SmartSendSchema,
    SmsToSend,
    StatusQuery,
    ViberToSend,
)
from mock_server.emulator import Account
from mock_server.emulator.resources.sending import MAX_RECIPIENTS, Recipient
from mock_server.model import Document
from mock_server.routes import Routes, json, plain_text
from mock_server.rules.message.sending import Content
from mock_server.rules.values import json_type

ROUTES = Routes("/api/v1")
_MAX_IDS = 1_000


def _results(schema: type[Schema]) -> dict[str, Any]:
    """One result comes as an object, several as a list (WIRE-10)."""
    return {
        "type": "object",
        "required": ["results"],
        "properties": {"results": {"anyOf": [schema, array(schema)]}},
    }


_SENT = json("What became of each recipient: an object for one, else a list.", _results(SendResult))
_STATUSES = json("What became of each message that is known.", _results(MessageStatus))
_UNKNOWN = plain_text("There is no such message or segment; the text says what there is.")


@ROUTES.add(
    "POST /message/email",
    summary="Send an e-mail",
    details=f"To up to {MAX_RECIPIENTS:,} addresses.",
    answers={200: _SENT, 400: INVALID},
    body=EmailToSend(),
)
def email(call: Call) -> Response:
    """Send an e-mail to addresses."""
    body = call.body()
    read = call.read(body)
    content = _content("email", read, read["htmlText"], read["subject"])
    addresses = _addresses(body, "emails")
    sent = call.account.resources.sending.to_addresses(
        content, addresses, read.get("externalRequestId")
    )
    return _answer(call.account, sent, addresses)


@ROUTES.add(
    "POST /message/sms",
    summary="Send an SMS",
    details="To `phoneNumbers`, or to the segment `groupId`.",
    answers={200: _SENT, 400: INVALID, 404: _UNKNOWN},
    body=SmsToSend(),
)
def sms(call: Call) -> Response:
    """Send an SMS to numbers, or to a segment."""
    return _to_numbers(call, "sms")


@ROUTES.add(
    "POST /message/viber",
    summary="Send a Viber message",
    details="To `phoneNumbers`, or to the segment `groupId`.",
    answers={200: _SENT, 400: INVALID, 404: _UNKNOWN},
    body=ViberToSend(),
)
def viber(call: Call) -> Response:
    """Send a Viber message to numbers, or to a segment."""
    return _to_numbers(call, "viber")


@ROUTES.add(
    "POST /message/<int:message_id>/smartsend",
    summary="Send a stored message",
    details="Each recipient has data of its own, as JSON text in `jsonParam`.",
    answers={200: _SENT, 400: INVALID, 404: _UNKNOWN},
    body=SmartSendSchema(),
)
def smart_send(call: Call, message_id: int) -> Response:
    """Send a stored message to recipients with data of their own."""
    body = call.body()
    _required(body, "recipients")
    read = call.read(body)
    recipients = [
        Recipient(
            each.get("contactId"),
            each.get("externalCustomerId"),
            each.get("locator"),
            each.get("jsonParam"),
            each.get("externalRequestId"),
            each.get("languageCode"),
        )
        for each in read["recipients"]
    ]
    return _stored(call, message_id, read, recipients)


@ROUTES.add(
    "POST /message/<int:message_id>/send",
    summary="Send a stored message, the older way",
    details="All recipients share `params`.",
    answers={200: _SENT, 400: INVALID, 404: _UNKNOWN},
    body=SendSchema(),
)
def send(call: Call, message_id: int) -> Response:
    """Send a stored message to addresses that share their parameters."""
    body = call.body()
    _required(body, "recipients")
    read = call.read(body)
    data = {each["key"]: each.get("value") for each in read.get("params", [])}
    recipients = [Recipient(locator=each or "", json_param=data) for each in read["recipients"]]
    return _stored(call, message_id, read, recipients)


@ROUTES.add(
    "GET /message/status",
    summary="Status of messages",
    details="By the `requestId` of each.",
    answers={200: _STATUSES, 400: INVALID},
    query=StatusQuery(),
)
def status(call: Call) -> Response:
    """Tell what became of messages."""
    return _statuses(call, None)


@ROUTES.add(
    "GET /message/email/status",
    "GET /message/sms/status",
    "GET /message/viber/status",
    summary="Status of messages of one channel",
    details="By the `requestId` of each.",
    answers={200: _STATUSES, 400: INVALID},
    query=StatusQuery(),
)
def status_of_channel(call: Call) -> Response:
    """Tell what became of messages of one channel."""
    return _statuses(call, request.path.rstrip("/").split("/")[-2])


@ROUTES.add(
    "GET /interfaces/email",
    "GET /interfaces/sms",
    summary="Senders",
    details="Those of the setting `senders`.",
    answers={200: json("The senders.", array(SenderAnswer))},
)
def senders(call: Call) -> Response:
    """List the senders of a channel."""
    channel = request.path.rstrip("/").rpartition("/")[2]
    found = call.account.settings.senders
    return json_answer(
        [{"type": each.type, "value": each.value} for each in found if each.type == channel]
    )


def _content(channel: str, read: Document, text: str, subject: str | None = None) -> Content:
    personal = not read.get("skipPersonalisation", False)
    return Content(channel, text, subject, read.get("sender"), personal)


def _to_numbers(call: Call, channel: str) -> Response:
    body = call.body()
    read = call.read(body)
    content = _content(channel, read, read["text"])
    sending = call.account.resources.sending
    if read.get("groupId") is not None and "phoneNumbers" not in body:
        sent = sending.to_segment(content, read["groupId"])
        return _answer(call.account, sent, [each["recipient"] or "" for each in sent])
    numbers = _addresses(body, "phoneNumbers")
    sent = sending.to_addresses(content, numbers, read.get("externalRequestId"))
    return _answer(call.account, sent, numbers)


def _stored(
    call: Call, message_id: int, read: Document, recipients: Sequence[Recipient]
) -> Response:
    account = call.account
    sent = account.resources.sending.stored(
        message_id, recipients, read.get("email"), read.get("fromName")
    )
    named = [each.locator or each.external_id or str(each.contact_id) for each in recipients]
    return _answer(account, sent, named)


def _required(body: Document, name: str) -> list[Any]:
    """Recipients, as sent: a list with at least one, and not too many."""
    found = array_of(body, name, MAX_RECIPIENTS, one_is_many=False)
    if not found:
        text = f"{name} is empty. Name at least one recipient."
        raise WireError(400, "recipients_missing", text)
    return found


def _addresses(body: Document, name: str) -> list[str]:
    found = _required(body, name)
    for place, each in enumerate(found):
        if not isinstance(each, (str, int)) or isinstance(each, bool):
            text = f"{name}[{place}] must be text, not {json_type(each)}."
            raise WireError(400, "body_invalid", text)
    return [str(each).strip() for each in found]


def _answer(account: Account, sent: Sequence[Document], named: Sequence[str]) -> Response:
    results = []
    for message, name in zip(sent, named, strict=True):
        result: Document = {"locator": message["recipient"] or name, "status": "OK"}
        if message["status"] == "ERROR":
            result |= {"status": "ERROR", "message": message["problem"]}
        else:
            result["requestId"] = str(message["messageId"])
        results.append(result)
    failed = [f"{each['locator']}: {each['message']}" for each in results if "message" in each]
    note_failures(request.environ, "recipient_failed", failed)
    return json_answer({"results": as_list(results, account)})


def _statuses(call: Call, channel: str | None) -> Response:
    account = call.account
    ids = [each.strip() for each in call.query()["ids"].split(",") if each.strip()]
    if len(ids) > _MAX_IDS:
        text = f"ids has {len(ids):,} elements. Send at most {_MAX_IDS:,}."
        raise WireError(400, "too_many", text)
    found = account.resources.sending.statuses(ids, channel)
    return json_answer({"results": as_list(found, account)})
