"""What a shop's module leaves when it is set up: domains, push tokens, promo codes (SITE, PRO)."""

from marshmallow import fields

from mock_server.documents.fields import Open, flag, number, shape, text

Site = shape("Site", Open, domain=text(), siteId=number(), createdAt=text())
"""A domain of the shop (SITE-01)."""


class PushDomain(Open):
    """A domain that asks for web push, with its service worker (SITE-02)."""

    domain = text()
    serviceWorkerName = fields.String(allow_none=True)
    serviceWorkerPath = fields.String(allow_none=True)
    serviceWorkerScope = fields.String(allow_none=True)
    createdAt = text()


class AppToken(Open):
    """A push token of an application (SITE-04); `key` is both, as in `app/token`."""

    key = text()
    app = text()
    token = text()
    contactId = number()
    active = flag()
    mutedUntil = fields.String(allow_none=True)
    createdAt = text()


class PromoCode(Open):
    """A promo code (PRO-01)."""

    code = text()
    expirationDate = fields.String(allow_none=True)
    discount = fields.Integer(strict=True, allow_none=True)
    type = fields.String(allow_none=True)
    inUse = flag()
