"""The words that rules, state and the hall share: plain data, no behaviour to speak of.

Stored things (contacts, orders, event types, event records) are *documents*: dictionaries with the
vendor's field names, the same shape in memory, in the state file and in the control API. A
document that has been handed out is never changed in place; a change makes a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from mock_server.documents.account_settings import AccountSettings
from mock_server.ledger.entry import Result
from mock_server.ledger.findings import FINDINGS, message_of, param_of, rule_of

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
"""What an event can do to an order."""

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
"""What can identify a contact, highest priority first (IDN-03)."""

ContactField = str
"""What an identifier is held in: an `IdentifierKind`, or `field:12345`, an additional field."""

ADDITIONAL_FIELD = "field:"
"""What the `ContactField` of an additional field begins with; its id follows."""


def is_contact_field(value: object) -> bool:
    """Whether an account can identify contacts by this field (IDN-05)."""
    if not isinstance(value, str) or value in IDENTIFIER_KINDS:
        return isinstance(value, str)
    field_id = value.removeprefix(ADDITIONAL_FIELD)
    return value != field_id and field_id.isascii() and field_id.isdigit() and field_id[0] != "0"


DEFAULT_ACCOUNT = "default"


@dataclass(slots=True)
class Step:
    """One line of a trace: a finding of the ledger, and what it was said of.

    `finding` is its id, such as `ORD-04/not_a_date`. `other_param` names the parameter or field
    concerned, as a path such as `items[0].url`, where it is not the one of the rule. `args` are
    what the sentence is made of, JSON values by name.
    """

    finding: str
    other_param: str | None = None
    args: Mapping[str, Any] | None = None

    @property
    def param(self) -> str | None:
        """The parameter or field concerned, where there is one."""
        return param_of(self.finding, self.other_param)

    @property
    def rule(self) -> str:
        """The id of the rule, such as `ORD-04`."""
        return rule_of(self.finding)

    @property
    def result(self) -> Result:
        """`passed`, `failed` (why the event was not applied) or `noted` (changes nothing)."""
        return FINDINGS[self.finding].result

    @property
    def message(self) -> str:
        """The sentence."""
        return message_of(self.finding, self.other_param, self.args or {})

    def stored(self) -> Any:
        """The step as a record holds it; `ledger.findings.shown_step` reads it."""
        if self.other_param is None:
            return [self.finding, self.args] if self.args else self.finding
        if self.args:
            return [self.finding, self.other_param, self.args]
        return [self.finding, self.other_param]


# No slots: orjson serializes a dataclass that has a `__dict__` twice as fast.
@dataclass
class Effect:
    """What an event did to an order: the whole order document before (None: new) and after."""

    order: str
    change: Change
    before: Document | None
    after: Document


@dataclass(slots=True)
class EventRequest:
    """An event as a door received it, before any rule has looked at it.

    `body` is the parsed JSON, whatever it is; when it could not be parsed, `body` is None,
    `malformed` says why and `text` is what was sent (its beginning). `size` is the body's length
    in bytes as sent (ENV-11). `notes` are steps of the transport to be kept at the head of the
    trace, each with its warning code or None. `occurred` is the time of a past event (PST-05),
    ISO 8601.
    """

    body: Any
    api_version: ApiVersion = "v2"
    size: int = 0
    malformed: str | None = None
    text: str | None = None
    occurred: str | None = None
    notes: tuple[tuple[Step, str | None], ...] = ()


@dataclass(slots=True)
class Outcome:
    """All that the rules found out about one event, and the changes that follow from it.

    `reasons` and `warnings` are codes of the ledger; `hint` is the way out in one sentence;
    `caused_by` the id of an earlier event that is to blame. `effect` is the change to an order,
    `new_event_type` and `new_contact` are documents to be stored with the event, when there are
    any. `segmented` says whether the event's type took part in segmentation (SEG-03). `answer` is
    the text of the wire answer of a rejected event and `status` its HTTP status.
    `event_id` is the id of the event's record, once there is one.
    """

    verdict: Verdict
    event_id: int | None = None
    event_type_key: str | None = None
    key_value: str | None = None
    event_key: str | None = None
    params: Any = None
    contact_id: int | None = None
    external_order_id: str | None = None
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    trace: list[Step] = field(default_factory=list)
    hint: str | None = None
    caused_by: int | None = None
    effect: Effect | None = None
    new_event_type: Document | None = None
    new_contact: Document | None = None
    segmented: bool = True
    status: int = 200
    answer: str = ""


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """What a client of the emulated API got for an event.

    `status` is None when there was no answer, and `trouble` then says why; it also says when the
    body is less than was announced. `account` is the account the event went to and `event_id` the
    id of its record, if it came that far; `reason` is the code that kept it from that, and `fault`
    the id of an injected fault that hit it.
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


class AccountView(Protocol):
    """What rules may see of an account. Reading only; every method costs the same at any size."""

    @property
    def name(self) -> str:
        """The account's name."""

    @property
    def settings(self) -> AccountSettings:
        """The account's settings."""

    def find_contact(self, kind: ContactField, value: str) -> int | None:
        """The id of the contact with exactly this identifier (email: any letter case), or None."""

    def deleted_contact(self, kind: ContactField, value: str) -> Document | None:
        """A deleted contact that has exactly this identifier, or None."""

    def near_contacts(self, value: str) -> Iterable[NearContact]:
        """Contacts holding this value but for letter case, `+`, blanks, dashes, brackets or kind.

        Contacts of other accounts are among them when they hold the very same value.
        """

    def order(self, external_order_id: str) -> Document | None:
        """The order with this externalOrderId (letter case counts), or None."""

    def recent_order_ids(self, limit: int) -> list[str]:
        """Up to `limit` externalOrderIds of this account, the newest order first."""

    def event_type(self, key: str) -> Document | None:
        """The event type: `eventTypeKey`, `segmentation`, `validateParams`, `params`; or None."""

    def segmented_event_types(self) -> int:
        """How many event types take part in segmentation (SEG-02)."""

    def last_failure(self, external_order_id: str) -> Document | None:
        """The newest orderCreated or orderUpdated of this order that was not applied, or None."""

    def next_order_id(self) -> int:
        """The orderId the next new order will get (ORD-18)."""

    def next_contact_id(self) -> int:
        """The id the next new contact will get."""
