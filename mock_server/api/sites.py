"""The set-up of a shop: /site, and tokens of applications and contacts (SITE)."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import ValidationError, validate

from mock_server.api.answers import array, bare
from mock_server.api.bodies import array_of
from mock_server.api.calls import INVALID, Call
from mock_server.api.fields import Whole
from mock_server.api.http import WireError, bare_text_answer, json_answer, text_answer
from mock_server.api.shop_schemas import (
    ActiveAnswer,
    ActiveSchema,
    AppTokensSchema,
    ContactTokenSchema,
    DomainAnswer,
    DomainSchema,
    IdAnswer,
    MuteSchema,
    OneDomainQuery,
    PushDomains,
    PushDomainSchema,
    SiteAnswer,
    TokenAnswer,
)
from mock_server.emulator.resources.app_tokens import site_token
from mock_server.routes import Routes, json, plain_text

ROUTES = Routes("/api/v1")
MAX_TOKENS = 1_000


_NO_DOMAIN = plain_text("There is no such domain.")
_NO_TOKEN = plain_text("There is no such application or token.")
_DONE = bare("What was done.")


@ROUTES.add(
    "GET /site/domains",
    summary="Domains of the shop",
    answers={200: json("The domains.", array(DomainAnswer))},
)
def domains(call: Call) -> Response:
    """List the domains of the shop."""
    found = call.account.resources.sites.domains()
    return json_answer([{"domain": each["domain"], "siteId": each["siteId"]} for each in found])


@ROUTES.add(
    "POST /site/domains",
    summary="Add a domain of the shop",
    answers={201: json("The domain.", SiteAnswer), 400: INVALID},
    body=DomainSchema(),
)
def add_domain(call: Call) -> Response:
    """Add a domain of the shop."""
    made = call.account.resources.sites.add(call.read(call.body())["domain"])
    return json_answer({"siteId": made["siteId"], "domain": made["domain"]}, 201)


@ROUTES.add(
    "GET /site/script",
    summary="The script of the site",
    details="A stand-in that does nothing.",
    answers={200: plain_text("The script."), 404: _NO_DOMAIN},
)
def script(call: Call) -> Response:
    """Give the script of the site."""
    return text_answer(call.account.resources.sites.script())


@ROUTES.add(
    "GET /site/webpush/domains",
    summary="Domains that ask for web push",
    answers={200: json("The domains.", PushDomains)},
)
def push_domains(call: Call) -> Response:
    """List the domains that ask for web push."""
    names = ("domain", "serviceWorkerName", "serviceWorkerPath", "serviceWorkerScope")
    found = call.account.resources.sites.domains("push_domains")
    shown = [{name: each[name] for name in names if name in each} for each in found]
    return json_answer({"domains": shown})


@ROUTES.add(
    "POST /site/webpush/domains",
    "POST /site/webpush/domain",
    summary="Add a domain that asks for web push",
    answers={200: json("The domain.", DomainAnswer), 400: INVALID},
    body=PushDomainSchema(),
)
def add_push_domain(call: Call) -> Response:
    """Add a domain that asks for web push, or change its service worker."""
    read = call.read(call.body())
    sites = call.account.resources.sites
    made = sites.add_push_domain(read.pop("domain"), read)
    return json_answer({"domain": made["domain"], **read})


@ROUTES.add(
    "DELETE /site/webpush/domains",
    summary="Remove a domain that asks for web push",
    answers={200: _DONE, 400: INVALID, 404: _NO_DOMAIN},
    query=OneDomainQuery(),
)
def remove_push_domain(call: Call) -> Response:
    """Remove a domain that asks for web push."""
    account = call.account
    domain = call.query().get("domain")
    if domain is None:
        raise WireError(400, "query_invalid", "domain must be filled. Name the domain to remove.")
    account.resources.sites.remove_push_domain(domain)
    return bare_text_answer(f"Web push domain {domain} has been deleted")


@ROUTES.add(
    "GET /site/webpush/script",
    summary="The web push script",
    details="A stand-in that does nothing.",
    answers={200: plain_text("The script."), 404: _NO_DOMAIN},
    query=OneDomainQuery(),
)
def push_script(call: Call) -> Response:
    """Give the web push script of a domain."""
    return text_answer(call.account.resources.sites.push_script(call.query().get("domain")))


@ROUTES.add(
    "POST /auth/contact/token",
    summary="A token of a contact for the site's tracker",
    details="It opens nothing here.",
    answers={200: json("The token.", TokenAnswer), 400: INVALID},
    body=ContactTokenSchema(),
)
def contact_token(call: Call) -> Response:
    """Give a token of a contact for the site's tracker."""
    account = call.account
    if not call.read(call.body()):
        text = "Nobody is named. Send extid, email or phone."
        raise WireError(400, "contact_identifier_missing", text)
    account.keep()
    return json_answer({"token": site_token()})


