"""WIRE-08 and WIRE-05: documented routes that are not emulated, unknown ones, wrong methods."""

import re
from collections.abc import Iterable

from flask import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from mock_server.api.http import WireError
from mock_server.api.responses import answer_wire_error
from mock_server.names import near
from mock_server.routes import Route

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
_LISTED = "GET /_mock/routes and docs/limits.md list what is."


def answer_error(
    error: HTTPException, declared: Iterable[Route], method: str, path: str
) -> Response:
    """Answer a request that none of the `declared` routes serves, by a short text."""
    routes = [each.name for each in sorted(declared, key=lambda each: (each.path, each.method))]
    forms = (NOT_EMULATED[each] for each, form in _PATTERNS.items() if form.fullmatch(path))
    documented: tuple[str, ...] = next(forms, ())
    if method in documented and isinstance(error, (MethodNotAllowed, NotFound)):
        text = f"{method} {path} is not emulated. {_LISTED}"
        return answer_wire_error(WireError(501, "not_emulated", text))
    if isinstance(error, MethodNotAllowed):
        served = {*(error.valid_methods or ()), *documented} - {"HEAD", "OPTIONS"}
        return _wrong_method(method, path, served)
    if not isinstance(error, NotFound):
        code = error.code or 500
        return answer_wire_error(
            WireError(code, "http_error", f"{error.name}: {error.description}")
        )
    if documented:
        return _wrong_method(method, path, documented)
    route = _meant(method, path, routes)
    meant = f" Did you mean {route}?" if route else ""
    text = f"There is nothing at {path}.{meant} {_LISTED}"
    # What a browser asks for by itself, its icon for one, was not meant for the service.
    is_stray = route is None and method in ("GET", "HEAD") and not path.startswith("/api/")
    return answer_wire_error(WireError(404, "page_unknown" if is_stray else "route_unknown", text))


def _wrong_method(method: str, path: str, methods: Iterable[str]) -> Response:
    allowed = ", ".join(sorted(methods))
    text = f"{method} is not allowed on {path}. Allowed: {allowed}."
    answer = answer_wire_error(WireError(405, "method_not_allowed", text))
    answer.headers["Allow"] = allowed
    return answer


def _meant(method: str, path: str, routes: list[str]) -> str | None:
    by_path: dict[str, str] = {}
    for route in routes:
        methods, _, template = route.rpartition(" ")
        if method in methods.split(", ") or template not in by_path:
            by_path[template] = route
    lower = path.lower()
    tried = (lower, f"/api{lower}", f"/api/v2{lower}", f"/api/v1{lower}")
    exact = next((by_path[each] for each in tried if each in by_path), None)
    close = near(path, by_path)
    return exact or (None if close is None else by_path[close])
