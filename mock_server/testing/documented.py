"""What the documents hold, as test code sees them: made from `mock_server.documents`.

Written by `python tools/typed_records.py`; not to be changed by hand.
"""

from decimal import Decimal
from typing import Any, Literal

from mock_server.model import Document
from mock_server.testing.record import Record

OrderStatus = Literal[
    "ABANDONED_SHOPPING_CART",
    "CANCELLED",
    "DELIVERED",
    "INITIALIZED",
    "IN_PROGRESS",
]
"""The status of an order (ORD-03)."""

ReasonCode = Literal[
    "body_too_large",
    "contact_identifier_missing",
    "contact_json_invalid",
    "contact_not_found",
    "contact_value_invalid",
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

WarningCode = Literal[
    "amount_invalid",
    "body_nearly_too_large",
    "channels_missing",
    "channels_of_one_type_many",
    "contact_ambiguous",
    "contact_field_unknown",
    "contact_identifier_missing",
    "contact_not_found",
    "contact_value_invalid",
    "content_type_missing",
    "currency_unknown",
    "currency_unsupported",
    "custom_fields_ids_missing",
    "date_not_documented_format",
    "date_unlikely",
    "earlier_event_lost",
    "event_type_looks_like_order",
    "event_type_looks_like_site_event",
    "external_id_kept",
    "external_order_id_blanks",
    "field_ignored",
    "identifier_forbidden_character",
    "identifier_placeholder",
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
    "order_goes_back",
    "parameter_name_near_miss",
    "params_misnamed",
    "phone_not_international",
    "segmentation_limit",
    "site_event_param_missing",
    "site_event_value_invalid",
    "status_reopened",
    "status_unchanged",
    "total_cost_negative",
    "total_mismatch",
    "v1_value_not_string",
    "value_suspicious",
]
"""What is probably a mistake."""


class StepFields(Record):
    """The fields of `documents`' Step."""

    __slots__ = ()

    finding: str | None
    rule: str
    result: str
    message: str
    param: str | None


class HistoryEntryFields(Record):
    """The fields of `documents`' HistoryEntry."""

    __slots__ = ()

    externalOrderId: str
    eventId: int | None
    at: str
    eventTypeKey: str
    change: str
    before: Document | None
    after: Document


class OrderFields(Record):
    """The fields of `documents`' Order."""

    __slots__ = ()

    externalOrderId: str
    orderId: int
    contactId: int | None
    status: str
    totalCost: int | float | Decimal | str
    date: str
    currency: str | None
    items: list[Document] | None
    externalCustomerId: Any
    email: Any
    phone: Any
    firstName: Any
    lastName: Any
    shipping: Any
    discount: Any
    taxes: Any
    restoreUrl: Any
    statusDescription: Any
    storeId: Any
    source: Any
    deliveryMethod: Any
    paymentMethod: Any
    deliveryAddress: Any
    additionalInfo: Document
    createdAt: str
    updatedAt: str


class ContactFields(Record):
    """The fields of `documents`' Contact."""

    __slots__ = ()

    id: int
    channels: list[Document]
    externalCustomerId: str | None
    contactKey: str | None
    firstName: str | None
    lastName: str | None
    fields: list[Document]
    address: Document | None
    subscriptions: list[str]
    source: str
    createdAt: str
    updatedAt: str | None
    deleted: bool | None
    deletedAt: str | None
    timeZone: str | None
    orderExternalIds: list[str]


class EffectFields(Record):
    """The fields of `documents`' Effect."""

    __slots__ = ()

    order: str
    change: str


class OutcomeFields(Record):
    """The fields of `documents`' Outcome."""

    __slots__ = ()

    eventId: int | None
    eventTypeKey: str | None
    keyValue: str | None
    eventKey: str | None
    contactId: int | None
    externalOrderId: str | None
    verdict: str
    reasons: list[str]
    warnings: list[str]
    hint: str | None
    causedBy: int | None
    answer: Document | None


class EventFields(Record):
    """The fields of `documents`' Event beyond those of Outcome."""

    __slots__ = ()

    account: str
    apiVersion: str
    receivedAt: str
    occurred: str | None
    params: Any
    body: Any
    fix: Document | None


class RequestFields(Record):
    """The fields of `documents`' Request."""

    __slots__ = ()

    requestId: int
    at: str
    method: str
    path: str
    status: int | None
    durationMs: float
    account: str | None
    eventId: int | None
    reason: str | None
    fault: int | None
    body: str | None
    host: str | None
    via: str
    refused: bool
    notes: list[Document]
