"""What the shapes of answers are made of; nothing is loaded with these."""

from __future__ import annotations

from typing import Any

from marshmallow import INCLUDE, Schema, fields


def text(*, null: bool = False) -> fields.String:
    """Text that is always there."""
    return fields.String(required=True, allow_none=null)


def number(*, null: bool = False) -> fields.Integer:
    """A whole number that is always there."""
    return fields.Integer(required=True, allow_none=null)


def texts() -> fields.List[Any]:
    """Texts."""
    return fields.List(fields.String(), required=True)


def numbers() -> fields.List[Any]:
    """Whole numbers."""
    return fields.List(fields.Integer(), required=True)


def many(schema: type[Schema]) -> fields.List[Any]:
    """Objects of a schema."""
    return fields.List(fields.Nested(schema), required=True)


def counts() -> fields.Dict:
    """Whole numbers by name."""
    return fields.Dict(fields.String(), fields.Integer(), required=True)


class Open(Schema):
    """Any JSON object."""

    class Meta:
        """Fields that are not named may be there too."""

        unknown = INCLUDE


class Anything(fields.Raw):
    """Any JSON value, null included."""

    def __init__(self) -> None:
        super().__init__(required=True)


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
