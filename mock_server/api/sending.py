"""Sending messages, what became of them, and who may send: /message, /interfaces (SND)."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields

from mock_server.api.calls import Call, array, array_of
from mock_server.api.http import WireError, note_failures
from mock_server.api.responses import as_list, json_answer
from mock_server.api.sending_schemas import (
    EmailToSend,
    SendSchema,
    SmartSendSchema,
    SmsToSend,
    StatusQuery,
    ViberToSend,
)
from mock_server.documents.fields import Open, flag, one_of, shape, text
from mock_server.documents.messages import STATUSES
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


# A failure has a `message` and no `requestId`.
_SendResult = shape(
    "SendResult",
    Open,
    locator=text(null=True),
    status=one_of("OK", "ERROR"),
    requestId=fields.String(),
    message=fields.String(),
)
_MessageStatus = shape(
    "MessageStatus",
    Open,
    requestId=text(),
    status=one_of(*STATUSES),
    delivered=flag(),
    failed=flag(),
)
_Sender = shape("SenderAnswer", Open, type=text(), value=text())

_RESULTS = json(
    "What became of each recipient: an object for one, else a list.", _results(_SendResult)
)
_SENT = {
    200: _RESULTS,
    404: plain_text("The message or segment does not exist; the text says which do."),
}
_STATUSES = json("What became of each message that is known.", _results(_MessageStatus))


@ROUTES.add(
    "POST /message/email",
    _RESULTS,
    details=f"To up to {MAX_RECIPIENTS:,} addresses.",
    body=EmailToSend(),
)
def email(call: Call) -> Response:
    """Send an e-mail."""
    body = call.body()
    read = call.read(body)
    content = _content("email", read, read["htmlText"], read["subject"])
    addresses = _addresses(body, "emails")
    sent = call.account.resources.sending.to_addresses(
        content, addresses, read.get("externalRequestId")
    )
    return _answer(call.account, sent, addresses)


@ROUTES.add("POST /message/sms", _SENT, body=SmsToSend())
def sms(call: Call) -> Response:
    """Send an SMS: to `phoneNumbers`, or to the segment `groupId`."""
    return _to_numbers(call, "sms")


@ROUTES.add("POST /message/viber", _SENT, body=ViberToSend())
def viber(call: Call) -> Response:
    """Send a Viber message: to `phoneNumbers`, or to the segment `groupId`."""
    return _to_numbers(call, "viber")


@ROUTES.add("POST /message/<int:message_id>/smartsend", _SENT, body=SmartSendSchema())
def smart_send(call: Call, message_id: int) -> Response:
    """Send a stored message: each recipient has data of its own, as JSON text in `jsonParam`."""
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


@ROUTES.add("POST /message/<int:message_id>/send", _SENT, body=SendSchema())
def send(call: Call, message_id: int) -> Response:
    """Send a stored message, the older way: all recipients share `params`."""
    body = call.body()
    _required(body, "recipients")
    read = call.read(body)
    data = {each["key"]: each.get("value") for each in read.get("params", [])}
    recipients = [Recipient(locator=each or "", json_param=data) for each in read["recipients"]]
    return _stored(call, message_id, read, recipients)


@ROUTES.add("GET /message/status", _STATUSES, query=StatusQuery())
def status(call: Call) -> Response:
    """Status of messages: by the `requestId` of each."""
    return _statuses(call, None)


@ROUTES.add(
    "GET /message/email/status /message/sms/status /message/viber/status",
    _STATUSES,
    query=StatusQuery(),
)
def status_of_channel(call: Call) -> Response:
    """Status of messages of one channel: by the `requestId` of each."""
    return _statuses(call, request.path.rstrip("/").split("/")[-2])


@ROUTES.add("GET /interfaces/email /interfaces/sms", json("The senders.", array(_Sender)))
def senders(call: Call) -> Response:
    """Senders: those of the setting `senders`."""
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
