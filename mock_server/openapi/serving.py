"""Serves the document at `/_mock/openapi.json`.

Nothing of what describes the routes is imported before somebody asks: a server starts without it.
"""

from __future__ import annotations

from functools import cache

from flask import Flask, Response

from mock_server import jsonio


def hang(app: Flask) -> None:
    """Hang the route into the application; the document is made when first asked for."""

    @cache
    def text() -> str:
        from mock_server.openapi.document import build

        return f"{jsonio.pretty(build(app))}\n"

    @app.get("/_mock/openapi.json", endpoint="openapi")
    def openapi() -> Response:
        return Response(text(), content_type="application/json")
