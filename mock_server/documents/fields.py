"""Fields of the schemas of documents and answers."""

from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate

from mock_server.names import near


class Flag(fields.Boolean):
    """True or false, and nothing that is only taken for it, such as 1."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if value is not True and value is not False:
            raise self.make_error("invalid", input=value)
        return value


class CheckedField(fields.Field[Any]):
    """A field that checks for itself, for what is `expected` (JSON Schema: `json_type`)."""

    expected: ClassVar[str]
    json_type: ClassVar[Any]


class TextOrNumber(CheckedField):
    """Text, or a whole number that is read as its text: how ids and phones are often written."""

    expected = "a text or a whole number"
    json_type = ("string", "integer")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if type(value) not in (str, int):
            raise ValidationError("Not text or a whole number")
        return str(value)


class Amount(CheckedField):
    """A number as it was sent, which may be as text; `Decimal` where a float would lose digits."""

    expected = "a number or a text"
    json_type = ("number", "string")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | float | Decimal | str:
        if type(value) not in (int, float, Decimal, str):
            raise ValidationError("Not a number or text")
        amount: int | float | Decimal | str = value
        return amount


def text(*, null: bool = False) -> fields.String:
    """Text that is always there."""
    return fields.String(required=True, allow_none=null)


def one_of(*choices: str) -> fields.String:
    """One of some words."""
    return fields.String(required=True, validate=validate.OneOf(choices))


def number(*, null: bool = False) -> fields.Integer:
    """A whole number that is always there."""
    return fields.Integer(required=True, allow_none=null, strict=True)


def flag() -> Flag:
    """True or false, always there."""
    return Flag(required=True)


def texts() -> fields.List[Any]:
    """Texts."""
    return fields.List(fields.String(), required=True)


def numbers() -> fields.List[Any]:
    """Whole numbers."""
    return fields.List(fields.Integer(strict=True), required=True)


def many(schema: type[Schema]) -> fields.List[Any]:
    """Objects of a schema."""
    return fields.List(fields.Nested(schema), required=True)


def one(schema: type[Schema], *, null: bool = False) -> fields.Nested:
    """An object of a schema."""
    return fields.Nested(schema, required=True, allow_none=null)


def counts() -> fields.Dict:
    """Whole numbers by name."""
    return fields.Dict(fields.String(), fields.Integer(strict=True), required=True)


KINDS: tuple[tuple[type[fields.Field[Any]], str, str], ...] = (
    (fields.Boolean, "true or false", "bool"),
    (fields.Integer, "a whole number", "int"),
    (fields.Float, "a number", "float"),
    (fields.String, "a text", "str"),
)
"""The content of fields of one value: in words, and as Python's type."""


class Open(Schema):
    """Any JSON object."""

    class Meta:
        """Fields that are not named may be there too."""

        unknown = INCLUDE


_TOLD = 100  # of unknown names: an object could have a million


class Closed(Schema):
    """An object of these fields alone, called `noun`; what else is known is `elsewhere`."""

    noun: ClassVar[str] = "field"
    elsewhere: ClassVar[tuple[str, ...]] = ()

    class Meta:
        """Load it as marshmallow does."""

        unknown = RAISE

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> None:
        """Say what is known where a field is not; marshmallow asks each nested schema too."""
        messages: Any = error.messages
        known = [each.data_key or name for name, each in self.fields.items()]
        known += self.elsewhere
        said_of_unknown = [self.error_messages["unknown"]]
        unknown = [name for name, said in messages.items() if said == said_of_unknown]
        told = {
            name: [f"Unknown {self.noun}. {self._way_out(str(name), known)}"]
            for name in unknown[:_TOLD]
        }
        others = {name: said for name, said in messages.items() if said != said_of_unknown}
        error.messages = {**told, **others}

    def _way_out(self, name: str, known: list[str]) -> str:
        meant = near(name, known)
        hint = f"Did you mean {meant}? " if meant else ""
        return f"{hint}Known {self.noun}s: {', '.join(known)}."


def shape(name: str, base: type[Schema] = Schema, /, **parts: fields.Field[Any]) -> type[Schema]:
    """Make the schema of an object of these fields, by its name in the OpenAPI document."""
    return base.from_dict({**parts}, name=name)


class Anything(fields.Raw):
    """Any JSON value, null included."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(required=required, allow_none=True)
