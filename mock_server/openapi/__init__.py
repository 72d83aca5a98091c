"""OpenAPI 3.1 of every route, made from the declarations of the doors.

`docs/openapi.json` is this document, and a test compares the two. To write it again:
`python -m mock_server.openapi_page > docs/openapi.json`.
"""

from mock_server.openapi.serving import ROUTES, every_route

__all__ = ["ROUTES", "every_route"]
