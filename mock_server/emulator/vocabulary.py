"""What doors need to read requests: the limits and lists of the rules, and how a value is told."""

from mock_server.rules.contact.bulk import (
    CONTACT_FIELDS,
    DEDUPE_ON,
    MAX_CONTACTS,
    ImportOptions,
)
from mock_server.rules.contact.contacts import CHANNEL_TYPES
from mock_server.rules.contact.unknown_fields import contact_warnings
from mock_server.rules.event.past_events import MAX_EVENTS, PastResult, read_moment
from mock_server.rules.event.schema import FORBIDDEN_CHARACTERS, MAX_EVENT_TYPE_KEY
from mock_server.rules.order.add_orders import MAX_ORDERS
from mock_server.rules.values import as_number, as_text, json_type

__all__ = [
    "CHANNEL_TYPES",
    "CONTACT_FIELDS",
    "DEDUPE_ON",
    "FORBIDDEN_CHARACTERS",
    "MAX_CONTACTS",
    "MAX_EVENTS",
    "MAX_EVENT_TYPE_KEY",
    "MAX_ORDERS",
    "ImportOptions",
    "PastResult",
    "as_number",
    "as_text",
    "contact_warnings",
    "json_type",
    "read_moment",
]
