"""Many events judged one after the other, each by what those before it did; nothing is stored."""

from collections.abc import Collection, Iterable
from datetime import tzinfo
from itertools import islice
from typing import Any
from zlib import compress, decompress

from mock_server import jsonio
from mock_server.documents.account_settings import AccountSettings
from mock_server.documents.identifiers import same_form
from mock_server.emulator.contact_overlay import ContactOverlay
from mock_server.emulator.records import event_record
from mock_server.model import (
    ORDER_MAKING,
    Among,
    ContactField,
    Document,
    Holders,
    NearContact,
)
from mock_server.rules import judge
from mock_server.rules.event.event_types import MAX_SEGMENTED, ORDER_EVENTS
from mock_server.rules.fix import Mended, mend, mend_order
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.rules.view import AccountView

_PHONE_DIGITS = 7
_SOMEBODY = 1


class Rehearsal:
    """An account as it would be after events that were never sent to it; `view` stays as it is.

    With `known_contacts` every identifier is of one contact, with `known_orders` an order to be
    changed is there, unless an event before failed to make it.
    """

    def __init__(
        self,
        view: AccountView,
        now: str,
        settings: AccountSettings | None = None,
        *,
        known_contacts: bool = False,
        known_orders: bool = False,
    ) -> None:
        self._view = view
        self._settings = settings
        self._now = now
        self._known_contacts = known_contacts
        self._known_orders = known_orders
        self._is_later = False
        self._orders: dict[str, bytes] = {}  # compressed: a log may hold very many
        self._new_orders = 0
        self._event_types: dict[str, Document] = {}
        self._contacts = ContactOverlay(view)
        self._emails: dict[int, set[str]] = {}
        self._failures: dict[str, Document] = {}
        self._lost: dict[str, Document] = {}
        self._events = 0

    def judge(self, request: EventRequest) -> Outcome:
        """The outcome of the next event; its `event_id` counts from 1."""
        body = request.body
        self._is_later = isinstance(body, dict) and body.get("eventTypeKey") != "orderCreated"
        outcome = judge(request, self, request.occurred or self._now)
        self._events += 1
        outcome.event_id = self._events
        self._remember(request, outcome)
        return outcome

    def fix(self, request: EventRequest) -> Mended:
        """Mend the next event; nothing is remembered of it."""
        return mend(request, self, request.occurred or self._now)

    def fix_order(self, order: Any) -> Mended:
        """Mend an order of Add orders, which are saved in the account itself."""
        return mend_order(order, self._view, self._now)

    def _remember(self, request: EventRequest, outcome: Outcome) -> None:
        if outcome.effect is not None:
            order_id, after = outcome.effect.order, outcome.effect.after
            if isinstance(after.get("email"), str) and after.get("contactId") is not None:
                email = same_form("email", after["email"])
                self._emails.setdefault(after["contactId"], set()).add(email)
            if order_id not in self._orders and self._view.order(order_id) is None:
                self._new_orders += 1
            self._orders.pop(order_id, None)  # the newest is the last
            self._orders[order_id] = compress(jsonio.dumps(outcome.effect.after), 1)
            self._failures.pop(order_id, None)
            self._lost.pop(order_id, None)
        elif outcome.external_order_id:
            record = event_record(request, outcome, self.name, self._now)
            trace = [step.stored() for step in outcome.trace if step.result == "failed"]
            kept = {name: record[name] for name in ("eventId", "eventTypeKey", "verdict")}
            if outcome.event_type_key in ORDER_MAKING:
                self._failures[outcome.external_order_id] = {**kept, "trace": trace}
            elif "order_not_found" in outcome.reasons:
                self._lost[outcome.external_order_id] = kept
        if outcome.new_event_type is not None:
            self._event_types[outcome.new_event_type["eventTypeKey"]] = outcome.new_event_type
        if outcome.new_contact is not None:
            self._contacts.put(outcome.new_contact)

    # What the rules see

    @property
    def name(self) -> str:
        """The account's name."""
        return self._view.name

    @property
    def settings(self) -> AccountSettings:
        """The account's settings, unless others were given."""
        return self._settings or self._view.settings

    def find_contact(self, kind: ContactField, value: str) -> int | None:
        """The contact, or (IDN-10) the assumed one of what looks like an identifier."""
        if not self._known_contacts:
            return self._contacts.find_contact(kind, value)
        looks = {"email": "@" in value, "phone": sum(map(str.isdigit, value)) >= _PHONE_DIGITS}
        return _SOMEBODY if looks.get(kind) else None

    def holders(
        self, kind: ContactField, value: str, among: Among = "live", limit: int | None = None
    ) -> Holders:
        """The contacts with this identifier; everybody is known where that is assumed."""
        if self._known_contacts:
            return Holders([_SOMEBODY], 1)
        return self._contacts.holders(kind, value, among, limit)

    def contact(self, contact_id: int) -> Document | None:
        """The contact as the events before have left it."""
        return self._contacts.contact(contact_id)

    def deleted_contact(self, kind: ContactField, value: str) -> Document | None:
        """As the account has it, unless an event before has brought it back."""
        found = self._view.deleted_contact(kind, value)
        return None if found is None or found["id"] in self._contacts.documents else found

    def near_contacts(self, value: str) -> Iterable[NearContact]:
        """Those of the account, and those that the events before have made."""
        found = list(self._view.near_contacts(value))
        if new := self._contacts.near(value, self.name):
            found = sorted([*found, *new], key=self._nearest_first)
        return found

    def _nearest_first(self, near: NearContact) -> tuple[bool, bool, int]:
        elsewhere = near.account != self.name
        is_id = not elsewhere and near.kind == "contactId"
        return elsewhere, is_id, 0 if elsewhere else near.contact_id

    def zone_of(self, contact_id: int | None) -> tzinfo:
        """As the account has it: what events create has no time zone."""
        return self._view.zone_of(contact_id)

    def order_emails(self, contact_id: int) -> Collection[str]:
        """Those of the account's orders, and of the events before; not of all the world's."""
        if self._known_contacts:
            return ()
        before = self._emails.get(contact_id, ())
        return {*self._view.order_emails(contact_id), *before}

    def order(self, external_order_id: str) -> Document | None:
        """The order as the events before have left it."""
        kept = self._orders.get(external_order_id)
        if kept is None:
            found = self._view.order(external_order_id)
            return self._known_order(external_order_id) if found is None else found
        order: Document = jsonio.loads(decompress(kept))
        return order

    def _known_order(self, external_order_id: str) -> Document | None:
        """An order that was made before these events, where that is assumed."""
        if not (self._known_orders and self._is_later) or external_order_id in self._failures:
            return None
        return {
            "externalOrderId": external_order_id,
            "orderId": self.next_order_id(),
            "contactId": _SOMEBODY if self._known_contacts else None,
            "status": "INITIALIZED",
            "createdAt": self._now,
            "updatedAt": self._now,
        }

    def recent_order_ids(self, limit: int) -> list[str]:
        """Those of the events before, then those of the account."""
        newest = list(islice(reversed(self._orders), limit))
        older = [each for each in self._view.recent_order_ids(limit) if each not in self._orders]
        return [*newest, *older][:limit]

    def event_type(self, key: str) -> Document | None:
        """As the events before have left it."""
        return self._event_types.get(key) or self._view.event_type(key)

    def segmented_event_types(self) -> int:
        """Those of the account, and those that the events before have made."""
        new = sum(bool(each["segmentation"]) for each in self._event_types.values())
        return min(self._view.segmented_event_types() + new, MAX_SEGMENTED + len(ORDER_EVENTS))

    def last_failure(self, external_order_id: str) -> Document | None:
        """The newest event before that should have made the order."""
        return self._failures.get(external_order_id) or self._view.last_failure(external_order_id)

    def last_lost(self, external_order_id: str) -> Document | None:
        """The newest event before that came too early for its order."""
        return self._lost.get(external_order_id) or self._view.last_lost(external_order_id)

    def next_order_id(self) -> int:
        """The id after all orders so far."""
        return self._view.next_order_id() + self._new_orders

    def next_contact_id(self) -> int:
        """The id after all contacts so far."""
        return self._contacts.next_contact_id()