@ROUTES.add(
    "POST /apps/<app>/tokens",
    summary="Add push tokens of an application",
    details=f"Up to {MAX_TOKENS:,}, each with the contact it belongs to, which is made when new.",
    answers={200: _DONE, 400: INVALID},
    body=AppTokensSchema(),
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


@ROUTES.add(
    "POST /apps/<app>/token/mute",
    summary="Mute a push token",
    details="For `duration` minutes.",
    answers={200: _DONE, 400: INVALID, 404: _NO_TOKEN},
    body=MuteSchema(),
)
def mute(call: Call, app: str) -> Response:
    """Mute a push token."""
    account = call.account
    body = call.body()
    token = _token(call.read(body))
    try:
        minutes = Whole(validate=validate.Range(min=1, max=10**7)).deserialize(body.get("duration"))
    except ValidationError:
        minutes = None
    if minutes is None:
        raise WireError(400, "duration_invalid", "Duration must be positive integer")
    account.resources.app_tokens.mute(app, token, minutes)
    return bare_text_answer("Token has been muted")


@ROUTES.add(
    "POST /apps/<app>/token/unmute",
    summary="Unmute a push token",
    answers={200: _DONE, 400: INVALID, 404: _NO_TOKEN},
    body=MuteSchema(),
)
def unmute(call: Call, app: str) -> Response:
    """Unmute a push token."""
    account = call.account
    account.resources.app_tokens.unmute(app, _token(call.read(call.body())))
    return bare_text_answer("Token has been unmuted")


@ROUTES.add(
    "GET /contact/token/<app>/<token>/contactId",
    summary="The contact that has a push token",
    answers={200: json("The contact.", IdAnswer), 404: _NO_TOKEN},
)
def contact_of_token(call: Call, app: str, token: str) -> Response:
    """Tell which contact has a push token."""
    return json_answer({"id": call.account.resources.app_tokens.contact_id(app, token)})


@ROUTES.add(
    "GET /contact/token/activated/<app>/<token>",
    summary="Whether a push token is activated",
    answers={200: json("Whether it is.", ActiveAnswer), 404: _NO_TOKEN},
)
def is_activated(call: Call, app: str, token: str) -> Response:
    """Tell whether a push token is activated."""
    return json_answer({"active": call.account.resources.app_tokens.is_active(app, token)})


@ROUTES.add(
    "PUT /contact/token/activated/<app>/<token>",
    summary="Activate a push token",
    details='Or deactivate it, with `{"active": false}`.',
    answers={200: json("Whether it is active now.", ActiveAnswer), 400: INVALID, 404: _NO_TOKEN},
    body=ActiveSchema(),
    body_required=False,
)
def activate(call: Call, app: str, token: str) -> Response:
    """Activate a push token, or deactivate it."""
    account = call.account
    active = call.read(call.body(may_be_empty=True)).get("active", True)
    account.resources.app_tokens.activate(app, token, active=active)
    return json_answer({"active": active})


def _token(read: dict[str, Any]) -> str:
    token = read.get("token")
    if token is None:
        raise WireError(400, "token_missing", "Token must be specified")
    return str(token)
