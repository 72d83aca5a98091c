"""The contacts of an account as POST, PUT, GET and DELETE of /contact work with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mock_server.documents.identifiers import same_form
from mock_server.emulator.errors import RefusedError
from mock_server.emulator.host import Resource
from mock_server.emulator.resources.static_segments import StaticSegments
from mock_server.emulator.resources.subscriptions import Subscriptions, UnsubscribedList
from mock_server.model import Document
from mock_server.rules.contact.changes import ContactDecision
from mock_server.rules.contact.contacts import (
    contact_for_address,
    not_found,
    save_contact,
    subscribe_contact,
    update_contact,
)
from mock_server.rules.event.internal_events import contact_event, subscription_event_type
from mock_server.rules.trace import Trace
from mock_server.state import AccountState, EventQuery

_ALL = 1 << 31
# CON-05: what a read shows, in this order; `groups` is added to it.
_SHOWN = tuple(
    (
        "id firstName lastName channels address fields addressBookId externalCustomerId "
        "contactKey languageCode timeZone"
    ).split()
)
# CON-17: what a search shows where reads are as documented.
_FOUND = ("id", "firstName", "lastName", "channels", "fields", "addressBookId")


@dataclass(frozen=True, slots=True)
class Saved:
    """A contact after a change, the trace, and the status of a subscription with an address."""

    contact_id: int
    is_new: bool
    trace: Trace
    email_status: str | None = None


def contact_puts(decision: ContactDecision, state: AccountState) -> dict[str, list[Document]]:
    """Return what to commit for a decision: contacts, and additional fields never seen before."""
    puts = {"contacts": [decision.contact]}
    ids = {each["id"] for each in decision.contact.get("fields", ())}
    new = [{"id": each} for each in sorted(ids) if state.get("additional_fields", each) is None]
    return {**puts, "additional_fields": new} if new else puts


class ContactBook(Resource):
    """The contacts of an account. What is refused raises `RefusedError` and changes nothing."""

    _segments: StaticSegments
    _unsubscribed: UnsubscribedList
    _subscriptions: Subscriptions

    # Changing

    def for_address(self, address: str, channel: str) -> Saved:
        """Find or make the contact with an address of a channel, or `RefusedError`."""
        with self._host.paused():
            decision = contact_for_address(address, channel, self._state, self._host.clock.iso())
            return self._commit(decision, {}) if decision.is_new else _saved(decision)

    def save(self, sent: Document) -> Saved:
        """CON-01: add a contact, or update the one meant."""
        with self._host.paused():
            decision = save_contact(sent, self._state, self._host.clock.iso())
            return self._commit(decision, sent)

    def update(self, contact_id: int, sent: Document) -> Saved:
        """CON-03: update the contact with this id."""
        with self._host.paused():
            decision = update_contact(contact_id, sent, self._state, self._host.clock.iso())
            return self._commit(decision, sent)

    def subscribe(
        self,
        sent: Document,
        groups: Sequence[str],
        subscriptions: Sequence[str],
        form_type: str | None,
    ) -> Saved:
        """CON-08: subscribe a contact, which generates an event."""
        with self._host.paused():
            now = self._host.clock.iso()
            decision = subscribe_contact(sent, self._state, now)
            saved = _saved(decision)
            contact = decision.contact
            status = self._email_status(contact, decision)
            if subscriptions:
                held = contact.get("subscriptions", [])
                contact["subscriptions"] = list(dict.fromkeys([*held, *subscriptions]))
            puts = contact_puts(decision, self._state)
            puts["subscriptions"] = self._subscriptions.new(subscriptions)
            ids, new_segments = self._segments.named(groups)
            members = self._segments.members(ids, contact["id"])
            puts |= {"groups": new_segments, "group_members": members}
            key = subscription_event_type(decision.is_new, form_type)
            request, outcome = contact_event("CON-08", key, contact, self._state)
            record = self._host.record(request, outcome, now, puts)
        self._host.tell(record)
        return Saved(saved.contact_id, saved.is_new, saved.trace, status)

    def _email_status(self, contact: Document, decision: ContactDecision) -> str | None:
        emails = _emails(contact)
        if not emails:
            return None
        before = None if decision.is_new else self._state.contact(contact["id"])
        held = {same_form("email", each) for each in _emails(before or {})}
        if same_form("email", emails[0]) in held and not self._unsubscribed.holds(emails[0]):
            return "ALREADY_SUBSCRIBED"
        return "NEED_CONFIRMATION"

    def _commit(self, decision: ContactDecision, sent: Document) -> Saved:
        saved = _saved(decision)
        puts = contact_puts(decision, self._state)
        names = [each["name"] for each in sent.get("groups", ())]
        if names:  # CON-11
            ids, new_segments = self._segments.named(names)
            members = self._segments.members(ids, saved.contact_id)
            puts |= {"groups": new_segments, "group_members": members}
        self._state.commit(puts)
        return saved

    def delete(self, contact_id: int, *, erase: bool = False) -> int:
        """CON-04: delete a contact so that it can come back, or erase all it left behind."""
        with self._host.paused():
            contact = self._state.contact(contact_id)
            if contact is None or (contact.get("deleted") and not erase):
                raise RefusedError(404, "contact_unknown", not_found(f"id='{contact_id}'"))
            if erase:
                self._erase(contact_id)
            else:
                now = self._host.clock.iso()
                deleted = {**contact, "deleted": True, "deletedAt": now}
                self._state.commit({"contacts": [deleted]})
        return contact_id

    def delete_by_external_id(self, external_id: str, *, erase: bool = False) -> int:
        """CON-04, for the contact with an external ID."""
        with self._host.paused():
            found = self._state.holders("externalCustomerId", external_id).newest
            if not found and erase:
                found = self._state.holders("externalCustomerId", external_id, "deleted").newest
            if not found:
                what = f"externalCustomerId='{external_id}'"
                raise RefusedError(404, "contact_unknown", not_found(what))
            return self.delete(found[0], erase=erase)

    def _erase(self, contact_id: int) -> None:
        orders = self._state.find_orders(contact=contact_id, limit=_ALL).items
        names = [each["externalOrderId"] for each in orders]
        events = self._state.find_events(EventQuery(contact=contact_id, limit=_ALL)).items
        self._state.commit(
            {},
            {
                "contacts": [contact_id],
                "events": [each["eventId"] for each in events],
                "orders": names,
                "history": [
                    each["historyId"] for name in names for each in self._state.history(name)
                ],
                "group_members": self._segments.member_keys(contact_id),
            },
        )

    # Reading

    def get(self, contact_id: int) -> Document:
        """CON-05: one contact as the service shows it."""
        contact = self._state.contact(contact_id)
        if contact is None or contact.get("deleted"):
            raise RefusedError(404, "contact_unknown", not_found(f"id='{contact_id}'"))
        return self.shown(contact)

    def shown(self, contact: Document) -> Document:
        """A contact without what is not set, and with its static segments."""
        shown = _filled(contact, _SHOWN)
        groups = self._segments.of_contact(contact["id"])
        return {**shown, "groups": groups} if groups else shown

    def search(
        self, conditions: dict[str, str], start: int = 1, rows: int = 500, *, by_id: bool = False
    ) -> tuple[int, list[Document]]:
        """CON-06: how many contacts meet all conditions, and a part, newest change first.

        `by_id`: the lowest id first. Conditions: externalCustomerId (then alone), email, phone,
        firstName and lastName. `start` counts from 1.
        """
        if "externalCustomerId" in conditions:
            conditions = {"externalCustomerId": conditions["externalCustomerId"]}
        exact: dict[str, Any] = dict(conditions)
        first = start - 1
        if by_id:  # the newest are at the end: the page is asked for from there
            total = self._state.find_contacts(limit=1, **exact).total
            last = max(total - first, 0)
            rows = min(rows, last)
            page = self._state.find_contacts(limit=rows, offset=last - rows, **exact)
            found = page.items[::-1] if rows else []
        else:
            page = self._state.find_contacts(
                limit=rows, offset=first, updated_first=not conditions, **exact
            )
            found = page.items
        if self._state.settings.contact_reads == "all":
            return page.total, [self.shown(each) for each in found]
        return page.total, [_filled(each, _FOUND) for each in found]

    def emails(self, contact_ids: Sequence[int]) -> list[Document]:
        """The e-mail address of each of these contacts that has one."""
        found = []
        for contact_id in dict.fromkeys(contact_ids):
            contact = self._state.contact(contact_id)
            if contact is not None and not contact.get("deleted"):
                found += [{"contactId": contact_id, "email": each} for each in _emails(contact)[:1]]
        return found

    def additional_fields(self) -> list[int]:
        """The ids of the additional fields that contacts have brought, lowest first."""
        return sorted(each["id"] for each in self._state.rows("additional_fields"))


def _filled(contact: Document, names: Sequence[str]) -> Document:
    return {name: contact[name] for name in names if contact.get(name) is not None}


def _saved(decision: ContactDecision) -> Saved:
    refusal = decision.refusal
    if refusal is not None:
        raise RefusedError(refusal.status, refusal.code, refusal.text)
    return Saved(decision.contact["id"], decision.is_new, decision.trace)


def _emails(contact: Document) -> list[str]:
    return [each["value"] for each in contact.get("channels", ()) if each["type"] == "email"]
