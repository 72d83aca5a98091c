"""Contacts, and what the service keeps with them."""

from pathlib import Path

from marshmallow import fields

from mock_server.documents.fields import Flag, Open, TextOrNumber, many, number, shape, text

Channel = shape("Channel", Open, type=text(), value=TextOrNumber(required=True))
"""A way to reach a contact, such as `email` or `sms`."""

FieldValue = shape("FieldValue", Open, id=number(), value=TextOrNumber(required=True))
"""The value of an additional field of a contact."""

TIME_ZONES = frozenset(Path(__file__).with_name("time_zones.txt").read_text("ascii").split())
"""ENV-18: the names of the tz database (2025), the same on every system."""


class Contact(Open):
    """A contact of the API, `deleted` or not (CON-02), with what Add orders bound (BLK-08)."""

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


GroupMember = shape(
    "GroupMember", Open, member=text(), groupId=text(), contactId=number(), addedAt=text()
)
"""A contact in a static segment; `member` is both their ids, as in `1:6`."""

AdditionalField = shape("AdditionalField", Open, id=number())
"""An additional field that some contact has had (IDN-05)."""

Subscription = shape(
    "Subscription", Open, id=number(), key=text(), createdDate=text(), updatedDate=text()
)
"""A subscription category (CON-13)."""

ImportedContact = shape("ImportedContact", Open, dedupeValue=text(), contactId=number())
"""The contact that an imported one has become."""


class ImportSession(Open):
    """An import of contacts, and how often it was asked for (CON-07)."""

    asyncSessionId = text()
    createdAt = text()
    contacts = number()
    failed = number()
    polls = number()
    mapping = many(ImportedContact)


Unsubscribed = shape("Unsubscribed", Open, email=text(), addedAt=text())
"""An address that gets no bulk mail."""
