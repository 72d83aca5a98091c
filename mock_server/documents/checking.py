"""Whether a document that was imported, edited by hand or changed by TinyDB may be kept."""

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from mock_server import jsonio
from mock_server.documents.fields import KINDS, Anything, CheckedField
from mock_server.documents.tables import TABLES
from mock_server.model import Document

_SHOWN = 60

Fits = Callable[[Any], bool]
"""Whether a value surely fits a field. Of one that may not, marshmallow is asked: it says what is
wrong, and takes ten times as long for what is right, which counts with 100,000 documents."""


def problem_of(table: str, document: Document) -> str | None:
    """The first field of a document that does not fit its table, as a sentence's end, or None."""
    schema, fits = _checks(table)
    if fits(document):
        return None
    messages = schema.validate(document)
    return _told(messages, schema, document, "") if messages else None


@cache
def _checks(table: str) -> tuple[Schema, Fits]:
    """The schema of a table, in which only what the table needs has to be there, and its `Fits`."""
    spec = TABLES[table]
    names = {each.data_key or name for name, each in spec.schema().fields.items()}
    schema = spec.schema(partial=tuple(names - set(spec.needs)))
    return schema, _object(schema, spec.needs)


def _told(messages: Any, place: Schema | fields.Field[Any], value: Any, path: str) -> str:
    if not isinstance(messages, Mapping) or "_schema" in messages:
        return f'"{path}" must be {_expected(place)}, not {value_shown(value)}'
    name, inner = next(iter(messages.items()))
    below = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}".lstrip(".")
    field = _below(place, name)
    if field is None:
        return f'there is no "{below}"; there is {", ".join(_names(place))}'
    if isinstance(place, fields.Dict):  # which says first whether it is the key or the value
        return f'"{path}" must be {_expected(place)}'
    if isinstance(value, Mapping) and name not in value:
        return f'"{below}" is missing: {_expected(field)}'
    return _told(inner, field, value[name], below)


def _below(place: Any, name: Any) -> Any:
    if isinstance(place, fields.List):
        return place.inner
    if isinstance(place, fields.Dict):
        return place
    schema = place.schema if isinstance(place, fields.Nested) else place
    return next((each for key, each in _fields(schema) if key == name), None)


def _fields(schema: Schema) -> list[tuple[str, fields.Field[Any]]]:
    return [(each.data_key or name, each) for name, each in schema.fields.items()]


def _names(place: Any) -> list[str]:
    schema = place.schema if isinstance(place, fields.Nested) else place
    return [name for name, _ in _fields(schema)]


def _expected(field: Any) -> str:
    return f"{_kind(field)}{' or null' if getattr(field, 'allow_none', False) else ''}"


def _kind(field: Any) -> str:
    if isinstance(field, CheckedField):
        return field.expected
    for each in field.validators if isinstance(field, fields.Field) else ():
        if isinstance(each, validate.OneOf):
            return f"one of {', '.join(map(str, each.choices))}"
        if isinstance(each, validate.Range):
            upto = "" if each.max is None else f" to {each.max}"
            return f"a whole number from {each.min}{upto or ' on'}"
        if isinstance(each, validate.Length):
            least = f"{each.min} to " if each.min else "at most "
            return f"a text of {least}{each.max} characters"
    if isinstance(field, fields.List):
        return f"a list of {_many(field.inner)}"
    if isinstance(field, fields.Dict):
        return f"an object of {_many(field.value_field)}"
    return next((words for kind, words, _ in KINDS if isinstance(field, kind)), "an object")


def _many(field: Any) -> str:
    if isinstance(field, fields.Integer):
        return "whole numbers"
    return "texts" if isinstance(field, fields.String) else "objects"


def value_shown(value: Any) -> str:
    """The beginning of a value as JSON, for an error."""
    text = jsonio.text_of(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _object(schema: Schema, needs: Collection[str]) -> Fits:
    checks = {name: _fits(each) for name, each in _fields(schema)}
    is_open = schema.unknown == INCLUDE

    def fits(value: Any) -> bool:
        if type(value) is not dict or not all(name in value for name in needs):
            return False
        for name, each in value.items():
            check = checks.get(name)
            if not (is_open if check is None else check(each)):
                return False
        return True

    return fits


def _fits(field: fields.Field[Any]) -> Fits:
    fits = _plain_fits(field)
    return (lambda value: value is None or fits(value)) if field.allow_none else fits


def _plain_fits(field: fields.Field[Any]) -> Fits:
    if isinstance(field, fields.List):
        inner = _fits(field.inner)
        return lambda value: type(value) is list and all(map(inner, value))
    if isinstance(field, fields.Nested):
        needs = [name for name, each in _fields(field.schema) if each.required]
        return _object(field.schema, needs)
    if type(field) is Anything:
        return lambda _: True
    if type(field) is fields.String and not field.validators:
        return lambda value: type(value) is str
    if type(field) is fields.Integer and not field.validators:
        return lambda value: type(value) is int
    return lambda value: not _is_refused(field, value)


def _is_refused(field: fields.Field[Any], value: Any) -> bool:
    try:
        field.deserialize(value)
    except ValidationError:
        return True
    return False
