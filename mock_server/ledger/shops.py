"""SITE and PRO: the calls that set a shop up, and promo codes."""

from mock_server.ledger.entry import Rule, Source

SITE_RULES = (
    Rule(
        id="SITE-01",
        title="Domains of the shop",
        statement=(
            "POST /site/domains adds a domain: 201 with `siteId` and `domain`. The same domain "
            "again is 400 with the text `Domain already exists`, and what is not a host name is "
            "400. GET /site/domains lists them."
        ),
        sources=(Source.REFERENCE, Source.FIELD),
        decision=(
            "The reference gives 200 for a domain that is added again; shop modules expect the "
            "400. A scheme before the domain and a slash after it do not count."
        ),
        when_broken="400",
    ),
    Rule(
        id="SITE-02",
        title="Scripts and web push",
        statement=(
            "GET /site/script and GET /site/webpush/script answer a script as text, and 404 before "
            "there is a domain. /site/webpush/domains takes `domain`, `serviceWorkerName` (a file "
            "that ends with .js), `serviceWorkerPath` and `serviceWorkerScope` (which begin and "
            "end with a slash); deleting an unknown one is 404."
        ),
        sources=(Source.REFERENCE,),
        decision="The script does nothing but say so in the console.",
        when_broken="400 or 404",
    ),
    Rule(
        id="SITE-03",
        title="Token of a contact for the site",
        statement=(
            "POST /auth/contact/token with `extid`, `email` or `phone` answers a token of that "
            "contact for the site's tracker."
        ),
        sources=(Source.FIELD,),
        basis="observed",
        decision="The token opens nothing here, and the contact need not exist.",
        when_broken="400",
    ),
    Rule(
        id="SITE-04",
        title="Push tokens of applications",
        statement=(
            "POST /apps/{app}/tokens adds push tokens to the contacts that they name by contactId, "
            "externalCustomerId, phone or email, in this order; a contact that is not there is "
            "made, and a token that is there stays with its contact. Tokens can be muted, "
            "unmuted, activated and asked for their contact."
        ),
        sources=(Source.REFERENCE,),
        decision=(
            "An application is known from its first token on. A token is kept as a channel "
            "mobilepush. `duration` counts minutes."
        ),
        when_broken="400 or 404",
    ),
    Rule(
        id="SITE-05",
        title="Web tracking is not emulated",
        statement=(
            "tracker.yespo.io, events.yespo.io and the like take web tracking and the logs of "
            "modules by a protocol of their own, which is not emulated: 501."
        ),
        sources=(Source.FIELD,),
        basis="observed",
        when_broken="501",
    ),
)

PRO_RULES = (
    Rule(
        id="PRO-01",
        title="Promo codes of the shop",
        statement=(
            "POST /promocodes stores or changes codes, with `expirationDate`, `discount`, `type` "
            "and `inUse`, and answers what was sent. GET /promocodes gives the available ones, "
            "GET /promocodes/count their number, by `type`, `inUse`, `activeDueDays` (they expire "
            "within so many days) and `discount`."
        ),
        sources=(Source.REFERENCE,),
        decision=(
            "A code whose date has passed is stored and not available; a date without a time "
            "counts to its end. Codes in use are given only when `inUse` is asked for."
        ),
        when_broken="400",
    ),
)
