"""The shapes of what sends messages (SND)."""

from typing import Any

from marshmallow import ValidationError, fields, pre_load, validates_schema

from mock_server.api.fields import LenientSchema, OneOrMany, SentFlag, SentText, Whole
from mock_server.documents.fields import shape
from mock_server.rules.values import json_type


class Template(fields.String):
    """SentText as it is, blanks and all; it must be filled."""

    def __init__(self) -> None:
        super().__init__(required=True)
        self.error_messages["null"] = self.error_messages["required"] = "must be filled."

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"must be text, not {json_type(value)}.")
        if not value.strip():
            raise ValidationError("must be filled.")
        return value


class TextToSend(LenientSchema):
    """What all texts that are sent to addresses may have."""

    tags = OneOrMany(SentText())
    externalRequestId = SentText()
    skipPersonalisation = SentFlag()
    subscriptionsKeys = OneOrMany(SentText())


class EmailToSend(TextToSend):
    """POST /message/email."""

    sender = SentText(required=True, data_key="from")
    subject = Template()
    htmlText = Template()
    plainText = SentText()
    ampHtmlText = SentText()
    trackUrls = SentFlag()
    emails = fields.Raw()


class SmsToSend(TextToSend):
    """POST /message/sms."""

    sender = SentText(required=True, data_key="from")
    text = Template()
    phoneNumbers = fields.Raw()
    groupId = Whole()


class ViberToSend(TextToSend):
    """POST /message/viber."""

    sender = SentText(data_key="from")
    text = Template()
    iosExpirityText = SentText(required=True)
    phoneNumbers = fields.Raw()
    groupId = Whole()
    ttlSeconds = Whole()
    img = SentText()
    caption = SentText()
    action = SentText()


class RecipientSchema(LenientSchema):
    """A recipient of a stored message, named by one of the first three."""

    contactId = Whole()
    externalCustomerId = SentText()
    locator = SentText()
    jsonParam = fields.Raw(allow_none=True)
    externalRequestId = SentText()
    languageCode = SentText()

    @pre_load
    def _wrap(self, data: Any, **_: Any) -> Any:
        """An address that comes without its object is taken as well."""
        return {"locator": data} if isinstance(data, (str, int)) else data

    @validates_schema
    def _named(self, data: dict[str, Any], **_: Any) -> None:
        if not any(data.get(name) for name in ("contactId", "externalCustomerId", "locator")):
            raise ValidationError("names nobody: send contactId, externalCustomerId or locator.")


class SmartSendSchema(LenientSchema):
    """POST /message/{id}/smartsend."""

    recipients = fields.List(fields.Nested(RecipientSchema), required=True)
    email = SentFlag()
    fromName = SentText()


ParamSchema = shape(
    "ParamSchema", LenientSchema, key=SentText(required=True), value=fields.Raw(allow_none=True)
)
"""A parameter of POST /message/{id}/send."""


class SendSchema(LenientSchema):
    """POST /message/{id}/send."""

    recipients = fields.List(SentText(), required=True)
    params = OneOrMany(fields.Nested(ParamSchema))
    email = SentFlag()
    fromName = SentText()


StatusQuery = shape("StatusQuery", LenientSchema, ids=SentText(required=True))
"""The messages that are asked for."""
