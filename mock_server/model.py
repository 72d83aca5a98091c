"""The words that all parts share; this module imports none of them.

Stored things are *documents*: dictionaries with the vendor's field names, the same everywhere. One
that was handed out is never changed in place.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Document = dict[str, Any]
"""A stored thing under the vendor's field names; JSON values only (and `Decimal`, see jsonio)."""

Verdict = Literal["rejected", "ignored", "applied", "recorded"]
VERDICTS: tuple[Verdict, ...] = ("applied", "recorded", "ignored", "rejected")

DROPPED: tuple[Verdict, ...] = ("ignored", "rejected")
"""The verdicts of events that came to nothing."""

ApiVersion = Literal["v1", "v2", "v3", "internal"]
WIRE_VERSIONS: tuple[ApiVersion, ...] = ("v2", "v3", "v1")
"""The versions of the API that a client can send events to, the usual one first (ENV-17)."""

ORDER_STATUSES = ("INITIALIZED", "IN_PROGRESS", "DELIVERED", "CANCELLED", "ABANDONED_SHOPPING_CART")
"""The statuses of an order (ORD-03)."""

ORDER_MAKING = ("orderCreated", "orderUpdated")
"""The event types that can make an order: one that was dropped can be why there is none."""

Change = Literal["created", "updated", "status"]
CHANGES: tuple[Change, ...] = ("created", "updated", "status")
"""The changes that an event can make to an order."""

LANGUAGES = {
    "curl": "curl",
    "php": "PHP",
    "node": "Node",
    "python": "Python",
    "ruby": "Ruby",
    "csharp": "C#",
    "java": "Java",
}
"""The languages in which an event is shown as code that sends it, and what people call them."""

IdentifierKind = Literal[
    "contactId", "externalCustomerId", "email", "phone", "pushToken", "contactKey"
]
IDENTIFIER_KINDS: tuple[IdentifierKind, ...] = (
    "contactId",
    "externalCustomerId",
    "email",
    "phone",
    "pushToken",
    "contactKey",
)
"""The kinds of identifiers of a contact, highest priority first (IDN-03)."""

ContactField = str
"""The place of an identifier: an `IdentifierKind`, or `field:12345`, an additional field."""

ADDITIONAL_FIELD = "field:"
"""The beginning of the `ContactField` of an additional field; its id follows."""


def is_contact_field(value: object) -> bool:
    """Return whether an account can identify contacts by this field (IDN-05)."""
    if not isinstance(value, str) or value in IDENTIFIER_KINDS:
        return isinstance(value, str)
    field_id = value.removeprefix(ADDITIONAL_FIELD)
    return value != field_id and field_id.isascii() and field_id.isdigit() and field_id[0] != "0"


DEFAULT_ACCOUNT = "default"


@dataclass(frozen=True, slots=True)
class ReceivedAnswer:
    """The answer that a client of the emulated API got for an event.

    `trouble` says why there was none (`status` is None), or not all of it; `reason` what kept it
    from being `event_id`, `fault` which one hit it.
    """

    status: int | None
    headers: list[tuple[str, str]]
    body: bytes
    account: str | None = None
    event_id: int | None = None
    reason: str | None = None
    fault: int | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class NearContact:
    """A contact that almost matched (IDN-09): which of its identifiers, and where it lives."""

    kind: IdentifierKind
    value: str
    contact_id: int
    account: str


Among = Literal["live", "free", "deleted"]
"""The holders of a value: those not deleted, those without an external ID, or deleted ones."""


class Holders(NamedTuple):
    """The contacts that hold a value: the ids of those updated last, and how many there are."""

    newest: list[int]
    total: int


NO_CURRENCY = "XXX"
"""The code of ISO 4217 under which amounts without a currency are counted."""


def currency_in_words(code: str) -> str:
    """The currency as it follows an amount: its code, or that there is none."""
    return "without a currency" if code == NO_CURRENCY else code
