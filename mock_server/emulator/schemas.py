"""The shapes of what people hand to the emulator itself: settings, contacts, event types, seeds.

Every schema refuses what it does not know, so that a misspelt name is told and not swallowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, post_load, validate

from mock_server.emulator.errors import InvalidError
from mock_server.model import (
    IDENTIFIER_KINDS,
    IDENTIFIER_PRIORITIES,
    SINGLE_ELEMENT_LISTS,
    IdentifierRule,
    is_contact_field,
)


class StrictSchema(Schema):
    """A schema that names every field it knows and refuses all others."""

    class Meta:
        """How marshmallow loads it."""

        unknown = RAISE

    def read(self, data: Any, what: str) -> Any:
        """Load `data`; raises `InvalidError` that names every field that is wrong, and why."""
        try:
            return self.load(data)
        except ValidationError as error:
            messages: Any = error.messages
            known = ", ".join(each.data_key or name for name, each in self.fields.items())
            raise InvalidError(
                f"{what}: {describe(messages)}. Known fields: {known}."
                if "Unknown field" in str(messages)
                else f"{what}: {describe(messages)}."
            ) from None


def describe(messages: Any, path: str = "") -> str:
    """Marshmallow's nested messages in one line, each with the path of its field."""
    if isinstance(messages, Mapping):
        return "; ".join(describe(each, _join(path, name)) for name, each in messages.items())
    if isinstance(messages, (list, tuple)):
        return "; ".join(describe(each, path) for each in messages)
    text = str(messages).rstrip(".")
    return f"{path}: {text}" if path else text


def _join(path: str, name: Any) -> str:
    if name == "_schema":
        return path
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else str(name)


def _check_contact_field(value: str) -> None:
    if not is_contact_field(value):
        raise ValidationError(f"Must be one of: {', '.join(IDENTIFIER_KINDS)}, or field:ID")


class IdentifierRuleSchema(StrictSchema):
    """IDN-05: which parameter identifies contacts."""

    param = fields.String(required=True, validate=validate.Length(min=1, max=100))
    field = fields.String(required=True, validate=_check_contact_field)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> IdentifierRule:
        return IdentifierRule(**data)


class SettingsSchema(StrictSchema):
    """The settings of an account, any subset of them."""

    strict = fields.Boolean()
    explain_headers = fields.Boolean()
    identifier_rule = fields.Nested(IdentifierRuleSchema, allow_none=True)
    create_contacts_from_events = fields.Boolean()
    segment_new_event_types = fields.Boolean()
    duplicate_guard = fields.Boolean()
    rate_limits = fields.Boolean()
    allow_delete_events = fields.Boolean()
    past_event_depth_days = fields.Integer(strict=True, validate=validate.Range(min=0, max=36_500))
    revenue_from_mobile_sdk_initialized = fields.Boolean()
    organisation_name = fields.String(validate=validate.Length(max=200))
    user_email = fields.String(validate=validate.Length(max=200))
    org_id = fields.Integer(strict=True, validate=validate.Range(min=1, max=10**9))
    identifier_priority = fields.String(validate=validate.OneOf(IDENTIFIER_PRIORITIES))
    single_element_lists = fields.String(validate=validate.OneOf(SINGLE_ELEMENT_LISTS))


class TextOrNumber(fields.Field[str]):
    """Text, or a number that is taken as its text: how ids and phones are often written."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise ValidationError("Not text or a whole number")
        text = str(value).strip()
        if not text:
            raise ValidationError("Is blank")
        return text


class ShortContactSchema(StrictSchema):
    """A contact in the short form for tests and seeds."""

    email = TextOrNumber()
    phone = TextOrNumber()
    externalCustomerId = TextOrNumber()
    contactKey = TextOrNumber()
    pushToken = TextOrNumber()
    firstName = fields.String(allow_none=True)
    lastName = fields.String(allow_none=True)


class ParamRuleSchema(StrictSchema):
    """One parameter of an event type, and whether it is required (ENV-14)."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    required = fields.Boolean(load_default=True)


class EventTypeSchema(StrictSchema):
    """The switches of an event type, any subset of them."""

    segmentation = fields.Boolean()
    validateParams = fields.Boolean()
    params = fields.List(fields.Nested(ParamRuleSchema))


class SeededEventTypeSchema(EventTypeSchema):
    """An event type in a seed."""

    eventTypeKey = fields.String(required=True, validate=validate.Length(min=1, max=100))


class SeededOrderSchema(Schema):
    """An order in a seed: the vendor's fields; those it does not name are kept as they are."""

    class Meta:
        """How marshmallow loads it."""

        unknown = INCLUDE

    externalOrderId = TextOrNumber(required=True)
    totalCost = fields.Raw(required=True)
    status = fields.Raw(required=True)
    date = fields.Raw(required=True)
    items = fields.Raw()


CHANNELS = ("email", "sms", "viber", "mobilepush", "webpush", "appinbox", "inapp", "widget")


class WorkflowSchema(StrictSchema):
    """A workflow of one message block (MSG-05)."""

    eventTypeKey = fields.String(required=True, validate=validate.Length(min=1, max=100))
    channel = fields.String(required=True, validate=validate.OneOf(CHANNELS))
    recipient = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    template = fields.String(required=True, validate=validate.Length(max=100_000))
    json = fields.String(allow_none=True, validate=validate.Length(max=300))
    subject = fields.String(allow_none=True, validate=validate.Length(max=1000))


class SeedSchema(StrictSchema):
    """A seed: what an account holds when a run begins."""

    contacts = fields.List(fields.Nested(ShortContactSchema), load_default=list)
    orders = fields.List(fields.Nested(SeededOrderSchema), load_default=list)
    eventTypes = fields.List(fields.Nested(SeededEventTypeSchema), load_default=list)
    settings = fields.Nested(SettingsSchema, load_default=dict)
    workflows = fields.List(fields.Nested(WorkflowSchema), load_default=list)
