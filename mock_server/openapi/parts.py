"""The shapes of answers that many routes share; nothing is loaded with these."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema

from mock_server.documents.parts import many, number, text


class Error(Schema):
    """What is wrong, and the way out."""

    error = text()
    message = text()


class Unauthorized(Schema):
    """WIRE-02."""

    status = number()
    error = text()
    message = text()


def listed(plural: str, schema: type[Schema], **more: Any) -> Schema:
    """A page of a list: `total`, and the documents under their plural."""
    parts = {"total": number(), plural: many(schema), **more}
    name = f"{schema.__name__}List"
    page: type[Schema] = type(name, (Schema,), {**parts, "__doc__": "A page of a list."})
    return page()
