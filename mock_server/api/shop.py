"""The set-up of a shop: /site, tokens of applications and contacts (SITE), promo codes (PRO)."""

from flask import Response
from marshmallow import ValidationError, fields, validate

from mock_server.api import shop_schemas as schemas
from mock_server.api.calls import DONE, Call, array, array_of
from mock_server.api.fields import LenientSchema, SentFlag, Whole
from mock_server.api.http import WireError
from mock_server.api.responses import bare_text_answer, json_answer, text_answer
from mock_server.documents.fields import Anything, Open, flag, number, shape, text
from mock_server.emulator.resources.shop import Wanted
from mock_server.emulator.resources.tokens import site_token
from mock_server.model import Document
from mock_server.routes import Routes, json, plain_text

ROUTES = Routes("/api/v1")
MAX_TOKENS = 1_000
MAX_CODES = 10_000

_NO_DOMAIN = plain_text("The domain does not exist.")
_NO_TOKEN = plain_text("The application or the token does not exist.")
_SCRIPT = {200: plain_text("The script."), 404: _NO_DOMAIN}
_MUTED = {200: DONE, 404: _NO_TOKEN}
_ACTIVATED = "/contact/token/activated/<app>/<token>"
_Domain = shape("DomainAnswer", Open, domain=text())
_Active = shape("ActiveAnswer", Open, active=flag())
_Code = shape("PromoCodeAnswer", Open, code=text())
_Codes = shape("PromoCodesAnswer", Open, promocodes=fields.List(fields.String(), required=True))


@ROUTES.add("GET /site/domains", json("The domains.", array(_Domain)))
def domains(call: Call) -> Response:
    """Domains of the shop."""
    found = call.account.resources.sites.domains()
    return json_answer([{"domain": each["domain"], "siteId": each["siteId"]} for each in found])


@ROUTES.add(
    "POST /site/domains",
    {201: json("The domain.", shape("SiteAnswer", Open, siteId=number(), domain=text()))},
    body=schemas.DomainSchema(),
)
def add_domain(call: Call) -> Response:
    """Add a domain of the shop."""
    made = call.account.resources.sites.add(call.read()["domain"])
    return json_answer({"siteId": made["siteId"], "domain": made["domain"]}, 201)


@ROUTES.add("GET /site/script", _SCRIPT)
def script(call: Call) -> Response:
    """The script of the site: a stand-in that does nothing."""
    return text_answer(call.account.resources.sites.script())


@ROUTES.add(
    "GET /site/webpush/domains",
    json("The domains.", shape("PushDomains", Open, domains=Anything())),
)
def push_domains(call: Call) -> Response:
    """Domains that ask for web push."""
    names = ("domain", "serviceWorkerName", "serviceWorkerPath", "serviceWorkerScope")
    found = call.account.resources.sites.domains("push_domains")
    shown = [{name: each[name] for name in names if name in each} for each in found]
    return json_answer({"domains": shown})


@ROUTES.add(
    "POST /site/webpush/domains /site/webpush/domain",
    json("The domain.", _Domain),
    body=schemas.PushDomainSchema(),
)
def add_push_domain(call: Call) -> Response:
    """Add a domain that asks for web push."""
    read = call.read()
    made = call.account.resources.sites.add_push_domain(read.pop("domain"), read)
    return json_answer({"domain": made["domain"], **read})


@ROUTES.add(
    "DELETE /site/webpush/domains", {200: DONE, 404: _NO_DOMAIN}, query=schemas.OneDomainQuery()
)
def remove_push_domain(call: Call) -> Response:
    """Remove a domain that asks for web push."""
    sites = call.account.resources.sites
    domain = call.query().get("domain")
    if domain is None:
        raise WireError(400, "query_invalid", "domain must be filled. Name the domain to remove.")
    sites.remove_push_domain(domain)
    return bare_text_answer(f"Web push domain {domain} has been deleted")


@ROUTES.add("GET /site/webpush/script", _SCRIPT, query=schemas.OneDomainQuery())
def push_script(call: Call) -> Response:
    """The web push script: a stand-in that does nothing."""
    return text_answer(call.account.resources.sites.push_script(call.query().get("domain")))


@ROUTES.add(
    "POST /auth/contact/token",
    json("The token.", shape("TokenAnswer", Open, token=text())),
    body=schemas.ContactTokenSchema(),
)
def contact_token(call: Call) -> Response:
    """A token of a contact for the site's tracker: it opens nothing here."""
    if not call.read():
        text = "Nobody is named. Send extid, email or phone."
        raise WireError(400, "contact_identifier_missing", text)
    call.account.keep()
    return json_answer({"token": site_token()})


