"""The settings of an account as a schema, made from their declaration, `AccountSettings`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, post_load, validate
from marshmallow import fields as schema_fields

from mock_server.documents.account_settings import AccountSettings, IdentifierRule
from mock_server.documents.fields import CheckedField, Flag
from mock_server.model import IDENTIFIER_KINDS, is_contact_field


class ContactFieldName(CheckedField):
    """The name of a contact field that can identify contacts."""

    json_type = "string"
    expected = f"one of {', '.join(IDENTIFIER_KINDS)}, or field:ID"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not is_contact_field(value):
            raise ValidationError(f"Must be {self.expected}")
        return str(value)


class IdentifierRuleSettings(Schema):
    """Which parameter identifies contacts, and the contact field it holds (IDN-05)."""

    class Meta:
        """A misspelt name is told."""

        unknown = RAISE

    param = schema_fields.String(required=True, validate=validate.Length(min=1, max=100))
    field = ContactFieldName(required=True)

    @post_load
    def _build(self, data: dict[str, Any], **_: Any) -> IdentifierRule:
        return IdentifierRule(**data)


def _field_of(setting: Field[Any]) -> schema_fields.Field[Any]:
    limits = setting.metadata
    about = {"description": limits["about"]}
    if isinstance(setting.default, bool):
        return Flag(metadata=about)
    if isinstance(setting.default, int):
        bounds = validate.Range(limits["least"], limits["most"])
        return schema_fields.Integer(strict=True, validate=bounds, metadata=about)
    if setting.default is None:
        return schema_fields.Nested(IdentifierRuleSettings, allow_none=True, metadata=about)
    if "choices" in limits:
        return schema_fields.String(validate=validate.OneOf(limits["choices"]), metadata=about)
    return schema_fields.String(validate=validate.Length(max=limits["longest"]), metadata=about)


class SettingsBase(Schema):
    """The settings of an account, any subset of them."""

    class Meta:
        """A misspelt name is told."""

        unknown = RAISE


Settings: type[Schema] = type(
    "Settings",
    (SettingsBase,),
    {
        "__doc__": SettingsBase.__doc__,
        **{setting.name: _field_of(setting) for setting in fields(AccountSettings)},
    },
)
"""The settings of an account, any subset of them."""


def settings_of(document: Mapping[str, Any]) -> AccountSettings:
    """The settings that a document, checked before, holds; what it lacks is the default."""
    rule = document.get("identifier_rule")
    if isinstance(rule, dict):
        document = {**document, "identifier_rule": IdentifierRule(**rule)}
    return AccountSettings(**document)
