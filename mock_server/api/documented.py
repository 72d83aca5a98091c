"""The methods of the vendor's public reference that are not emulated (WIRE-08).

HTTP methods and paths only: a request to one of them is answered in other words than a misspelt
path.
"""

from __future__ import annotations

import re

_METHODS = """
    GET               /v1/callouts/sms
    GET               /v1/contacts/activity
    GET               /v1/contactActivity
    POST              /v1/shopify/token
    GET               /v1/promocodes/{code}
    DELETE            /v1/orders
    GET               /v1/additionalfields
    POST              /v1/contacts/upload
    GET               /v2/contacts/recoms/{dataSourceId}
    GET               /v2/contacts/activity
    GET               /v2/contacts/messages
    PUT               /v1/interactions/{interaction_id}/status
    GET               /v1/broadcasts
    POST              /v1/broadcast
    GET DELETE        /v1/broadcast/{broadcast_id}
    GET               /v1/preprocessor/file/{id}/status
    POST              /v1/preprocessor/file/upload
    POST              /v1/preprocessor/file/{id}
    GET               /v1/balance/history
    GET POST          /v1/products/config
"""

NOT_EMULATED: dict[str, tuple[str, ...]] = {
    f"/api{path}": tuple(methods)
    for *methods, path in (line.split() for line in _METHODS.strip().splitlines())
}
"""The HTTP methods of each path, in the order of the reference."""

_PATTERNS = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "/?") for path in NOT_EMULATED}


def documented_methods(path: str) -> tuple[str, ...]:
    """Return the HTTP methods that are documented for a path and not emulated."""
    for template, pattern in _PATTERNS.items():
        if pattern.fullmatch(path):
            return NOT_EMULATED[template]
    return ()
