"""The methods of the vendor's public reference that are not emulated (WIRE-08).

HTTP methods and paths only: a request to one of them is answered in other words than a misspelt
path.
"""

from __future__ import annotations

import re

_METHODS = """
    POST              /v1/auth/contact/token
    POST              /v1/message/{id}/send
    GET               /v1/message/{channel}/status
    GET               /v1/callouts/sms
    GET               /v1/contacts/activity
    GET               /v1/contactActivity
    POST              /v1/site/webpush/domain
    POST              /v1/shopify/token
    GET               /v1/promocodes/{code}
    DELETE            /v1/orders
    GET               /v1/additionalfields
    POST              /v1/contacts/upload
    GET               /v1/workflows
    GET               /v1/contact/token/{app_uuid}/{token_id}/contactId
    GET PUT           /v1/contact/token/activated/{app_uuid}/{token_id}
    GET               /v2/contacts/recoms/{dataSourceId}
    GET               /v2/contacts/activity
    GET               /v2/contacts/messages
    POST              /v1/message/email
    POST              /v1/message/sms
    POST              /v1/message/viber
    POST              /v1/message/{id}/smartsend
    GET               /v1/message/status
    GET POST          /v1/messages/email
    GET               /v1/messages/email/{id}/viewLink
    GET PUT DELETE    /v1/messages/email/{id}
    PUT DELETE        /v1/messages/email/{id}/{language}
    GET POST          /v1/messages/mobilepush
    GET PUT DELETE    /v1/messages/mobilepush/{id}
    PUT DELETE        /v1/messages/mobilepush/{id}/{language}
    GET POST          /v1/messages/viber
    GET PUT DELETE    /v1/messages/viber/{id}
    PUT DELETE        /v1/messages/viber/{id}/{language}
    GET POST          /v1/messages/appinbox
    GET PUT DELETE    /v1/messages/appinbox/{id}
    PUT DELETE        /v1/messages/appinbox/{id}/{language}
    GET POST          /v1/messages/telegram
    GET PUT DELETE    /v1/messages/telegram/{id}
    PUT DELETE        /v1/messages/telegram/{id}/{language}
    GET POST          /v1/messages/sms
    GET PUT DELETE    /v1/messages/sms/{id}
    PUT DELETE        /v1/messages/sms/{id}/{language}
    PUT               /v1/interactions/{interaction_id}/status
    GET               /v1/broadcasts
    POST              /v1/broadcast
    GET DELETE        /v1/broadcast/{broadcast_id}
    GET               /v1/interfaces/sms
    GET               /v1/interfaces/email
    GET POST          /v1/promocodes
    GET               /v1/promocodes/count
    GET               /v1/preprocessor/file/{id}/status
    POST              /v1/preprocessor/file/upload
    POST              /v1/preprocessor/file/{id}
    GET               /v1/balance/history
    POST              /v1/apps/{app_uuid}/tokens
    POST              /v1/apps/{app_uuid}/token/mute
    POST              /v1/apps/{app_uuid}/token/unmute
    GET POST          /v1/site/domains
    GET               /v1/site/script
    GET POST DELETE   /v1/site/webpush/domains
    GET               /v1/site/webpush/script
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
