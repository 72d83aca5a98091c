"""The routes that describe the routes: OpenAPI 3.1 of all of them, and their list.

`tools/route_pages.py` writes it into the documentation. The code that makes the document is
imported when somebody asks for it: a server starts without.
"""

from functools import cache

from flask import Response

from mock_server import control, jsonio
from mock_server.control.answers import listed
from mock_server.control.http import Call
from mock_server.documents.fields import Open, flag, shape, text
from mock_server.model import Document
from mock_server.routes import Route, Routes, json

ROUTES = Routes("/_mock")


# A route that is not emulated is documented by the service and answers 501.
_Listed = shape("ListedRoute", method=text(), path=text(), summary=text(), emulated=flag())


def every_route() -> tuple[Route, ...]:
    """Return every route under `/api` and `/_mock`, without the pages."""
    from mock_server.api import door  # the rest of the control API does without it

    return (*door.ROUTES, *control.ROUTES, *ROUTES)


@ROUTES.add("GET /routes", json("The routes by path.", listed("routes", _Listed)))
def routes(_: Call) -> Document:
    """List the routes: those of the service's reference that are not emulated too."""
    from mock_server.api.unsupported import NOT_EMULATED

    found = [(each.path, each.method, each.summary, True) for each in every_route()]
    found += [
        (path, method, "In the reference of the service, not emulated", False)
        for path, methods in NOT_EMULATED.items()
        for method in methods
    ]
    names = ("path", "method", "summary", "emulated")
    shown = [dict(zip(names, each, strict=True)) for each in sorted(found)]
    return {"total": len(shown), "routes": shown}


@ROUTES.add("GET /openapi.json", json("OpenAPI 3.1.", Open))
def openapi(_: Call) -> Response:
    """Read the OpenAPI document: [OpenAPI 3.1](openapi.json) of every route."""
    return Response(_text(), content_type="application/json")


@cache
def _text() -> str:
    from mock_server.openapi.document import build

    return f"{jsonio.pretty(build(every_route()))}\n"
