"""IDN-11: values that stand for a missing identifier, so that all guests become one contact."""

from __future__ import annotations

from mock_server.rules.trace import Trace
from mock_server.rules.values import show

PLACEHOLDERS = frozenset(
    ("0", "-1", "undefined", "null", "none", "nan", "guest", "anonymous", "unknown", "n/a", "-")
)
MANY_EMAILS = 4
"""The number of different e-mail addresses in one contact's orders that is warned of."""


def is_placeholder(value: str) -> bool:
    """Tell whether a value identifies nobody in particular, in any letter case."""
    return value.strip().lower() in PLACEHOLDERS


def note_placeholder(name: str, value: str, trace: Trace) -> None:
    """Warn of an identifier that is a placeholder; it is taken as it is."""
    if is_placeholder(value):
        trace.say("IDN-11/placeholder", name, value=show(value))


def note_many_emails(contact_id: int, emails: int, trace: Trace) -> None:
    """Warn where an order brings the fourth e-mail address to the orders of one contact."""
    if emails == MANY_EMAILS:
        trace.say("IDN-11/many_emails", contact=contact_id, count=emails)
