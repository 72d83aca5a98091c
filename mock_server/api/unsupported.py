"""WIRE-08 and WIRE-05: documented routes that are not emulated, unknown ones, wrong methods."""

from __future__ import annotations

import re

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from mock_server.api.http import WireError
from mock_server.routing import route_list

# The families of methods the vendor documents, by the first part of their paths, with one or more
# words of each. A request to one that is not emulated deserves another answer than a typing error.
_DOCUMENTED = frozenset(
    """
    account activity addressbook addressbooks auth balance broadcast broadcasts callouts contact
    contacts email emails event events feed feeds group groups importstatus interfaces message
    messages mobilepush mobile_push orders organisation past_events product products promocode
    promocodes push pushtoken recommendation recommendations segment segments site sites sms
    subscriptions token viber webpush web_push widget widgets workflow workflows
    """.split()
)
_PATH = re.compile(r"/api/v[123]/([a-z_]+)(?:/|$)")


def answer_error(error: HTTPException, app: Flask, method: str, path: str) -> Response:
    """A short text for what the routing could not serve."""
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        text = f"{method} is not allowed on {path}. Allowed: {allowed}."
        answer = WireError(405, "method_not_allowed", text).answer()
        answer.headers["Allow"] = allowed
        return answer
    if not isinstance(error, NotFound):
        code = error.code or 500
        return WireError(code, "http_error", f"{error.name}: {error.description}").answer()
    match = _PATH.match(path)
    routes = "; ".join(route_list(app, "/api/"))
    if match is not None and match[1] in _DOCUMENTED:
        text = f"{method} {path} is not emulated. Emulated: {routes}."
        return WireError(501, "not_emulated", text).answer()
    text = f"There is nothing at {path}. Emulated: {routes}."
    return WireError(404, "route_unknown", text).answer()
