"""Timelines: the life of an order, the orders, events and messages of a contact, and two compared.

An attempt that came to nothing (a ghost) stands among what changed something.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from mock_server.emulator import Account, EventQuery
from mock_server.emulator.resources.outbox import MAX_MESSAGES
from mock_server.inspector.differences import FieldChange, changes_of
from mock_server.inspector.rows import (
    SHAPES,
    EventLink,
    EventRow,
    MessageRow,
    Names,
    cell_text,
    event_link,
    event_row,
    list_of,
    message_row,
)
from mock_server.model import Document
from mock_server.pages.sentences import money, sentence

NEWEST = 50
"""The events and the messages of a contact that its timeline is made of."""


@dataclass(frozen=True)
class LifeStep:
    """A change of an order with its status after it, or an attempt with the one asked for."""

    verdict: str
    shape: str
    type: str
    event: EventLink | None
    at: str
    status: str
    total: str
    sentence: str
    hint: str
    messages: list[MessageRow]


@dataclass(frozen=True)
class Moment:
    """An entry of a contact's timeline: an order with its steps, another event, or a message."""

    kind: str
    at: str
    order: str = ""
    steps: tuple[LifeStep, ...] = ()
    is_lost: bool = False
    total: str = ""
    row: EventRow | None = None
    message: MessageRow | None = None


@dataclass(frozen=True)
class Comparison:
    """Two events of an order: what each sent, and the order as of each."""

    left: int
    right: int
    sent: list[FieldChange]
    order: list[FieldChange]


def record_of(account: Account, event_id: int) -> Document:
    """Return the record of an event, with its trace as it is stored; empty if it is gone."""
    found = account.records(EventQuery(since=event_id - 1, until=event_id, limit=1)).items
    return found[0] if found else {}


def bubbles(account: Account, events: Collection[int]) -> list[MessageRow]:
    """Return the messages that these events caused, the oldest first."""
    if not events or not account.counts()["outbox"]:
        return []
    found, names = account.resources.outbox.messages(limit=MAX_MESSAGES).items, Names(account)
    return [message_row(each, names) for each in found[::-1] if each.get("eventId") in events]


def life_of(account: Account, order_id: str, *, with_messages: bool) -> list[LifeStep]:
    """Return the steps of an order's life, the oldest first."""
    life = account.order_life(order_id)
    events = {each["eventId"] for each in life if each["eventId"]} if with_messages else set()
    messages = bubbles(account, events)
    steps, order = [], Document()
    for each in life:
        change = each["change"]
        if isinstance(change, dict):
            order = {**order, **(change["after"] if isinstance(change.get("after"), dict) else {})}
            told, shown = {**each, "effect": change, "trace": []}, order
        else:
            told = record_of(account, each["eventId"]) or each
            shown = sent_by(told)
        verdict = cell_text(each["verdict"])
        steps.append(
            LifeStep(
                verdict=verdict,
                shape=SHAPES.get(verdict, "?"),
                type=cell_text(each["eventTypeKey"]),
                event=event_link(each["eventId"], account),
                at=cell_text(each["at"]),
                status=cell_text(shown.get("status")),
                total=money(shown.get("totalCost"), shown.get("currency")),
                sentence=sentence(told),
                hint=cell_text(each["hint"]),
                messages=[m for m in messages if m.event_id == each["eventId"]],
            )
        )
    return steps


def sent_by(record: Document) -> Document:
    """Return what an event sent, by name: its type, its key and its parameters."""
    params = record.get("params")
    named = {
        cell_text(each.get("name")): each.get("value")
        for each in list_of(params)
        if isinstance(each, dict)
    }
    named = params if isinstance(params, dict) else named
    return {**{name: record.get(name) for name in ("eventTypeKey", "keyValue")}, **named}


def order_as_of(account: Account, steps: Iterable[LifeStep], event_id: int) -> Document | None:
    """Return the whole order after an event of its life; None while there was none."""
    numbers = [each.event.number for each in steps if each.event is not None]
    if event_id not in numbers:
        return None
    for number in reversed(numbers[: numbers.index(event_id) + 1]):
        effect: Any = record_of(account, number).get("effect")
        if isinstance(effect, dict) and isinstance(effect.get("after"), dict):
            return dict(effect["after"])
    return None


def compared(account: Account, steps: list[LifeStep], left: int, right: int) -> Comparison | None:
    """Compare two of these steps; None if one of them is not among them."""
    if not {left, right} <= {each.event.number for each in steps if each.event is not None}:
        return None
    sent = [sent_by(record_of(account, each)) for each in (left, right)]
    orders = [order_as_of(account, steps, each) or {} for each in (left, right)]
    sent_differs, order_differs = (
        changes_of({"before": before, "after": after}) for before, after in (sent, orders)
    )
    return Comparison(left, right, sent_differs, order_differs)


def timeline_of(account: Account, contact_id: int) -> tuple[list[Moment], int, int]:
    """Return the timeline of a contact, the newest first, and of how many events and messages."""
    names = Names(account)
    events = account.records(EventQuery(contact=contact_id, limit=NEWEST))
    outbox = account.resources.outbox.messages(contact=contact_id, limit=NEWEST)
    found = [
        Moment("message", cell_text(each.get("createdAt")), message=message_row(each, names))
        for each in outbox.items
    ]
    told = set()
    for each in events.items:
        order_id, at = cell_text(each.get("externalOrderId")), cell_text(each.get("receivedAt"))
        if not order_id:
            found.append(Moment("event", at, row=event_row(each, names)))
        elif order_id not in told:
            told.add(order_id)
            steps = tuple(life_of(account, order_id, with_messages=False))
            total = next((step.total for step in reversed(steps) if step.total), "")
            lost = not account.has_order(order_id)
            found.append(Moment("order", at, order_id, steps, lost, total))
    found.sort(key=lambda each: each.at, reverse=True)
    return found, events.total, outbox.total
