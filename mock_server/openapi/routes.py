"""What every route does: a new route has an entry in one of these, or a test names it."""

from __future__ import annotations

from mock_server.openapi import control_routes, event_routes, service_routes
from mock_server.openapi.operation import Operation

ROUTES: dict[str, Operation] = {
    **event_routes.ROUTES,
    **service_routes.ROUTES,
    **control_routes.ROUTES,
}
"""By method and path, as the routes of the application are named."""
