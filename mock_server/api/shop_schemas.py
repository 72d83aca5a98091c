"""The shapes of the set-up of a shop: domains, tokens, promo codes (SITE, PRO)."""

from marshmallow import ValidationError, fields, validate

from mock_server.api.fields import LenientSchema, OneOrMany, SentFlag, SentText, Whole
from mock_server.documents.fields import shape
from mock_server.rules.moments import moment_of

OneDomainQuery = shape("OneDomainQuery", LenientSchema, domain=SentText())
"""A domain."""


class DomainSchema(LenientSchema):
    """A domain of the shop (SITE-01)."""

    domain = SentText(required=True)


def _is_worker(value: str | None) -> None:
    if value is not None and not (value.endswith(".js") and "/" not in value):
        raise ValidationError("must be the name of a file that ends with .js.")


def _is_path(value: str | None) -> None:
    if value is not None and not (value.startswith("/") and value.endswith("/")):
        raise ValidationError("must begin and end with a slash.")


class PushDomainSchema(DomainSchema):
    """A domain that asks for web push, and its service worker (SITE-02)."""

    serviceWorkerName = SentText(validate=_is_worker)
    serviceWorkerPath = SentText(validate=_is_path)
    serviceWorkerScope = SentText(validate=_is_path)


ContactTokenSchema = shape(
    "ContactTokenSchema", LenientSchema, extid=SentText(), email=SentText(), phone=SentText()
)
"""Whom a site token is for (SITE-03)."""


class AppTokenSchema(LenientSchema):
    """A push token and the contact it belongs to (SITE-04)."""

    token = SentText()
    contactId = Whole()
    externalCustomerId = SentText()
    phone = SentText()
    email = SentText()


class AppTokensSchema(LenientSchema):
    """Push tokens of an application (SITE-04)."""

    tokens = OneOrMany(fields.Nested(AppTokenSchema), required=True)


MuteSchema = shape(
    "MuteSchema", LenientSchema, token=SentText(), duration=fields.Raw(allow_none=True)
)
"""A token that is to be muted or not; `duration` is in minutes."""


def _is_date(value: str | None) -> None:
    if value is not None and moment_of(value) is None:
        raise ValidationError("must be a date such as 2026-12-31 or 2026-12-31T23:59.")


class PromoCodesSchema(LenientSchema):
    """Promo codes and what they are worth (PRO-01), which the query may say too."""

    promocodes = OneOrMany(SentText(), required=True)
    expirationDate = SentText(validate=_is_date)
    discount = Whole()
    type = SentText()
    inUse = SentFlag()


class WantedCodesQuery(LenientSchema):
    """Which promo codes: `activeDueDays` are those that expire within so many days."""

    type = SentText()
    inUse = SentFlag()
    discount = Whole()
    activeDueDays = Whole(validate=validate.Range(min=0, error="must be 0 or more."))
