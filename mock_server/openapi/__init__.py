"""OpenAPI 3.1 of the whole application, made from its routes and marshmallow schemas.

`docs/openapi.json` is this document, and a test compares the two. To write it again:
`python -m mock_server.openapi_page > docs/openapi.json`. `document` makes it.
"""

from mock_server.openapi.serving import hang

__all__ = ["hang"]
