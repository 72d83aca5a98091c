"""The routes that describe the routes: the OpenAPI document and the list of all of them.

The code that makes the document is imported when somebody asks for it: a server starts without.
"""

from __future__ import annotations

from functools import cache

from flask import Response
from marshmallow import Schema, fields

from mock_server import api, control, jsonio
from mock_server.control.answers import listed
from mock_server.control.http import Call
from mock_server.documents.fields import Open, flag, text
from mock_server.model import Document
from mock_server.routes import Route, Routes, json

ROUTES = Routes("/_mock")


class ListedRoute(Schema):
    """A route; one that is not emulated is documented by the service and answers 501."""

    method = fields.String(required=True)
    path = text()
    summary = text()
    emulated = flag()


def every_route() -> tuple[Route, ...]:
    """Return every route under `/api` and `/_mock`, without the pages."""
    return (*api.ROUTES, *control.ROUTES, *ROUTES)


@ROUTES.add(
    "GET /routes",
    summary="List the routes",
    details="Those of the service's reference that are not emulated too.",
    answers={200: json("The routes by path.", listed("routes", ListedRoute))},
)
def routes(_: Call) -> Document:
    """List every route, and those of the service that are not emulated."""
    found = [(each.path, each.method, each.summary, True) for each in every_route()]
    found += [
        (path, method, "In the reference of the service, not emulated", False)
        for path, methods in api.NOT_EMULATED.items()
        for method in methods
    ]
    names = ("path", "method", "summary", "emulated")
    shown = [dict(zip(names, each, strict=True)) for each in sorted(found)]
    return {"total": len(shown), "routes": shown}


@ROUTES.add(
    "GET /openapi.json",
    summary="Read the OpenAPI document",
    details="[OpenAPI 3.1](openapi.json) of every route.",
    answers={200: json("OpenAPI 3.1.", Open)},
)
def openapi(_: Call) -> Response:
    """Read the OpenAPI document, which is made when first asked for."""
    return Response(_text(), content_type="application/json")


@cache
def _text() -> str:
    from mock_server.openapi.document import build

    return f"{jsonio.pretty(build(every_route()))}\n"
