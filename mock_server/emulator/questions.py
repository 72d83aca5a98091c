"""Questions to an account that do not change it: events, orders, contacts, event types."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from mock_server.documents.identifiers import KIND_OF_CHANNEL
from mock_server.emulator.errors import InvalidError, NotFoundError
from mock_server.emulator.history import shown_history
from mock_server.emulator.records import event_document, in_words, whole_record
from mock_server.model import IDENTIFIER_KINDS, ORDER_STATUSES, Document
from mock_server.names import way_out
from mock_server.state import AccountState, EventQuery, Page

_NEWEST = 200
"""Events that the life of an order shows."""


class Questions:
    """Questions to the state of an account. Thread-safe: each answer is of one moment."""

    def __init__(self, state: AccountState) -> None:
        self._state = state

    # Events

    def event(self, event_id: int) -> Document:
        """One event, whole. Raises `NotFoundError`."""
        record = self.find_event(event_id)
        if record is None:
            newest = self._state.next_event_id() - 1
            known = f"The newest is {newest}" if newest else "There are none yet"
            raise NotFoundError(f"There is no event {event_id}. {known}.")
        return event_document(record)

    def events(self, query: EventQuery) -> Page:
        """Return the events that match, the newest first."""
        return self.in_words(self._state.find_events(query))

    def records(self, query: EventQuery) -> Page:
        """The same whole, but the steps of a trace are findings, not yet in words."""
        return self._whole(self._state.find_events(query))

    def in_words(self, page: Page) -> Page:
        """A page of stored events as they are read."""
        found = self._whole(page)
        return replace(found, items=[in_words(each) for each in found.items])

    def _whole(self, page: Page) -> Page:
        return replace(page, items=[whole_record(each, self._state) for each in page.items])

    def find_event(self, event_id: int) -> Document | None:
        """One event whole, but its trace is not in words; None where there is none."""
        stored = self._state.event(event_id)
        return None if stored is None else whole_record(stored, self._state)

    def has_event(self, event_id: int) -> bool:
        """Return whether there is an event of this id."""
        query = EventQuery(since=event_id - 1, until=event_id, limit=0)
        return bool(self._state.find_events(query).total)

    def event_counts(self, by: str) -> dict[str, int]:
        """Count the stored events for each `type`, `verdict`, `reason` … or `group`."""
        return self._state.event_counts(by)

    def count_by_minutes(self, query: EventQuery) -> int:
        """Count the events that match; a time counts by whole minutes, and no event is read."""
        return self._state.count_events(query)

    def first_and_last_minute(self, since: str) -> tuple[str, str] | None:
        """The minutes (`2026-01-31T12:00`) of the first and the last event from a time on."""
        return self._state.first_and_last_minute(since)

    def count_by_time(
        self, edges: Sequence[str], series: Mapping[str, Sequence[EventQuery]]
    ) -> list[Counter[str]]:
        """Count events by minutes and series, each in the first that finds it, unread."""
        return self._state.count_by_time(edges, series)

    # Orders

    def order(self, external_order_id: str) -> Document:
        """One order with its `history`, oldest first (ORD-20). Raises `NotFoundError`."""
        order = self._state.order(external_order_id)
        if order is None:
            known = self._state.recent_order_ids(5)
            there_is = f"Known orders: {', '.join(known)}." if known else "There are no orders yet."
            raise NotFoundError(f"There is no order {external_order_id}. {there_is}")
        return {**order, "history": shown_history(self._state.history(external_order_id))}

    def has_order(self, external_order_id: str) -> bool:
        """Whether there is an order with this externalOrderId."""
        return self._state.has_order(external_order_id)

    def order_life(self, external_order_id: str) -> list[Document]:
        """An order's changes and failed attempts (`change` is None), oldest first."""
        with self._state.lock:
            history = shown_history(self._state.history(external_order_id))
            ids = self._state.order_events(external_order_id)[-_NEWEST:]
            events = [each for each in map(self._state.event, ids) if each is not None]
        changes = {each["eventId"]: each for each in history if type(each.get("eventId")) is int}
        steps = [_attempt(each, changes.pop(each["eventId"], None)) for each in events]
        known = {each["eventId"] for each in steps}
        steps += [each for each in map(_change, history) if each["eventId"] not in known]
        return sorted(steps, key=lambda step: (step["at"], step["eventId"] or 0))

    def orders(
        self,
        status: str | None = None,
        contact: str | None = None,
        q: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> Page:
        """The orders that match, the newest first; `InvalidError` for a wrong status."""
        if status is not None and status not in ORDER_STATUSES:
            hint = way_out(str(status), ORDER_STATUSES)
            raise InvalidError(f"No order can match status {status!r}. {hint}")
        whose = None if contact is None else self.contact_id_of(contact)
        return self._state.find_orders(
            status=status, contact=whose, q=q, limit=limit, offset=offset
        )

    # Contacts

    def contact(self, contact_id: int) -> Document:
        """One contact, with its newest `orders` and `events`. Raises `NotFoundError`."""
        contact = self._state.contact(contact_id)
        if contact is None:
            raise NotFoundError(
                f"There is no contact {contact_id}. GET /_mock/contacts lists all contacts."
            )
        return {
            **contact,
            "sharedAddresses": self.shared_addresses(contact),
            "orders": self._state.find_orders(contact=contact_id).items,
            "events": self.in_words(self._state.find_events(EventQuery(contact=contact_id))).items,
        }

    def contact_fields(self, contact_id: int) -> Document | None:
        """One contact as it is stored, or None."""
        return self._state.contact(contact_id)

    def contacts(
        self,
        q: str | None = None,
        limit: int = 50,
        offset: int = 0,
        only: Collection[int] | None = None,
    ) -> Page:
        """The contacts that match, the newest first; of those in `only`, deleted ones as well."""
        return self._state.find_contacts(
            q=q, limit=limit, offset=offset, deleted=only is not None, only=only
        )

    def shared_addresses(self, contact: Document) -> dict[str, int]:
        """Count the other contacts that have an address of this contact, by address (CON-14)."""
        shared = {}
        for channel in contact.get("channels") or ():
            kind = KIND_OF_CHANNEL.get(channel.get("type"))
            value = str(channel.get("value"))
            if kind is not None:
                found = self._state.holders(kind, value, limit=1)
                others = found.total - (0 if contact.get("deleted") else 1)
                if others > 0:
                    shared[value] = others
        return shared

    def contact_id_of(self, text: str) -> int:
        """The contact that a text means: an id, or any identifier; -1 for nobody."""
        for kind in IDENTIFIER_KINDS:
            found = self._state.find_contact(kind, text)
            if found is not None:
                return found
        return -1

    # Event types, counts

    def event_types(self) -> list[Document]:
        """All event types with their switches and the number of their events (`events`)."""
        counts = self._state.event_counts()
        return [
            {**each, "events": counts.get(each["eventTypeKey"], 0)}
            for each in self._state.event_types()
        ]

    def counts(self) -> dict[str, int]:
        """Count the documents of each table."""
        return self._state.counts()


def _attempt(event: Document, change: Document | None) -> Document:
    named = ("eventId", "eventTypeKey", "verdict", "reasons", "hint")
    step = {name: event.get(name) for name in named}
    return {**step, "at": str(event.get("receivedAt") or ""), "change": change}


def _change(change: Document) -> Document:
    return {
        "at": str(change.get("at") or ""),
        "eventId": change["eventId"] if type(change.get("eventId")) is int else None,
        "eventTypeKey": change.get("eventTypeKey"),
        "verdict": "applied",
        "reasons": [],
        "hint": None,
        "change": change,
    }
