"""The settings of an account: what each is called, what it does, its default and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args


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
SingleElementLists = Literal["object", "array"]
ContactReads = Literal["all", "documented"]
Profile = Literal["test", "production", "new-account"]
_AS_A_TEST = {
    "duplicate_guard": False,
    "rate_limits": False,
    "contact_reads": "all",
    "segment_new_event_types": True,
}
_AS_THE_SERVICE = {
    "duplicate_guard": True,
    "rate_limits": True,
    "contact_reads": "documented",
    "segment_new_event_types": True,
}
PROFILES: Mapping[Profile, Mapping[str, Any]] = {
    "test": _AS_A_TEST,
    "production": _AS_THE_SERVICE,
    "new-account": {**_AS_THE_SERVICE, "segment_new_event_types": False},
}
"""The settings of each profile: the defaults, the service, and the service before it is set up."""


def with_profile(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return changes of settings with those of the profile among them, which the others beat."""
    profile: Any = changes.get("profile")
    return {**PROFILES[profile], **changes} if profile in PROFILES else dict(changes)


def _setting(default: Any, about: str, **limits: Any) -> Any:
    """A setting: its default, a sentence, and `limits` of its values.

    `least` and `most` for a number; `longest`, `choices` or `zone` (its name) for a text.
    """
    return field(default=default, metadata={"about": about, **limits})


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """The switches of one account; names and defaults as the control API documents them."""

    strict: bool = _setting(
        False, "An ignored event is answered with 422 and what is wrong, not with 200 and nothing."
    )
    explain_headers: bool = _setting(
        True, "Answers say what became of an event, in headers such as `X-Mock-Verdict`."
    )
    identifier_rule: IdentifierRule | None = _setting(
        None,
        "The one parameter that says whose an event is, and the field of the contact it is"
        " compared with (IDN-05).",
    )
    create_contacts_from_events: bool = _setting(
        False, "An event that matches nobody creates the contact (IDN-07)."
    )
    segment_new_event_types: bool = _setting(
        True, "A new event type begins with “Use for segmentation” switched on."
    )
    duplicate_guard: bool = _setting(
        False, "A request that is repeated within a minute is answered with 409 (CON-10)."
    )
    rate_limits: bool = _setting(
        False, "Too many requests within a second are answered with 429 (WIRE-07)."
    )
    allow_delete_events: bool = _setting(
        False, "`DELETE /past_events` deletes; otherwise it is answered with 403."
    )
    past_event_depth_days: int = _setting(
        1826, "How many days ago a past event may have occurred (PST-04).", least=0, most=36_500
    )
    revenue_from_mobile_sdk_initialized: bool = _setting(
        True, "Orders of the mobile SDK count in revenue from `INITIALIZED` on (ORD-19)."
    )
    organisation_name: str = _setting(
        "Example shop", "What the account tells about itself.", longest=200
    )
    user_email: str = _setting(
        "owner@example.com", "Whom the account tells it belongs to.", longest=200
    )
    org_id: int = _setting(
        1, "The number by which the account tells itself apart.", least=1, most=10**9
    )
    identifier_priority: IdentifierPriority = _setting(
        "by_kind",
        "Which identifier counts first: by_kind, or as_sent in the event.",
        choices=get_args(IdentifierPriority),
    )
    single_element_lists: SingleElementLists = _setting(
        "object",
        "How a list of one comes: as an object, or as an array.",
        choices=get_args(SingleElementLists),
    )
    time_zone: str = _setting(
        "UTC",
        "The time zone of dates without an offset, where their contact has none (PST-02).",
        zone=True,
    )
    contact_reads: ContactReads = _setting(
        "all",
        "What a search for contacts gives of each: all, or what is documented (CON-17).",
        choices=get_args(ContactReads),
    )
    senders: tuple[Sender, ...] = _setting(
        (),
        "Who may send messages, each with `type` (email, sms or viber) and `value`; while there are"
        " none, anybody (SND-05).",
    )
    profile: Profile = _setting(
        "test",
        "The profile whose settings were applied last; settings may have changed since.",
        choices=tuple(PROFILES),
    )

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The names of all settings."""
        return tuple(each.name for each in fields(cls))
