"""Orders, contacts and events as test code sees them: the JSON of the control API, as objects."""

from collections.abc import Callable
from typing import Any, ClassVar

from mock_server.model import Document
from mock_server.testing.documented import (
    ContactFields,
    EffectFields,
    EventFields,
    HistoryEntryFields,
    OrderFields,
    OutcomeFields,
    RequestFields,
    StepFields,
)
from mock_server.testing.record import Record
from mock_server.testing.text import event_text


class Step(StepFields):
    """One line of a trace: its rule, its finding (`ORD-04/not_a_date`), and a path as `param`."""

    __slots__ = ()
    _shown = ("rule", "result", "message")


class HistoryEntry(HistoryEntryFields):
    """One change of an order: by which event, and the values that differ, before and after."""

    __slots__ = ()
    _shown = ("eventTypeKey", "change", "after")


class Order(OrderFields):
    """An order: the vendor's field names, values as sent.

    Parameters not among these fields are under `additionalInfo`, and are attributes too.
    `history` is there when one order was asked for.
    """

    __slots__ = ()
    _shown = ("externalOrderId", "status", "totalCost")
    _kinds: ClassVar = {"history": lambda value: [HistoryEntry(each) for each in value]}

    history: list[HistoryEntry]

    def _value(self, name: str) -> Any:
        extra = self._document.get("additionalInfo") or {}
        if name == "additionalInfo":
            return extra
        if name not in self._document and name in extra:
            return extra[name]
        return super()._value(name)


class Contact(ContactFields):
    """A contact in the shape of the emulated API; `email`, `phone`, `pushToken` by channel."""

    __slots__ = ()
    _shown = ("id", "externalCustomerId", "channels")
    _channels: ClassVar = {
        "email": ("email",),
        "phone": ("sms",),
        "pushToken": ("mobilepush", "webpush"),
    }

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


class Effect(EffectFields):
    """A change of an order by an event: `change` is created, updated or status."""

    __slots__ = ()
    _shown = ("order", "change")
    _kinds: ClassVar = {"before": Order, "after": Order}

    before: Order | None
    after: Order


class Outcome(OutcomeFields):
    """The outcome of an event that was sent, or explained."""

    __slots__ = ()
    _shown = ("eventTypeKey", "eventKey", "verdict", "reasons")
    _kinds: ClassVar = {"effect": Effect, "trace": lambda value: [Step(each) for each in value]}

    trace: list[Step]
    effect: Effect | None

    def explanation(self) -> str:
        """Verdict, reasons, the way out and the trace, as text of several lines."""
        return event_text(self.to_dict())


def sent_params(event: Document) -> Document:
    """The parameters an event was sent with, by name."""
    sent = event["params"] if isinstance(event["params"], list) else []
    return {str(each.get("name")): each.get("value") for each in sent if isinstance(each, dict)}


# Reading one of these of an event is looking at what became of it.
_TELLING = frozenset(("verdict", "reasons", "trace", "hint", "effect"))


class Event(EventFields, Outcome):
    """An event as it was received and judged.

    Reading what became of it (`verdict`, `reasons`, `trace`, `hint`, `effect`, `explanation()`, or
    all of it at once) counts as having looked at it; reading what was sent does not.
    """

    __slots__ = ("_look",)

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


class Missing(Record):
    """An expression of a template that gave nothing, and `why`."""

    __slots__ = ()
    _shown = ("expression", "why")

    expression: str
    why: str


class Message(Record):
    """The message that a template makes: its text as far as it came, and what is wrong."""

    __slots__ = ()
    _shown = ("text", "missing", "errors")
    _kinds: ClassVar = {"missing": lambda value: [Missing(each) for each in value]}

    text: str
    missing: list[Missing]
    errors: list[str]


class Request(RequestFields):
    """A request of the journal. Reading the `reason` of one that was refused is looking at it."""

    __slots__ = ("_look",)
    _shown = ("method", "path", "status", "reason")

    def __init__(self, document: Document, look: Callable[[int], None] | None = None) -> None:
        super().__init__(document)
        self._look = look

    def _value(self, name: str) -> Any:
        if name == "reason" and self._look is not None:
            self._look(self._document["requestId"])
        return super()._value(name)
