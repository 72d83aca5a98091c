"""The tables of the state: what each is called, which document it holds, which field is its key.

A line in `TABLES` has a table checked, stored, logged, exported, replaced and reset.
"""

from dataclasses import dataclass
from typing import Literal

from marshmallow import Schema

from mock_server.documents import accounts, contacts, messages, shops
from mock_server.documents.events import EventType, KeptEvent
from mock_server.documents.orders import KeptHistoryEntry, Order

Key = int | str
"""A document's key: a number or a text, as the table's spec says."""

SINGLE = ""
"""The key of the document in a table that holds only one."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """The declaration of one table.

    `schema` declares its documents, and `needs` names the fields that each must have besides its
    key. `key` is the field that names a document within its account; a table without one holds a
    single document per account. A key that is a `number` is also the document's TinyDB id, and is
    given to a document that comes without it. `index` names a field whose values lead to the
    documents holding them, at constant cost. `cached` tables are small and read often: their
    documents are kept decoded. `compressed` tables grow with every event, which reads one or two
    of their documents. The fields in `head` are written first, so that a start finds them quickly.
    """

    name: str
    schema: type[Schema]
    key: str | None = None
    key_type: Literal["number", "text"] = "text"
    needs: tuple[str, ...] = ()
    index: str | None = None
    cached: bool = False
    compressed: bool = False
    head: tuple[str, ...] = ()


_SPECS = (
    TableSpec("contacts", contacts.Contact, "id", "number", head=("id", "changeNumber")),
    TableSpec(
        "orders",
        Order,
        "externalOrderId",
        needs=("contactId",),
        compressed=True,
        head=("externalOrderId", "orderId", "status", "contactId"),
    ),
    TableSpec(
        "history",
        KeptHistoryEntry,
        "historyId",
        "number",
        needs=("externalOrderId",),
        index="externalOrderId",
        compressed=True,
        head=("historyId", "externalOrderId"),
    ),
    TableSpec("events", KeptEvent, "eventId", "number", needs=("verdict",), compressed=True),
    TableSpec(
        "event_types",
        EventType,
        "eventTypeKey",
        needs=("segmentation", "validateParams", "params"),
        cached=True,
    ),
    TableSpec("settings", accounts.Settings, cached=True),
    TableSpec("tokens", accounts.Token, "token", cached=True),
    TableSpec("groups", contacts.Group, "id", "number", needs=("name",)),
    TableSpec(
        "group_members",
        contacts.GroupMember,
        "member",
        needs=("groupId", "contactId"),
        index="groupId",
    ),
    TableSpec("additional_fields", contacts.AdditionalField, "id", "number"),
    TableSpec(
        "subscriptions",
        contacts.Subscription,
        "id",
        "number",
        needs=("key", "createdDate", "updatedDate"),
    ),
    TableSpec(
        "import_sessions",
        contacts.ImportSession,
        "asyncSessionId",
        needs=("contacts", "failed", "polls", "mapping"),
    ),
    TableSpec("unsubscribed", contacts.Unsubscribed, "email"),
    TableSpec(
        "workflows",
        messages.Workflow,
        "id",
        "number",
        needs=("eventTypeKey", "channel", "recipient", "template"),
        cached=True,
    ),
    TableSpec("outbox", messages.OutboxMessage, "messageId", "number"),
    TableSpec("messages", messages.StoredMessage, "id", "number", needs=("channel", "name")),
    TableSpec("sites", shops.Site, "domain", needs=("siteId",)),
    TableSpec("push_domains", shops.PushDomain, "domain"),
    TableSpec(
        "app_tokens",
        shops.AppToken,
        "key",
        needs=("app", "token", "contactId", "active"),
        index="app",
    ),
    TableSpec("promo_codes", shops.PromoCode, "code", needs=("inUse",)),
    TableSpec("accounts", accounts.AccountNumbers, cached=True),
)
TABLES: dict[str, TableSpec] = {spec.name: spec for spec in _SPECS}
"""Every table of an account, in the order of the state file."""
