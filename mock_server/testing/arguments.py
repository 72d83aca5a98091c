"""The keyword arguments of `MockServer`, by name and type, so that an editor completes them."""

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from mock_server.documents.account_settings import (
    ContactReads,
    IdentifierPriority,
    Profile,
    SingleElementLists,
)
from mock_server.emulator.errors import InvalidError
from mock_server.filters import FILTERS
from mock_server.model import Verdict
from mock_server.names import way_out
from mock_server.testing.documented import ReasonCode, WarningCode

__tracebackhide__ = True  # for pytest: a failure is in the line of the test


class EventFilters(TypedDict, total=False):
    """Filters of events: those that match all filters given.

    `type` is an eventTypeKey, `verdict` may also be `dropped` (ignored or rejected), `reason` and
    `warning` are codes, `rule` is a rule or a finding, `contact` an id or any identifier, `order`
    an externalOrderId, `q` text anywhere in what was sent. `since` and `until` are event ids,
    `after` and `before` ISO 8601 times, `fix` is the id of a cause of the fix list.
    """

    type: str | None
    verdict: Verdict | Literal["dropped"] | None
    reason: ReasonCode | None
    warning: WarningCode | None
    contact: str | int | None
    order: str | int | None
    q: str | None
    rule: str | None
    since: int | None
    until: int | None
    after: str | None
    before: str | None
    fix: str | None


class ShortContact(TypedDict, total=False):
    """A contact in the short form for tests: any of its identifiers and names."""

    email: str
    phone: str | int
    externalCustomerId: str | int
    contactKey: str
    pushToken: str
    firstName: str | None
    lastName: str | None


class IdentifierRuleSetting(TypedDict):
    """The account's own identifying parameter, and what it holds (IDN-05)."""

    param: str
    field: str


class Settings(TypedDict, total=False):
    """The settings of an account; docs/control.md says what each does."""

    strict: bool
    explain_headers: bool
    identifier_rule: IdentifierRuleSetting | None
    create_contacts_from_events: bool
    segment_new_event_types: bool
    duplicate_guard: bool
    rate_limits: bool
    allow_delete_events: bool
    past_event_depth_days: int
    revenue_from_mobile_sdk_initialized: bool
    organisation_name: str
    user_email: str
    org_id: int
    identifier_priority: IdentifierPriority
    single_element_lists: SingleElementLists
    time_zone: str
    contact_reads: ContactReads
    profile: Profile
    senders: list[dict[str, str]]


def check_arguments(filters: Mapping[str, Any]) -> None:
    """Refuse filters by an unknown name (`TypeError`) or type (`InvalidError`)."""
    for name, value in filters.items():
        if name not in FILTERS:
            raise TypeError(f"There is no filter {name!r}. {way_out(name, FILTERS)}")
        types = FILTERS[name].types
        if value is not None and (isinstance(value, bool) or not isinstance(value, types)):
            wanted = " or ".join("text" if each is str else "a number" for each in types)
            raise InvalidError(f"No event can match {name}={value!r}. Give {wanted}.")
