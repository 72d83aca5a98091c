"""The settings of an account: what each is called, what it does, its default and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class IdentifierRule:
    """IDN-05: the one parameter that identifies contacts, and the `ContactField` it holds."""

    param: str
    field: str


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender of messages that the account has (SND-05)."""

    type: Literal["email", "sms", "viber"]
    value: str


IdentifierPriority = Literal["by_kind", "as_sent"]
IDENTIFIER_PRIORITIES: tuple[IdentifierPriority, ...] = ("by_kind", "as_sent")
"""The identifier of an event that counts first: by its kind, or by its place (IDN-03)."""

SingleElementLists = Literal["object", "array"]
SINGLE_ELEMENT_LISTS: tuple[SingleElementLists, ...] = ("object", "array")
"""The form of a list of one element: that element, or a list (WIRE-10)."""


ContactReads = Literal["all", "documented"]
CONTACT_READS: tuple[ContactReads, ...] = ("all", "documented")
"""The fields that a search for contacts returns: all, or those of the reference (CON-17)."""


Profile = Literal["test", "production", "new-account"]
PROFILES: Mapping[Profile, Mapping[str, Any]] = {
    "test": {
        "duplicate_guard": False,
        "rate_limits": False,
        "contact_reads": "all",
        "segment_new_event_types": True,
    },
    "production": {
        "duplicate_guard": True,
        "rate_limits": True,
        "contact_reads": "documented",
        "segment_new_event_types": True,
    },
    "new-account": {
        "duplicate_guard": True,
        "rate_limits": True,
        "contact_reads": "documented",
        "segment_new_event_types": False,
    },
}
"""The settings of each profile: the defaults, the service, and the service before it is set up."""


def with_profile(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes of settings with those of the profile among them, which the others beat."""
    profile: Any = changes.get("profile")
    return {**PROFILES[profile], **changes} if profile in PROFILES else dict(changes)


def _does(about: str, **limits: Any) -> dict[str, Any]:
    """A setting in a sentence, and the values it takes.

    `limits` are `least` and `most` for a number; for a text `longest` (characters), `choices`, or
    `zone`, the name of a time zone.
    """
    return {"about": about, **limits}


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The switches of one account; names and defaults as the control API documents them."""

    strict: bool = field(
        default=False,
        metadata=_does(
            "An ignored event is answered with 422 and what is wrong, not with 200 and nothing."
        ),
    )
    explain_headers: bool = field(
        default=True,
        metadata=_does("Answers say what became of an event, in headers such as `X-Mock-Verdict`."),
    )
    identifier_rule: IdentifierRule | None = field(
        default=None,
        metadata=_does(
            "The one parameter that says whose an event is, and the field of the contact it is"
            " compared with (IDN-05)."
        ),
    )
    create_contacts_from_events: bool = field(
        default=False, metadata=_does("An event that matches nobody creates the contact (IDN-07).")
    )
    segment_new_event_types: bool = field(
        default=True,
        metadata=_does("A new event type begins with “Use for segmentation” switched on."),
    )
    duplicate_guard: bool = field(
        default=False,
        metadata=_does("A request that is repeated within a minute is answered with 409 (CON-10)."),
    )
    rate_limits: bool = field(
        default=False,
        metadata=_does("Too many requests within a second are answered with 429 (WIRE-07)."),
    )
    allow_delete_events: bool = field(
        default=False,
        metadata=_does("`DELETE /past_events` deletes; otherwise it is answered with 403."),
    )
    past_event_depth_days: int = field(
        default=1826,
        metadata=_does(
            "How many days ago a past event may have occurred (PST-04).", least=0, most=36_500
        ),
    )
    revenue_from_mobile_sdk_initialized: bool = field(
        default=True,
        metadata=_does("Orders of the mobile SDK count in revenue from `INITIALIZED` on (ORD-19)."),
    )
    organisation_name: str = field(
        default="Example shop", metadata=_does("What the account tells about itself.", longest=200)
    )
    user_email: str = field(
        default="owner@example.com",
        metadata=_does("Whom the account tells it belongs to.", longest=200),
    )
    org_id: int = field(
        default=1,
        metadata=_does("The number by which the account tells itself apart.", least=1, most=10**9),
    )
    identifier_priority: IdentifierPriority = field(
        default="by_kind",
        metadata=_does(
            "Which identifier counts first: by_kind, or as_sent in the event.",
            choices=IDENTIFIER_PRIORITIES,
        ),
    )
    single_element_lists: SingleElementLists = field(
        default="object",
        metadata=_does(
            "How a list of one comes: as an object, or as an array.", choices=SINGLE_ELEMENT_LISTS
        ),
    )

    time_zone: str = field(
        default="UTC",
        metadata=_does(
            "The time zone of dates without an offset, where their contact has none (PST-02).",
            zone=True,
        ),
    )
    contact_reads: ContactReads = field(
        default="all",
        metadata=_does(
            "What a search for contacts gives of each: all, or what is documented (CON-17).",
            choices=CONTACT_READS,
        ),
    )
    senders: tuple[Sender, ...] = field(
        default=(),
        metadata=_does(
            "Who may send messages, each with `type` (email, sms or viber) and `value`; while there"
            " are none, anybody (SND-05)."
        ),
    )

    profile: Profile = field(
        default="test",
        metadata=_does(
            "The profile whose settings were applied last; settings may have changed since.",
            choices=tuple(PROFILES),
        ),
    )

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of all settings."""
        return tuple(each.name for each in fields(cls))
