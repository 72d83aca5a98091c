"""OpenAPI 3.1 of every route, made from the declarations of the doors.

`docs/openapi.json` is this document, and tests compare it and the tables of routes in `docs/api.md`
and `docs/control.md` with the declarations. To write them again:
`python -m mock_server.openapi_page docs`.
"""

from mock_server.openapi.serving import ROUTES, every_route

__all__ = ["ROUTES", "every_route"]
