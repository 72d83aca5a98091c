"""IDN-01, ENV-12 and IDN-11: which parameters can identify a contact, and values that cannot."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from mock_server.ledger.findings import FINDINGS
from mock_server.model import ApiVersion, ContactField, IdentifierKind
from mock_server.rules.trace import Trace
from mock_server.rules.values import as_text, filled, json_type, show

# IDN-01, in the order of IDN-03; within a kind, in the order in which the rule names them.
DEFAULT_NAMES: tuple[tuple[str, IdentifierKind], ...] = (
    ("ContactId", "contactId"),
    ("Contact_id", "contactId"),
    ("externalCustomerId", "externalCustomerId"),
    ("Email", "email"),
    ("EmailAddress", "email"),
    ("UserEmail", "email"),
    ("ContactEmail", "email"),
    ("Phone", "phone"),
    ("SMS", "phone"),
    ("PhoneNumber", "phone"),
    ("PushToken", "pushToken"),
    ("ContactKey", "contactKey"),
    ("Contact_key", "contactKey"),
)
_BY_NAME: dict[str, tuple[int, IdentifierKind]] = {
    name.lower(): (priority, kind) for priority, (name, kind) in enumerate(DEFAULT_NAMES)
}

SEND_A_CONTACT = FINDINGS["IDN-08/nobody"].way_out
"""The way out for an event that names nobody: one change mends ORD-01 and IDN-08 alike."""


@dataclass(slots=True)
class Identifier:
    """A filled parameter that can identify a contact; `priority` (IDN-03): the lowest is first."""

    name: str
    kind: ContactField
    value: str
    priority: int = 0


_priority = attrgetter("priority")


def kind_of(name: str) -> IdentifierKind | None:
    """Return the kind that a parameter of this name holds (IDN-01), or None."""
    known = _BY_NAME.get(name.lower())
    return known[1] if known is not None else None


def identifiers_in(params: dict[str, Any], version: ApiVersion, trace: Trace) -> list[Identifier]:
    """The default identifiers, highest priority first; those that identify nobody are noted."""
    found: list[Identifier] = []
    for name in [name for name in params if name.lower() in _BY_NAME]:
        priority, kind = _BY_NAME[name.lower()]
        text = usable(name, kind, params[name], version, trace)
        if text is not None:
            found.append(Identifier(name, kind, text, priority))
    found.sort(key=_priority)
    return found


def usable(
    name: str, kind: ContactField, value: Any, version: ApiVersion, trace: Trace
) -> str | None:
    """The text that identifies, or None with a step that says why this value cannot."""
    text = as_text(value)
    rule = "ENV-12" if kind == "externalCustomerId" else "IDN-01"
    if text is None and value is not None:
        trace.say(f"{rule}/unusable", name, type=json_type(value))
    elif text is None or not filled(text):
        trace.say(f"{rule}/not_filled", name)
    elif kind == "externalCustomerId" and is_null_text(text, version):
        trace.say("ENV-12/null_text", name)
    else:
        return text
    return None


def is_null_text(external_customer_id: Any, version: ApiVersion) -> bool:
    """ENV-12: whether v2 takes this external ID for null."""
    return version != "v1" and external_customer_id == "null"


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
