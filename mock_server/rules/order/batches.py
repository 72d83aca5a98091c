"""ENV-20 for Add orders and Past events: what a body that is refused as a whole meant."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mock_server import jsonio
from mock_server.model import Document
from mock_server.names import folded
from mock_server.rules.event.shapes import NOT_FILLED, fields_of, is_event
from mock_server.rules.mending import json_or_none
from mock_server.rules.order.fields import KNOWN_FIELDS
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import filled


@dataclass(frozen=True, slots=True)
class Batch:
    """A method that takes a list: its field, what it holds, and if an object `is_one` of them."""

    field: str
    noun: str
    is_one: Callable[[Document], bool]

    def are(self, values: Any) -> bool:
        """Return whether these are elements of the list, at least one."""
        is_list = isinstance(values, list) and bool(values)
        return is_list and all(isinstance(each, dict) and self.is_one(each) for each in values)


def is_order(value: Document) -> bool:
    """Return whether an object has fields of an order."""
    return len(KNOWN_FIELDS & value.keys()) > 1


ORDERS = Batch("orders", "order", is_order)
EVENTS = Batch("events", "event", is_event)


def meant_by(body: Any, text: str | None, batch: Batch) -> tuple[str, Document] | None:
    """What a refused body (or `text`) is, to follow "the body", and the one meant; or None."""
    if text is not None:
        found = jsonio.object_inside(text)
        return found and ("has text around its JSON", _whole(found[0], batch))
    if isinstance(body, str):
        inner = json_or_none(body)
        return ("was encoded as JSON twice", _whole(inner, batch)) if inner is not None else None
    if batch.are(body):
        return f"is a list, of {len(body)}", {batch.field: body}
    return _meant_by_object(body, batch) if isinstance(body, dict) else None


def _whole(body: Any, batch: Batch) -> Document:
    found = meant_by(body, None, batch)
    return found[1] if found else body


def _meant_by_object(body: Document, batch: Batch) -> tuple[str, Document] | None:
    name = batch.field
    sent = body.get(name)
    if isinstance(sent, dict) and sent and all(map(str.isdigit, sent)):
        return f"has {name} with the keys 0, 1, …", {**body, name: [*sent.values()]}
    if isinstance(sent, str) and (inner := json_or_none(sent)) is not None:
        return f"has {name} as text", {**body, name: inner}
    if name in body:
        return None
    if batch.is_one(body):
        return f"is one {batch.noun}", {name: [body]}
    inside = fields_of(body.get("params"))
    if batch is ORDERS and is_order(inside):
        return "is an event", {name: [inside]}
    for other, value in body.items():
        if folded(other) in (name, batch.noun, "data", "items", "list"):
            values = value if isinstance(value, list) else [value]
            if batch.are(values):
                rest = {each: body[each] for each in body if each != other}
                return f"has {name} as {other}", {name: values, **rest}
    return None


def note_beside(body: Document, batch: Batch, trace: Trace) -> None:
    """Warn of what stands beside the list."""
    names = [each for each in body if each != batch.field and body[each] not in NOT_FILLED]
    if names:
        trace.say("ENV-20/beside_list", list=batch.field, names=sentence_list(names))


def with_beside(body: Document, batch: Batch) -> Document:
    """The body with fields of an order that stand beside the only order in it."""
    (only, *more) = body[batch.field]
    beside = KNOWN_FIELDS & body.keys()
    if batch is not ORDERS or more or not isinstance(only, dict) or not beside:
        return body
    moved = {name: body[name] for name in body if name in beside and not filled(only.get(name))}
    rest = {name: body[name] for name in body if name not in beside}
    return {**rest, batch.field: [{**only, **moved}]}
