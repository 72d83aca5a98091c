"""SIT, SITE and PRO: site events from a backend, the set-up of a shop, and promo codes."""

from mock_server.ledger.entry import Source, declare

RULES = (
    declare(
        "SIT-01 What a site event requires",
        """Seven event types tell of what visitors do: `pageViewed` requires `page` with `location`;
        `productViewed` and `productAddedToWishlist` require `product` with `productId` and `price`;
        `productCategoryViewed` requires `category` with `productCategoryId`; `cartUpdated` requires
        `recycleStateId`, and `products` with `productId`, `quantity` and `price` each, unless the
        cart is empty; `productImpressions` requires `recomVariantId` (`r12v34`) and `products` with
        `productId` each; `searchRequest` requires `search`. `currencyCode` is a code of ISO 4217,
        `isInStock` and `isFound` are 0 or 1.""",
        Source.SITE_EVENTS,
        decision="""The event is recorded whatever it holds, as any event is; what is required and
        not filled is warned of, since such an event drives no recommendation and no trigger.""",
        findings="""
            passed complete | {key} has what the vendor requires
            noted missing site_event_param_missing | {key} requires {param}, which is not filled
            noted not_an_object site_event_value_invalid | {param} is {type}, not an object
            noted not_an_array site_event_value_invalid | {param} is {type}, not an array
            noted empty site_event_value_invalid | {param} is empty
            noted currency site_event_value_invalid | {param} {value} is not a code of ISO 4217
            noted flag site_event_value_invalid | {param} is {value}, not 0 or 1
            noted variant site_event_value_invalid | {param} is {value}, not like r12v34""",
    ),
    declare(
        "SIT-02 JSON text in site events",
        "A value of a site event that is JSON text is read as what it holds.",
        Source.SITE_EVENTS,
        when_broken="warning `site_event_value_invalid` for text that is not JSON",
        findings="""
            noted not_json site_event_value_invalid | {param} is not JSON""",
    ),
    declare(
        "SIT-03 Near types of site events",
        """A type that differs from one of the seven only by letter case, `_`, `-` or blanks is a
        custom event, and is warned of.""",
        Source.PROJECT,
        param="eventTypeKey",
        findings="""
            noted almost event_type_looks_like_site_event
                | {key} is a custom event; did you mean {meant}?""",
    ),
    declare(
        "SITE-01 Domains of the shop",
        """POST /site/domains adds a domain: 201 with `siteId` and `domain`. The same domain again
        is 400 with the text `Domain already exists`, and what is not a host name is 400. GET
        /site/domains lists them.""",
        (Source.REFERENCE, Source.FIELD),
        decision="""The reference gives 200 for a domain that is added again; shop modules expect
        the 400. A scheme before the domain and a slash after it do not count.""",
        when_broken="400",
    ),
    declare(
        "SITE-02 Scripts and web push",
        """GET /site/script and GET /site/webpush/script answer a script as text, and 404 before
        there is a domain. /site/webpush/domains takes `domain`, `serviceWorkerName` (a file that
        ends with .js), `serviceWorkerPath` and `serviceWorkerScope` (which begin and end with a
        slash); deleting an unknown one is 404.""",
        Source.REFERENCE,
        decision="The script does nothing but say so in the console.",
        when_broken="400 or 404",
    ),
    declare(
        "SITE-03 Token of a contact for the site",
        """POST /auth/contact/token with `extid`, `email` or `phone` answers a token of that contact
        for the site's tracker.""",
        Source.FIELD,
        decision="The token opens nothing here, and the contact need not exist.",
        when_broken="400",
    ),
    declare(
        "SITE-04 Push tokens of applications",
        """POST /apps/{app}/tokens adds push tokens to the contacts that they name by contactId,
        externalCustomerId, phone or email, in this order; a contact that is not there is made, and
        a token that is there stays with its contact. Tokens can be muted, unmuted, activated and
        asked for their contact.""",
        Source.REFERENCE,
        decision="""An application is known from its first token on. A token is kept as a channel
        mobilepush. `duration` counts minutes.""",
        when_broken="400 or 404",
    ),
    declare(
        "SITE-05 Web tracking is not emulated",
        """tracker.yespo.io, events.yespo.io and the like take web tracking and the logs of modules
        by a protocol of their own, which is not emulated: 501.""",
        Source.FIELD,
        when_broken="501",
    ),
    declare(
        "PRO-01 Promo codes of the shop",
        """POST /promocodes stores or changes codes, with `expirationDate`, `discount`, `type` and
        `inUse`, and answers what was sent. GET /promocodes gives the available ones, GET
        /promocodes/count their number, by `type`, `inUse`, `activeDueDays` (they expire within so
        many days) and `discount`.""",
        Source.REFERENCE,
        decision="""A code whose date has passed is stored and not available; a date without a time
        counts to its end. Codes in use are given only when `inUse` is asked for.""",
        when_broken="400",
    ),
)