@ROUTES.add(
    "POST /apps/<app>/tokens",
    DONE,
    details=f"Up to {MAX_TOKENS:,}, each with the contact it belongs to, which is made when new.",
    body=schemas.AppTokensSchema(),
)
def add_tokens(call: Call, app: str) -> Response:
    """Add push tokens of an application."""
    body = call.body()
    array_of(body, "tokens", MAX_TOKENS)
    read = call.read(body)["tokens"]
    if not read or not all(each.get("token") for each in read):
        raise WireError(400, "token_missing", "Token must be specified")
    added = call.account.resources.app_tokens.add(app, read)
    return bare_text_answer(f"Tokens added to application {app}: {added}")


@ROUTES.add("POST /apps/<app>/token/mute", _MUTED, body=schemas.MuteSchema())
def mute(call: Call, app: str) -> Response:
    """Mute a push token: for `duration` minutes."""
    body = call.body()
    token = _token(call.read(body))
    try:
        minutes = Whole(validate=validate.Range(min=1, max=10**7)).deserialize(body.get("duration"))
    except ValidationError:
        minutes = None
    if minutes is None:
        raise WireError(400, "duration_invalid", "Duration must be positive integer")
    call.account.resources.app_tokens.mute(app, token, minutes)
    return bare_text_answer("Token has been muted")


@ROUTES.add("POST /apps/<app>/token/unmute", _MUTED, body=schemas.MuteSchema())
def unmute(call: Call, app: str) -> Response:
    """Unmute a push token."""
    call.account.resources.app_tokens.unmute(app, _token(call.read()))
    return bare_text_answer("Token has been unmuted")


@ROUTES.add(
    "GET /contact/token/<app>/<token>/contactId",
    {200: json("The contact.", shape("IdAnswer", Open, id=number())), 404: _NO_TOKEN},
)
def contact_of_token(call: Call, app: str, token: str) -> Response:
    """The contact that has a push token."""
    return json_answer({"id": call.account.resources.app_tokens.contact_id(app, token)})


@ROUTES.add(f"GET {_ACTIVATED}", {200: json("Whether it is.", _Active), 404: _NO_TOKEN})
def is_activated(call: Call, app: str, token: str) -> Response:
    """Whether a push token is activated."""
    return json_answer({"active": call.account.resources.app_tokens.is_active(app, token)})


@ROUTES.add(
    f"PUT {_ACTIVATED}",
    {200: json("Whether it is active now.", _Active), 404: _NO_TOKEN},
    body=shape("ActiveSchema", LenientSchema, active=SentFlag())(),
    body_required=False,
)
def activate(call: Call, app: str, token: str) -> Response:
    """Activate a push token: or deactivate it, with `{"active": false}`."""
    active = call.read(call.body(may_be_empty=True)).get("active", True)
    call.account.resources.app_tokens.activate(app, token, active=active)
    return json_answer({"active": active})


@ROUTES.add(
    "POST /promocodes",
    json("What was stored.", _Codes),
    query=schemas.PromoCodesSchema(exclude=("promocodes",)),
    body=schemas.PromoCodesSchema(),
)
def add_codes(call: Call) -> Response:
    """Store promo codes.

    Codes that are there are changed. What the body does not say may be arguments.
    """
    account = call.account
    body = call.body()
    array_of({"promocodes": body.get("promocodes", [])}, "promocodes", MAX_CODES)
    described = {**call.query(), **call.read(body)}
    codes = described.pop("promocodes")
    if not codes:
        raise WireError(400, "body_invalid", "promocodes must be filled. Send at least one code.")
    account.resources.promo_codes.put(codes, described)
    return json_answer({"promocodes": codes, **described})


@ROUTES.add("GET /promocodes", json("The codes.", array(_Code)), query=schemas.WantedCodesQuery())
def codes(call: Call) -> Response:
    """Available promo codes."""
    return json_answer(_available(call))


@ROUTES.add(
    "GET /promocodes/count",
    json("The number.", {"type": "integer"}),
    query=schemas.WantedCodesQuery(),
)
def count_codes(call: Call) -> Response:
    """Number of available promo codes."""
    return json_answer(len(_available(call)))


def _available(call: Call) -> list[Document]:
    codes, asked = call.account.resources.promo_codes, call.query()
    return codes.find(Wanted(*map(asked.get, ("type", "inUse", "activeDueDays", "discount"))))


def _token(read: Document) -> str:
    token = read.get("token")
    if token is None:
        raise WireError(400, "token_missing", "Token must be specified")
    return str(token)
