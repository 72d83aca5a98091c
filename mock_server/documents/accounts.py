"""An account as such: its settings (of `AccountSettings`), tokens given out, next numbers."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from mock_server.documents.account_settings import AccountSettings, IdentifierRule, Sender
from mock_server.documents.fields import CheckedField, Closed, Flag, Open, counts, shape, text
from mock_server.documents.messages import SENDER_CHANNELS
from mock_server.model import IDENTIFIER_KINDS, is_contact_field
from mock_server.zones import zone_named


class ContactFieldName(CheckedField):
    """The name of a contact field that can identify contacts."""

    json_type = "string"
    expected = f"one of {', '.join(IDENTIFIER_KINDS)}, or field:ID"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not is_contact_field(value):
            raise ValidationError(f"Must be {self.expected}")
        return str(value)


class IdentifierRuleSettings(Closed):
    """The parameter that identifies contacts, and the contact field it holds (IDN-05)."""

    param = fields.String(required=True, validate=validate.Length(min=1, max=100))
    field = ContactFieldName(required=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> IdentifierRule:
        return IdentifierRule(**data)


def _is_zone(name: str) -> None:
    if zone_named(name) is None:
        raise ValidationError("Must be a name of the tz database, such as Europe/Kyiv")


class SenderSettings(Closed):
    """A sender of messages (SND-05)."""

    type = fields.String(required=True, validate=validate.OneOf(SENDER_CHANNELS))
    value = fields.String(required=True, validate=validate.Length(min=1, max=300))

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> Sender:
        return Sender(**data)


class Senders(fields.List[Any]):
    """Senders, as a tuple."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return tuple(super()._deserialize(value, *args, **kwargs))


def _field_of(setting: dataclasses.Field[Any]) -> fields.Field[Any]:
    limits = setting.metadata
    about = {"description": limits["about"]}
    if isinstance(setting.default, bool):
        return Flag(metadata=about)
    if isinstance(setting.default, int):
        bounds = validate.Range(limits["least"], limits["most"])
        return fields.Integer(strict=True, validate=bounds, metadata=about)
    if setting.default == ():
        return Senders(fields.Nested(SenderSettings), metadata=about)
    if setting.default is None:
        return fields.Nested(IdentifierRuleSettings, allow_none=True, metadata=about)
    if "choices" in limits:
        return fields.String(validate=validate.OneOf(limits["choices"]), metadata=about)
    if limits.get("zone"):
        return fields.String(validate=_is_zone, metadata=about)
    return fields.String(validate=validate.Length(max=limits["longest"]), metadata=about)


class SettingsBase(Closed):
    """The settings of an account, any subset of them."""


Settings = SettingsBase.from_dict(
    {setting.name: _field_of(setting) for setting in dataclasses.fields(AccountSettings)},
    name="Settings",
)
"""The settings of an account, any subset of them."""


def settings_of(document: Mapping[str, Any]) -> AccountSettings:
    """The settings that a document, checked before, holds; what it lacks is the default."""
    rule = document.get("identifier_rule")
    if isinstance(rule, dict):
        document = {**document, "identifier_rule": IdentifierRule(**rule)}
    if senders := document.get("senders"):
        document = {**document, "senders": tuple(Sender(**each) for each in senders)}
    return AccountSettings(**document)


Token = shape("Token", Open, token=text(), createdAt=text())
"""A bearer token that was given out (WIRE-03)."""

AccountNumbers = shape("AccountNumbers", Open, next=counts())
"""The next number of each table that numbers its documents."""
