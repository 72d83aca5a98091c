"""Sending: texts to addresses and segments, stored messages to recipients (SND-01 to SND-04)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mock_server.documents.messages import ARRIVED, STATUSES, STATUSES_OF, WAITING
from mock_server.emulator.errors import InvalidError, RefusedError
from mock_server.emulator.host import Resource, in_turns
from mock_server.emulator.messages import moment
from mock_server.emulator.resources.contact_book import ContactBook
from mock_server.emulator.resources.outbox import Outbox
from mock_server.emulator.resources.static_segments import StaticSegments
from mock_server.emulator.resources.stored_messages import StoredMessages
from mock_server.emulator.resources.subscriptions import UnsubscribedList
from mock_server.model import Document
from mock_server.names import way_out
from mock_server.rules.message.message import Surroundings, boundary
from mock_server.rules.message.sending import (
    Allowance,
    Content,
    content_of,
    message_data,
    sender_problem,
    sent_message,
    steps_for_all,
)

MAX_RECIPIENTS = 1_000
"""How many recipients one request may name (our decision)."""
# The channels of a contact that a message can go by, the first one it has.
_CHANNELS = {"viber": ("viber", "sms"), "appinbox": ("appinbox", "mobilepush")}


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of the recipients of a stored message, named by one of the first three."""

    contact_id: int | None = None
    external_id: str | None = None
    locator: str | None = None
    json_param: Any = None
    external_request_id: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """Who gets a message: the address and the contact, or why nobody does."""

    address: str | None
    contact: Document | None = None
    problem: str | None = None


