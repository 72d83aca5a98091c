"""An account as the rules see it."""

from collections.abc import Collection, Iterable
from datetime import tzinfo
from typing import Protocol

from mock_server.documents.account_settings import AccountSettings
from mock_server.model import Among, ContactField, Document, Holders, NearContact


class ContactsView(Protocol):
    """The contacts of an account as rules see them. Reading only."""

    def holders(
        self, kind: ContactField, value: str, among: Among = "live", limit: int | None = None
    ) -> Holders:
        """The contacts with this identifier, those updated last first: at most `limit` of them."""

    def contact(self, contact_id: int) -> Document | None:
        """The contact with this id, deleted or not, or None."""

    def next_contact_id(self) -> int:
        """The id the next new contact will get."""


class AccountView(ContactsView, Protocol):
    """An account as rules see it. Reading only; every method costs the same at any size."""

    @property
    def name(self) -> str:
        """The account's name."""

    @property
    def settings(self) -> AccountSettings:
        """The account's settings."""

    def find_contact(self, kind: ContactField, value: str) -> int | None:
        """The last updated contact (CON-14) with exactly this identifier, or None."""

    def deleted_contact(self, kind: ContactField, value: str) -> Document | None:
        """A deleted contact that has exactly this identifier, or None."""

    def near_contacts(self, value: str) -> Iterable[NearContact]:
        """Contacts that hold almost this value, and those of other accounts exactly."""

    def zone_of(self, contact_id: int | None) -> tzinfo:
        """The time zone of dates without an offset: the contact's, or the account's (PST-02)."""

    def order_emails(self, contact_id: int) -> Collection[str]:
        """The e-mail addresses that the orders of a contact have named, in their `same_form`."""

    def order(self, external_order_id: str) -> Document | None:
        """The order with this externalOrderId (letter case counts), or None."""

    def recent_order_ids(self, limit: int) -> list[str]:
        """Up to `limit` externalOrderIds of this account, the newest order first."""

    def event_type(self, key: str) -> Document | None:
        """The event type: `eventTypeKey`, `segmentation`, `validateParams`, `params`; or None."""

    def segmented_event_types(self) -> int:
        """Count the event types that take part in segmentation (SEG-02)."""

    def last_failure(self, external_order_id: str) -> Document | None:
        """The newest orderCreated or orderUpdated of this order that was not applied, or None."""

    def last_lost(self, external_order_id: str) -> Document | None:
        """The newest event of this order that was ignored as the order was unknown, or None."""

    def next_order_id(self) -> int:
        """The orderId the next new order will get (ORD-18)."""
