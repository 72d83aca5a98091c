"""Documents as typed rows of lists, whole whatever a document lacks or holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mock_server import jsonio
from mock_server.emulator import Account
from mock_server.inspector.mail import is_html
from mock_server.model import Document
from mock_server.pages.over_time import time_told
from mock_server.pages.sentences import money, sentence

SHAPES = {"applied": "✓", "recorded": "●", "ignored": "▲", "rejected": "✕", "refused": "⊘"}
"""Shape and word in addition to the colour, for people who cannot see it."""


@dataclass(frozen=True)
class EventRow:
    """An event or refused request, by `number`, in two lines; `key` is its subject."""

    number: int
    verdict: str
    shape: str
    key: str
    order: str
    type: str
    who: str
    contact_id: int | None
    sentence: str
    warned: bool
    at: str
    path: str


@dataclass(frozen=True)
class EventLink:
    """An event that a page names; it may have been deleted since."""

    number: int
    is_there: bool


def event_link(event_id: Any, account: Account) -> EventLink | None:
    """Link the event whose id a document holds, if it holds one."""
    if not isinstance(event_id, int):
        return None
    return EventLink(event_id, account.has_event(event_id))


@dataclass(frozen=True)
class OrderRow:
    """An order in a list."""

    order_id: str
    status: str
    total: str
    contact_id: int | None
    who: str
    date: str
    items: str


@dataclass(frozen=True)
class MessageRow:
    """A message in the list. `problem` is why nobody would have got it."""

    number: int
    recipient: str
    channel: str
    subject: str
    text: str
    is_html: bool
    problem: str
    missing: int
    event_id: int | None
    type: str
    contact_id: int | None
    who: str
    source: str
    at: str


def cell_text(value: Any) -> str:
    """Any value of a document as text: JSON but for texts and numbers, blank for None."""
    if value is None:
        return ""
    return value if isinstance(value, str) else jsonio.text_of(value)


def list_of(value: Any) -> list[Any]:
    """A list of a document; anything else is an empty one."""
    return value if isinstance(value, list) else []


def texts_of(document: Document, name: str) -> list[str]:
    """The texts in a list of a document."""
    return [cell_text(each) for each in list_of(document.get(name))]


class Names:
    """The names of an account's contacts, each looked up once."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._known: dict[int, str] = {}

    def of(self, contact_id: Any) -> str:
        """Name a contact: by name, address or number; "" for nobody."""
        if not isinstance(contact_id, int):
            return ""
        if contact_id not in self._known:
            found = self._account.contact_fields(contact_id)
            if found is None:
                self._known[contact_id] = f"contact {contact_id} (erased)"
            else:
                label, shared = contact_label(found), self._account.shared_addresses(found)
                self._known[contact_id] = with_others(label, shared.get(label, 0))
        return self._known[contact_id]

    def moment(self, date: Any) -> str:
        """A date of an order as a time of the emulator; as text where it cannot be read."""
        return time_told(date, self._account.zone) or cell_text(date)


def with_others(address: str, others: int) -> str:
    """An address, and how many other contacts have it too (CON-14)."""
    return f"{address} (also of {others} more)" if others else address


def contact_label(contact: Document) -> str:
    """Name a contact."""
    full = " ".join(filter(None, (cell_text(contact.get(n)) for n in ("firstName", "lastName"))))
    addresses = [
        cell_text(each.get("value"))
        for each in list_of(contact.get("channels"))
        if isinstance(each, dict)
    ]
    names = (full, *addresses, cell_text(contact.get("externalCustomerId")))
    return next(filter(None, names), f"contact {cell_text(contact.get('id'))}")


def event_row(event: Document, names: Names) -> EventRow:
    """The row of an event, as it is stored or in words."""
    verdict = cell_text(event.get("verdict"))
    contact_id = event.get("contactId")
    order = cell_text(event.get("externalOrderId"))
    number = event.get("eventId") or 0
    return EventRow(
        number=number,
        verdict=verdict,
        shape=SHAPES.get(verdict, "?"),
        key=order or cell_text(event.get("eventKey")) or cell_text(event.get("keyValue")),
        order=order,
        type=cell_text(event.get("eventTypeKey")),
        who=names.of(contact_id),
        contact_id=contact_id if isinstance(contact_id, int) else None,
        sentence=sentence(event),
        warned=bool(list_of(event.get("warnings"))),
        at=cell_text(event.get("receivedAt")),
        path=f"/events/{number}",
    )


def refused_row(entry: Document) -> EventRow:
    """The row of a request that was refused, as the journal shows it."""
    notes = [cell_text(each["message"]) for each in entry["notes"]]
    reason = cell_text(entry["reason"]) or "refused"
    status = "no answer" if entry["status"] is None else str(entry["status"])
    return EventRow(
        number=entry["requestId"],
        verdict="refused",
        shape=SHAPES["refused"],
        key=f"{entry['method']} {entry['path']}",
        order="",
        type="",
        who="",
        contact_id=None,
        sentence=f"{status}: {notes[0] if notes else reason}",
        warned=False,
        at=entry["at"],
        path=f"/requests?show={entry['requestId']}#request-{entry['requestId']}",
    )


def message_row(message: Document, names: Names) -> MessageRow:
    """The row of a message of the outbox."""
    event_id, contact_id = message.get("eventId"), message.get("contactId")
    text = cell_text(message.get("text"))
    return MessageRow(
        number=message.get("messageId") or 0,
        recipient=cell_text(message.get("recipient")),
        channel=cell_text(message.get("channel")),
        subject=cell_text(message.get("subject")),
        text=text,
        is_html=is_html(text),
        problem=cell_text(message.get("problem")),
        missing=len(list_of(message.get("missing"))),
        event_id=event_id if isinstance(event_id, int) else None,
        type=cell_text(message.get("eventTypeKey")),
        contact_id=contact_id if isinstance(contact_id, int) else None,
        who=names.of(contact_id),
        source=cell_text(message.get("source")),
        at=cell_text(message.get("createdAt")),
    )


def order_row(order: Document, names: Names) -> OrderRow:
    """The row of an order."""
    contact_id = order.get("contactId")
    items = [
        cell_text(each.get("name")) for each in list_of(order.get("items")) if _is_object(each)
    ]
    return OrderRow(
        order_id=cell_text(order.get("externalOrderId")),
        status=cell_text(order.get("status")),
        total=money(order.get("totalCost"), order.get("currency")),
        contact_id=contact_id if isinstance(contact_id, int) else None,
        who=names.of(contact_id),
        date=names.moment(order.get("date")),
        items=_shortened(items),
    )


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _shortened(names: Iterable[str]) -> str:
    known = [each for each in names if each]
    more = f" and {len(known) - 2} more" if len(known) > 2 else ""
    return ", ".join(known[:2]) + more
