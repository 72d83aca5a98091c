"""Orders, contacts and events as test code sees them: the JSON of the control API, as objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from mock_server.model import Document
from mock_server.testing.record import Record
from mock_server.testing.text import event_text


class Step(Record):
    """One line of a trace: a rule of the ledger and what it saw. `param` is a path, or None.

    `finding` is the id of what was said, such as `ORD-04/not_a_date`.
    """

    __slots__ = ()
    _shown = ("rule", "result", "message")

    finding: str | None
    rule: str
    result: str
    message: str
    param: str | None


class HistoryEntry(Record):
    """One change of an order: by which event, and the values that differ, before and after."""

    __slots__ = ()
    _shown = ("eventTypeKey", "change", "after")

    externalOrderId: str
    eventId: int | None
    at: str
    eventTypeKey: str
    change: str
    before: Document | None
    after: Document


class Order(Record):
    """An order: the vendor's field names, values as sent.

    Parameters that have no field of their own are under `additionalInfo`, and are attributes too.
    `history` is there when one order was asked for.
    """

    __slots__ = ()
    _shown = ("externalOrderId", "status", "totalCost")
    _kinds: ClassVar = {"history": lambda value: [HistoryEntry(each) for each in value]}

    externalOrderId: str
    orderId: int
    contactId: int
    status: str
    totalCost: Any
    date: str
    currency: str | None
    items: list[Document] | None
    externalCustomerId: str | None
    email: str | None
    phone: str | None
    firstName: str | None
    lastName: str | None
    shipping: Any
    discount: Any
    taxes: Any
    restoreUrl: str | None
    statusDescription: str | None
    storeId: str | None
    source: str | None
    deliveryMethod: str | None
    paymentMethod: str | None
    deliveryAddress: Any
    additionalInfo: Document
    createdAt: str
    updatedAt: str
    history: list[HistoryEntry]

    def _value(self, name: str) -> Any:
        extra = self._document.get("additionalInfo") or {}
        if name == "additionalInfo":
            return extra
        if name not in self._document and name in extra:
            return extra[name]
        return super()._value(name)


class Contact(Record):
    """A contact in the shape of the emulated API; `email`, `phone`, `pushToken` by channel."""

    __slots__ = ()
    _shown = ("id", "externalCustomerId", "channels")
    _channels: ClassVar = {
        "email": ("email",),
        "phone": ("sms",),
        "pushToken": ("mobilepush", "webpush"),
    }

    id: int
    channels: list[Document]
    externalCustomerId: str | None
    contactKey: str | None
    firstName: str | None
    lastName: str | None
    source: str
    createdAt: str
    email: str | None
    phone: str | None
    pushToken: str | None

    def _value(self, name: str) -> Any:
        if name == "channels":
            return self._document.get("channels", [])
        if name in self._channels and name not in self._document:
            held = {each.get("type"): each.get("value") for each in self.channels}
            return next((held[kind] for kind in self._channels[name] if kind in held), None)
        return super()._value(name)


class Effect(Record):
    """What an event did to an order: `change` is created, updated or status."""

    __slots__ = ()
    _shown = ("order", "change")
    _kinds: ClassVar = {"before": Order, "after": Order}

    order: str
    change: str
    before: Order | None
    after: Order


class Outcome(Record):
    """What the emulator makes of an event, or would make of it: the answer of `explain`."""

    __slots__ = ()
    _shown = ("eventTypeKey", "eventKey", "verdict", "reasons")
    _kinds: ClassVar = {
        "effect": Effect,
        "trace": lambda value: [Step(each) for each in value],
    }

    eventId: int | None
    eventTypeKey: str | None
    keyValue: str | None
    eventKey: str | None
    contactId: int | None
    externalOrderId: str | None
    verdict: str
    reasons: list[str]
    warnings: list[str]
    trace: list[Step]
    hint: str | None
    causedBy: int | None
    effect: Effect | None
    answer: Document | None

    def explanation(self) -> str:
        """Verdict, reasons, the way out and the trace, as text of several lines."""
        return event_text(self.to_dict())


def sent_params(event: Document) -> Document:
    """The parameters an event was sent with, by name."""
    sent = event["params"] if isinstance(event["params"], list) else []
    return {str(each.get("name")): each.get("value") for each in sent if isinstance(each, dict)}


# Whoever reads one of these of an event has looked at what became of it.
_TELLING = frozenset(("verdict", "reasons", "trace", "hint", "effect"))


class Event(Outcome):
    """An event as it was received and judged.

    Reading what became of it (`verdict`, `reasons`, `trace`, `hint`, `effect`, `explanation()`, or
    all of it at once) counts as having looked at it; reading what was sent does not.
    """

    __slots__ = ("_look",)

    account: str
    apiVersion: str
    receivedAt: str
    occurred: str | None
    params: Any
    body: Any

    def __init__(self, document: Document, look: Callable[[int], None]) -> None:
        super().__init__(document)
        self._look = look

    def to_dict(self) -> Document:
        """The whole record as plain JSON values."""
        self._look(self._document["eventId"])
        return super().to_dict()

    def param(self, name: str) -> Any:
        """The value of a parameter as it was sent; raises `KeyError` when it was not."""
        return sent_params(self._document)[name]

    def _value(self, name: str) -> Any:
        if name in _TELLING:
            self._look(self._document["eventId"])
        return super()._value(name)


class Request(Record):
    """A request of the journal. Reading the `reason` of one that was refused is looking at it."""

    __slots__ = ("_look",)
    _shown = ("method", "path", "status", "reason")

    requestId: int
    at: str
    method: str
    path: str
    status: int | None
    durationMs: float
    account: str | None
    eventId: int | None
    reason: str | None
    fault: int | None
    body: str | None
    host: str | None
    via: str
    refused: bool
    notes: list[Document]

    def __init__(self, document: Document, look: Callable[[int], None] | None = None) -> None:
        super().__init__(document)
        self._look = look

    def _value(self, name: str) -> Any:
        if name == "reason" and self._look is not None:
            self._look(self._document["requestId"])
        return super()._value(name)
