"""The keyword arguments of `MockServer`, by name and type, so that an editor completes them.

A test holds these names to what they stand for: the codes of the ledger, the settings of an
account, the fields of a contact in short form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

from mock_server.documents.account_settings import IdentifierPriority, SingleElementLists
from mock_server.emulator import InvalidError
from mock_server.model import Verdict
from mock_server.names import near

Status = Literal["INITIALIZED", "IN_PROGRESS", "DELIVERED", "CANCELLED", "ABANDONED_SHOPPING_CART"]
"""The status of an order (ORD-03)."""

Reason = Literal[
    "body_too_large",
    "contact_identifier_missing",
    "contact_json_invalid",
    "contact_not_found",
    "date_invalid",
    "event_type_key_forbidden_character",
    "event_type_key_missing",
    "event_type_key_too_long",
    "external_order_id_invalid",
    "identifier_missing",
    "item_not_an_object",
    "item_required_missing",
    "item_value_invalid",
    "items_not_a_list",
    "items_not_json",
    "key_value_forbidden_character",
    "key_value_malformed",
    "key_value_missing",
    "key_value_too_long",
    "malformed_body",
    "occurred_in_future",
    "occurred_invalid",
    "occurred_missing",
    "occurred_too_deep",
    "order_malformed",
    "order_not_found",
    "param_malformed",
    "param_name_duplicate",
    "param_name_too_long",
    "required_missing",
    "required_params_missing",
    "segmentation_disabled",
    "status_invalid",
    "total_cost_invalid",
]
"""Why an event was not applied."""

Warning = Literal[  # noqa: A001  (what the service and the control API call it)
    "channels_of_one_type_many",
    "contact_field_unknown",
    "contact_identifier_missing",
    "contact_not_found",
    "content_type_missing",
    "currency_unknown",
    "currency_unsupported",
    "date_not_documented_format",
    "date_unlikely",
    "event_type_looks_like_order",
    "event_type_looks_like_site_event",
    "external_order_id_blanks",
    "identifier_forbidden_character",
    "identifier_too_long",
    "identifiers_disagree",
    "item_category_missing",
    "item_nested_value_serialized",
    "item_url_not_absolute",
    "items_empty",
    "name_repeated",
    "order_already_exists",
    "order_contact_differs",
    "order_field_unknown",
    "parameter_name_near_miss",
    "params_misnamed",
    "segmentation_limit",
    "site_event_param_missing",
    "site_event_value_invalid",
    "status_reopened",
    "status_unchanged",
    "total_cost_negative",
    "total_mismatch",
    "v1_value_not_string",
]
"""What the real service would swallow, and is probably a mistake."""


class EventFilters(TypedDict, total=False):
    """Which events: those that match all filters given.

    `type` is an eventTypeKey, `reason` and `warning` are codes, `contact` is an id or any
    identifier, `order` an externalOrderId, `q` text anywhere in what was sent.
    """

    type: str | None
    verdict: Verdict | None
    reason: Reason | None
    warning: Warning | None
    contact: str | int | None
    order: str | int | None
    q: str | None


_KEYS = ("contact", "order")
"""The filters that name something by its id, which may be given as a number."""


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


def check_filters(filters: Mapping[str, Any]) -> None:
    """Refuse filters of events by a name or a type of argument that there is not.

    Raises `TypeError` for a name, as Python does, and `InvalidError` for a value of another type,
    which could match no event; both say what would do. Unknown codes the hall tells.
    """
    known = EventFilters.__annotations__
    for name, value in filters.items():
        if name not in known:
            close = near(name, known)
            meant = f"did you mean {close}?" if close else f"there are {', '.join(known)}."
            raise TypeError(f"There is no filter {name!r}: {meant}")
        allowed = (str, int) if name in _KEYS else (str,)
        if value is not None and (isinstance(value, bool) or not isinstance(value, allowed)):
            wanted = "text or a number" if name in _KEYS else "text"
            raise InvalidError(f"No event can match: {name} is {wanted}, not {value!r}")
