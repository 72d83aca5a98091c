"""Contacts, and what the service keeps with them."""

from __future__ import annotations

from marshmallow import fields

from mock_server.documents.fields import Flag, Open, TextOrNumber, many, number, text


class Channel(Open):
    """A way to reach a contact, such as `email` or `sms`."""

    type = text()
    value = TextOrNumber(required=True)


class FieldValue(Open):
    """The value of an additional field of a contact."""

    id = number()
    value = TextOrNumber(required=True)


class Contact(Open):
    """A contact, in the shape of the emulated API.

    One that is `deleted` is kept, so that it can be restored (CON-02). `orderExternalIds` are those
    that only Add orders finds it by (BLK-08).
    """

    id = number()
    channels = fields.List(fields.Nested(Channel))
    externalCustomerId = TextOrNumber(allow_none=True)
    contactKey = TextOrNumber(allow_none=True)
    firstName = fields.String(allow_none=True)
    lastName = fields.String(allow_none=True)
    fields_ = fields.List(fields.Nested(FieldValue), data_key="fields")
    address = fields.Nested(Open, allow_none=True)
    subscriptions = fields.List(fields.String())
    source = text()
    createdAt = text()
    updatedAt = fields.String()
    deleted = Flag()
    deletedAt = fields.String()
    timeZone = fields.String(allow_none=True)
    orderExternalIds = fields.List(fields.String())


class Group(Open):
    """A static segment, which the API calls a group (CON-11)."""

    id = number()
    name = text()
    type = text()


class GroupMember(Open):
    """A contact in a static segment; `member` is both their ids, as in `1:6`."""

    member = text()
    groupId = text()
    contactId = number()
    addedAt = text()


class AdditionalField(Open):
    """An additional field that some contact has had (IDN-05)."""

    id = number()


class Subscription(Open):
    """A subscription category (CON-13)."""

    id = number()
    key = text()
    createdDate = text()
    updatedDate = text()


class ImportedContact(Open):
    """The contact that an imported one has become."""

    dedupeValue = text()
    contactId = number()


class ImportSession(Open):
    """An import of contacts, and how often it was asked for (CON-07)."""

    asyncSessionId = text()
    createdAt = text()
    contacts = number()
    failed = number()
    polls = number()
    mapping = many(ImportedContact)


class Unsubscribed(Open):
    """An address that gets no bulk mail."""

    email = text()
    addedAt = text()
