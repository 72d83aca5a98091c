"""Marshmallow fields that take what public clients send, as it was meant; blanks load as None."""

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load

from mock_server.rules.values import as_number, as_text, json_type

_BOUND = 2**63


class LenientSchema(Schema):
    """A schema that leaves alone what it does not know, as the service does, and drops blanks."""

    class Meta:
        """How marshmallow loads it."""

        unknown = EXCLUDE

    error_messages = {"type": "must be an object."}  # noqa: RUF012  (marshmallow's own way)

    @post_load
    def _without_blanks(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value is not None}


class _Blank(fields.Field[Any]):
    """A field that loads what is blank as None, which is for no validator to judge."""

    def _validate(self, value: Any) -> None:
        if value is not None:
            super()._validate(value)


class SentText(_Blank, fields.String):
    """Text, or a number as its text; None when blank."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=not kwargs.get("required", False), **kwargs)
        self.error_messages["null"] = self.error_messages["required"] = "must be filled."

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        text = as_text(value)
        if text is None:
            raise ValidationError(f"must be text, not {json_type(value)}.")
        if text.strip():
            return text.strip()
        if self.required:
            raise ValidationError("must be filled.")
        return None


class ClearableText(SentText):
    """The same where blanks stand for a text that is to be cleared (CON-01): the empty text."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        blank = isinstance(value, str) and value != "" and not value.strip()
        return "" if blank else super()._deserialize(value, *args, **kwargs)


class Whole(_Blank, fields.Integer):
    """A whole number, or text that is one; None when blank."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=not kwargs.get("required", False), **kwargs)
        self.error_messages["null"] = self.error_messages["required"] = "must be filled."

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, str) and not value.strip() and not self.required:
            return None
        number = None if isinstance(value, bool) else as_number(value)
        # The range first: an exponent may stand for more digits than there is memory.
        if number is None or not -_BOUND < number < _BOUND or number != int(number):
            raise ValidationError("must be a whole number.")
        return int(number)


class SentFlag(fields.Boolean):
    """true or false, also as text or as 1 and 0; None when blank."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=True, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            return None
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except ValidationError:
            raise ValidationError("must be true or false.") from None


class OneOrMany(fields.List[Any]):
    """An array; one element without its brackets counts as an array of it, null as an empty one."""

    def __init__(self, inner: fields.Field[Any] | type[fields.Field[Any]], **kwargs: Any) -> None:
        super().__init__(inner, allow_none=True, **kwargs)
        self.error_messages["required"] = "must be filled."

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Load an array, or what stands for one."""
        if value is None or value == "":
            value = []
        elif isinstance(value, (dict, str, int)):
            value = [value]
        return super().deserialize(value, *args, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise ValidationError(f"must be an array, not {json_type(value)}.")
        return [each for each in super()._deserialize(value, *args, **kwargs) if each is not None]


class SentPart(fields.Nested):
    """An object of another schema; None when null, blank, or what some clients make of empty."""

    def __init__(self, schema: type[Schema], **kwargs: Any) -> None:
        super().__init__(schema, allow_none=True, **kwargs)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Load an object, or what stands for none."""
        return super().deserialize(None if value in ("", []) else value, *args, **kwargs)


class FreeObject(fields.Raw):
    """An object that is kept as it was sent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_none=True, metadata={"type": "object"}, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError(f"must be an object, not {json_type(value)}.")
        return value
