"""The preview of a message, and what messages depend on besides their event (MSG)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from marshmallow import fields

from mock_server.emulator.errors import InvalidError
from mock_server.emulator.schemas import StrictSchema
from mock_server.model import Document
from mock_server.rules.message.message import Message, Surroundings, compose
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.state import AccountState


class PreviewSchema(StrictSchema):
    """A template, the event it is filled with, and the JSON field of the message block."""

    template = fields.String(required=True)
    json = fields.String(allow_none=True)
    eventId = fields.Integer(strict=True)
    event = fields.Dict(keys=fields.String())


_PREVIEW = PreviewSchema()


def read_preview(body: Any) -> Document:
    """Read a request for a preview. Raises `InvalidError`."""
    asked: Document = _PREVIEW.read(body, "Preview")
    if ("eventId" in asked) == ("event" in asked):
        raise InvalidError("Preview: give either eventId, of an event that was sent, or event.")
    return asked


def preview_message(
    template: str, record: Document, view: AccountState, now: str, json: str | None
) -> Message:
    """The message that a template makes of an event's record."""
    return compose(template, record, surroundings(record, view, now), json)


def surroundings(
    record: Document,
    view: AccountState,
    now: str,
    is_unsubscribed: Callable[[str], bool] = lambda _: False,
) -> Surroundings:
    """All that a message depends on besides the record of its event and its template."""
    zone = view.zone_of(record.get("contactId"))
    return Surroundings(moment(now), order_number(record, view), zone, is_unsubscribed)


def moment(now: str) -> datetime:
    """The time that the account's clock shows."""
    return datetime.fromisoformat(now.replace("Z", "+00:00"))


def order_number(record: Document, view: AccountState) -> int | None:
    """The `orderId` of the event's order, when there is one (ORD-18, MSG-04)."""
    key = record.get("externalOrderId")
    effect = record.get("effect")
    order = effect["after"] if effect else view.order(key) if key else None
    return None if order is None else order["orderId"]


def unsent_record(request: EventRequest, outcome: Outcome) -> Document:
    """Build the record that a preview reads of an event that was only explained."""
    effect = outcome.effect
    return {
        "apiVersion": request.api_version,
        "contactId": outcome.contact_id,
        "verdict": outcome.verdict,
        "eventKey": outcome.event_key,
        "params": outcome.params,
        "externalOrderId": outcome.external_order_id,
        "effect": effect and {"after": effect.after},
    }