class Sending(Resource):
    """What sends the messages of one account, which all end in its outbox."""

    _segments: StaticSegments
    _unsubscribed: UnsubscribedList
    _contacts: ContactBook
    _messages: StoredMessages
    _outbox: Outbox

    def to_addresses(
        self, content: Content, addresses: Sequence[str], external_request_id: str | None = None
    ) -> list[Document]:
        """Send a text to addresses; `RefusedError` for a sender the account lacks."""
        self._check_sender(content)
        recipients = [
            Recipient(locator=each, external_request_id=external_request_id) for each in addresses
        ]
        return self._send(recipients, lambda _: content, content.channel, None)

    def to_segment(self, content: Content, segment_id: int) -> list[Document]:
        """Send a text to a static segment's contacts of its channel, or `RefusedError`."""
        self._check_sender(content)
        with self._host.paused():
            held = self._segments.contacts(segment_id)
            reached = [each for each in held if _address(each, content.channel) is not None]
        recipients = [Recipient(contact_id=each["id"]) for each in reached]
        return self._send(recipients, lambda _: content, content.channel, None)

    def stored(
        self,
        message_id: int,
        recipients: Sequence[Recipient],
        is_email: bool | None,
        from_name: str | None,
    ) -> list[Document]:
        """Send a stored message; `RefusedError` if unknown or of another kind."""
        message = self._messages.get(message_id)
        channel = message["channel"]
        if is_email is not None and is_email is not (channel == "email"):
            text = f"email is {str(is_email).lower()}, but message {message_id} is of {channel}."
            wanted = "Send email: true for an e-mail, and false for another channel."
            raise RefusedError(400, "message_kind_differs", f"{text} {wanted}")

        def content(recipient: Recipient) -> Content:
            return content_of(message, recipient.language, from_name)

        return self._send(recipients, content, channel, message_id)

    def statuses(self, ids: Iterable[str], channel: str | None = None) -> list[Document]:
        """SND-04: what became of messages; those that are unknown, or of another channel, not."""
        found = []
        for each in dict.fromkeys(ids):
            number = int(each) if each.isascii() and each.isdigit() and len(each) < 19 else 0
            message = self._outbox.find(number)
            if message is not None and channel in (None, message["channel"]):
                status = message["status"]
                found.append(
                    {
                        "requestId": str(number),
                        "status": status,
                        "delivered": status in ARRIVED,
                        "failed": status not in ARRIVED and status not in WAITING,
                    }
                )
        return found

    def set_status(self, message_id: int, status: str) -> Document:
        """Set what became of a message. Raises `InvalidError` for one its channel cannot have."""
        with self._host.paused():
            message = self._outbox.message(message_id)
            known = STATUSES_OF.get(message["channel"], STATUSES)
            if status not in known:
                what = f"Status: {status[:40]!r} is not a status of {message['channel']}."
                raise InvalidError(f"{what} {way_out(status, known)}")
            changed = {**message, "status": status}
            self._state.commit({"outbox": [changed]})
        return changed

    def _check_sender(self, content: Content) -> None:
        problem = sender_problem(content.sender, content.channel, self._state.settings.senders)
        if problem is not None:
            raise RefusedError(400, "sender_unknown", problem)

    def _send(
        self,
        recipients: Sequence[Recipient],
        content_for: Callable[[Recipient], Content],
        channel: str,
        message_id: int | None,
    ) -> list[Document]:
        allowance = steps_for_all()
        now = self._host.clock.iso()
        made = []
        for each in in_turns(recipients):
            with self._host.paused():
                found = self._found(each, channel)
                message = self._message(each, content_for(each), found, now, allowance)
            made.append({**message, "storedMessageId": message_id})
        kept = self._outbox.keep(made)
        for message in kept:
            self._host.tell_message(message)
        return kept

    def _message(
        self,
        recipient: Recipient,
        content: Content,
        found: _Found,
        now: str,
        allowance: Allowance,
    ) -> Document:
        problems = [] if found.problem is None else [found.problem]
        data: dict[str, Any] = {}
        with boundary(problems):
            data = message_data(recipient.json_param)
        contact_id = None if found.contact is None else found.contact["id"]
        around = Surroundings(
            moment(now),
            zone=self._state.zone_of(contact_id),
            is_unsubscribed=self._unsubscribed.holds,
        )
        with allowance.budget() as budget:
            message = sent_message(
                content, found.address, contact_id, data, around, budget, problems
            )
        named = {"externalRequestId": recipient.external_request_id}
        return {
            "source": "api",
            "eventId": None,
            "eventTypeKey": None,
            "workflowId": None,
            "contactId": contact_id,
            "createdAt": now,
            "channel": content.channel,
            "from": content.sender,
            **message,
            **{name: value for name, value in named.items() if value is not None},
        }

    def _found(self, recipient: Recipient, channel: str) -> _Found:
        """SND-03: an address that no contact has makes one; an id of nobody is a problem."""
        if recipient.contact_id is None and recipient.external_id is None:
            return self._found_by_address(recipient.locator or "", channel)
        if recipient.contact_id is not None:
            what, contact_id = f"contactId {recipient.contact_id}", recipient.contact_id
        else:
            what = f"externalCustomerId {recipient.external_id}"
            held = self._state.find_contact("externalCustomerId", recipient.external_id or "")
            contact_id = 0 if held is None else held
        contact = self._state.contact(contact_id)
        if contact is None or contact.get("deleted"):
            return _Found(None, None, f"no contact has {what}")
        address = _address(contact, channel)
        problem = f"the contact with {what} has no {channel}" if address is None else None
        return _Found(address, contact, problem)

    def _found_by_address(self, address: str, channel: str) -> _Found:
        if channel not in ("email", "sms", "viber"):
            held = self._state.find_contact("pushToken", address)
            contact = None if held is None else self._state.contact(held)
            return _Found(address, contact, None if address.strip() else "the address is blank")
        try:
            saved = self._contacts.for_address(address, channel)
        except RefusedError as error:
            return _Found(address, None, str(error).rstrip("."))
        return _Found(address, self._state.contact(saved.contact_id))


def _address(contact: Document, channel: str) -> str | None:
    for kind in _CHANNELS.get(channel, (channel,)):
        for each in contact.get("channels", ()):
            if each["type"] == kind:
                return str(each["value"])
    return None
