"""The tables of the state: what each is called, and which field is its key.

A new table is one line in `TABLES`; it is then stored, logged, exported, replaced and reset like
the others, and read with `AccountState.get` and `AccountState.rows`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Key = int | str
"""A document's key: a number or a text, as the table's spec says."""

SINGLE = ""
"""The key of the document in a table that holds only one."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """How one table is kept.

    `key` is the field that names a document within its account; a table without one holds a single
    document per account. A key that is a `number` is also the document's TinyDB id, and is given
    to a document that comes without it. `index` names a field whose values lead to the documents
    holding them, at constant cost. `cached` tables are small and read often: their documents are
    kept decoded. `compressed` tables grow with every event and are seldom read. The fields in
    `head` are written first, so that a start finds them quickly.
    """

    name: str
    key: str | None = None
    key_type: Literal["number", "text"] = "text"
    index: str | None = None
    cached: bool = False
    compressed: bool = False
    head: tuple[str, ...] = ()


TABLES: dict[str, TableSpec] = {
    spec.name: spec
    for spec in (
        TableSpec("contacts", "id", "number"),
        TableSpec(
            "orders",
            "externalOrderId",
            head=("externalOrderId", "orderId", "status", "contactId"),
        ),
        TableSpec(
            "history",
            "historyId",
            "number",
            index="externalOrderId",
            compressed=True,
            head=("historyId", "externalOrderId"),
        ),
        TableSpec("events", "eventId", "number", compressed=True),
        TableSpec("event_types", "eventTypeKey", cached=True),
        TableSpec("settings", cached=True),
        TableSpec("tokens", "token", cached=True),
        TableSpec("groups", "id", "number"),
        TableSpec("group_members", "member", index="groupId"),
        TableSpec("additional_fields", "id", "number"),
        TableSpec("subscriptions", "id", "number"),
        TableSpec("import_sessions", "asyncSessionId"),
        TableSpec("unsubscribed", "email"),
        TableSpec("workflows", "id", "number", cached=True),
        TableSpec("outbox", "messageId", "number"),
        TableSpec("accounts", cached=True),
    )
}
"""Every table of an account, in the order of the state file."""
