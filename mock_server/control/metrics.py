"""The metrics of the emulator, in the text format of Prometheus."""

from __future__ import annotations

from flask import Response

from mock_server.control.http import Call
from mock_server.routes import Routes, plain_text

ROUTES = Routes("/_mock")


@ROUTES.add(
    "GET /metrics",
    summary="Read the metrics",
    details="In [Prometheus' text format](metrics.md).",
    answers={200: plain_text("The metrics.")},
)
def metrics(call: Call) -> Response:
    """Read the metrics."""
    text, content_type = call.emulator.metrics.text()
    return Response(text, content_type=content_type)
