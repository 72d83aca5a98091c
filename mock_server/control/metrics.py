"""GET /_mock/metrics: what the emulator measures, in Prometheus' text format."""

from __future__ import annotations

from flask import Blueprint, Response

from mock_server.emulator import Emulator


def blueprint(emulator: Emulator) -> Blueprint:
    """The routes of this resource."""
    routes = Blueprint("control_metrics", __name__, url_prefix="/_mock")

    @routes.get("/metrics")
    def metrics() -> Response:
        text, content_type = emulator.metrics.text()
        return Response(text, content_type=content_type)

    return routes
