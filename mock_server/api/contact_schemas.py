"""The shapes of contacts on the wire, and of what asks for them (CON)."""

from typing import Any

from marshmallow import ValidationError, post_load, pre_load, validate

from mock_server.api.fields import (
    ClearableText,
    FreeObject,
    LenientSchema,
    OneOrMany,
    SentFlag,
    SentPart,
    SentText,
    Whole,
)
from mock_server.documents.fields import shape
from mock_server.rules.contact.bulk import CONTACT_FIELDS, DEDUPE_ON
from mock_server.rules.contact.contacts import CHANNEL_TYPES
from mock_server.rules.event.schema import FORBIDDEN_CHARACTERS, MAX_EVENT_TYPE_KEY

_LONGEST_FORM_TYPE = MAX_EVENT_TYPE_KEY - len("subscribeUpdateFromApi-")
MAX_ROWS = 500


def _is_key(limit: int) -> list[Any]:
    return [validate.Length(max=limit, error=f"may have {limit} characters."), _has_no_forbidden]


def _has_no_forbidden(value: str | None) -> None:
    found = [each for each in dict.fromkeys(value or "") if each in FORBIDDEN_CHARACTERS]
    if found:
        raise ValidationError(f"has forbidden characters: {' '.join(found)}")


def _one_of(values: tuple[str, ...]) -> validate.OneOf:
    return validate.OneOf(values, error="must be one of {choices}.")


class ChannelSchema(LenientSchema):
    """A channel (CON-09)."""

    type = SentText(required=True, validate=_one_of(CHANNEL_TYPES))
    value = SentText()
    device = FreeObject()
    webPushSubscription = FreeObject()


class AddressSchema(LenientSchema):
    """A postal address."""

    region = ClearableText()
    town = ClearableText()
    address = ClearableText()
    postcode = ClearableText()


class AdditionalFieldSchema(LenientSchema):
    """The value of an additional field."""

    id = Whole(required=True, validate=validate.Range(min=1, error="must be 1 or more."))
    value = SentText()


GroupSchema = shape("GroupSchema", LenientSchema, name=SentText(required=True))
"""A static segment by its name (CON-11)."""


class ContactSchema(LenientSchema):
    """A contact, without channels and additional fields that have no value."""

    firstName = ClearableText()
    lastName = ClearableText()
    channels = OneOrMany(SentPart(ChannelSchema))
    address = SentPart(AddressSchema)
    fields = OneOrMany(SentPart(AdditionalFieldSchema))  # type: ignore[assignment]  # a field of the vendor's
    addressBookId = Whole()
    id = Whole()
    externalCustomerId = SentText()
    contactKey = SentText()
    groups = OneOrMany(SentPart(GroupSchema))
    languageCode = SentText()
    timeZone = SentText()

    @pre_load
    def _unwrap(self, data: Any, **_: Any) -> Any:
        """Some clients wrap the contact of any method as subscribing does."""
        if isinstance(data, dict) and isinstance(data.get("contact"), dict):
            return data["contact"]
        return data

    @post_load
    def _with_values(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        for name in ("channels", "fields"):
            if name in data:
                data[name] = [each for each in data[name] if each.get("value") is not None]
        return data


_BESIDE_THE_CONTACT = ("groups", "subscriptions", "formType", "contact")


def contact_of_subscription(body: dict[str, Any]) -> Any:
    """The contact in the body of a subscription, as sent; it may come without its wrapping."""
    contact = body.get("contact")
    if isinstance(contact, dict):
        return contact
    bare = {name: value for name, value in body.items() if name not in _BESIDE_THE_CONTACT}
    return bare or contact


class SubscribeSchema(LenientSchema):
    """A subscription (CON-08)."""

    contact = SentPart(ContactSchema)
    groups = OneOrMany(SentText())
    subscriptions = OneOrMany(SentText())
    formType = SentText(validate=_is_key(_LONGEST_FORM_TYPE))

    @pre_load
    def _wrap(self, data: Any, **_: Any) -> Any:
        """A contact that comes without its wrapping is taken as well."""
        if not isinstance(data, dict):
            return data
        contact = contact_of_subscription(data)
        return data if contact is None else {**data, "contact": contact}


class BulkContactsSchema(LenientSchema):
    """The options of POST /contacts, for all of its contacts (CON-07)."""

    dedupeOn = SentText(required=True, validate=_one_of(DEDUPE_ON))
    fieldId = Whole()
    contactFields = OneOrMany(SentText(validate=_one_of(CONTACT_FIELDS)))
    customFieldsIDs = OneOrMany(Whole())
    groupNames = OneOrMany(SentText())
    groupNamesExclude = OneOrMany(SentText())
    restoreDeleted = SentFlag()
    eventKeyForNewContacts = SentText(validate=_is_key(MAX_EVENT_TYPE_KEY))


class PageSchema(LenientSchema):
    """Which part of a list: `startindex` counts from 1, `maxrows` above 500 is 500."""

    startindex = Whole(validate=validate.Range(min=1, error="must be 1 or more."))
    maxrows = Whole(validate=validate.Range(min=1, error="must be 1 to 500."))

    @post_load
    def _bounded(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data["startindex"] = data.get("startindex") or 1
        data["maxrows"] = min(data.get("maxrows") or MAX_ROWS, MAX_ROWS)
        return data


class SearchSchema(PageSchema):
    """The conditions of GET /contacts (CON-06)."""

    externalCustomerId = SentText()
    email = SentText()
    sms = SentText()
    firstname = SentText()
    lastname = SentText()
    sortBy = SentText(validate=_one_of(("contactId",)))


SubscriptionsSchema = shape(
    "SubscriptionsSchema", LenientSchema, subscriptions=OneOrMany(SentText(), required=True)
)
"""The categories that a contact is to have (CON-13)."""

DeleteSchema = shape("DeleteSchema", LenientSchema, externalCustomerId=SentText(), erase=SentText())
"""The query of DELETE /contact (CON-04)."""

SegmentSchema = shape("SegmentSchema", PageSchema, name=SentText())
"""The query of GET /groups."""

SegmentContactsSchema = shape(
    "SegmentContactsSchema", PageSchema, orderByTs=SentFlag(), asc=SentFlag()
)
"""The query of GET /group/{id}/contacts (CON-06)."""


class MembersSchema(LenientSchema):
    """Which contacts to attach to a segment, or to detach."""

    contactIds = OneOrMany(Whole())
    externalCustomerIds = OneOrMany(SentText())


EmailsSchema = shape("EmailsSchema", LenientSchema, emails=OneOrMany(SentText(), required=True))
"""E-mail addresses."""
