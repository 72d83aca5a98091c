"""JSON in and out: fast (orjson), and exact where a float would lose digits (ORD-05).

A number that no double holds is read as a `Decimal` and written back digit by digit.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import orjson

# A number that a double may not hold exactly has sixteen digits or more, or an exponent. The check
# also fires on long digit strings in text; those only take the slower road, with the same result.
# (Looking for a few fixed strings in a simplified copy is ten times faster than one expression.)
_SIMPLIFIED = bytes.maketrans(b"123456789.E", b"0000000000e")
_SIXTEEN_DIGITS = b"0" * 16
_SURROGATE = re.compile(rb"\\u[dD]")
_INT64 = range(-(2**63), 2**63)
# orjson writes at most 254 levels, and a body is stored some levels down in its event's record.
_DEEPEST = 200
_SHOWN = 40
_LONG = 20
_TRIED = 20
_TOO_DEEP = f"nested more than {_DEEPEST} levels deep"


class MalformedJson(ValueError):  # noqa: N818  (reads as what it is, as in json.JSONDecodeError)
    """Text that is not JSON; the message says what is wrong and where."""


def loads(data: bytes) -> Any:
    """Parse UTF-8 JSON. Inexact numbers come out as `Decimal`; raises `MalformedJson`."""
    try:
        simplified = data.translate(_SIMPLIFIED)
        exact = not (
            _SIXTEEN_DIGITS in simplified
            or b"0e0" in simplified
            or b"0e-0" in simplified
            or b"0e+0" in simplified
        )
        value = orjson.loads(data) if exact else _loads_exactly(data)
    except UnicodeDecodeError as error:
        raise MalformedJson(_not_utf8(error)) from None
    except RecursionError:
        raise MalformedJson(_TOO_DEEP) from None
    except json.JSONDecodeError as error:  # orjson's error is a subclass of it
        raise MalformedJson(_reason(error, data)) from None
    if data.count(b"[") + data.count(b"{") > _DEEPEST and is_deeper_than(_DEEPEST, value):
        raise MalformedJson(_TOO_DEEP)
    if not exact and _SURROGATE.search(data) is not None:
        _check_surrogates(value)
    return value


def loads_roughly(data: bytes) -> Any:
    """Parse JSON of ours, quicker than `loads` and not as exact. Raises `MalformedJson`."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return loads(data)


def _reason(error: json.JSONDecodeError, data: bytes) -> str:
    try:
        data.decode()  # of bytes that are not UTF-8 orjson does not say where
    except UnicodeDecodeError as undecodable:
        return _not_utf8(undecodable)
    message = _TOO_DEEP if "depth limit" in error.msg else error.msg
    return f"{message} at line {error.lineno} column {error.colno}"


def _not_utf8(error: UnicodeDecodeError) -> str:
    return f"not UTF-8: byte {error.start} is invalid"


def repeated_name(data: bytes, value: Any) -> str | None:
    """A name that an object of `data` has twice, known by the count of colons; or None."""
    if data.count(b":") <= dumps(value).count(b":"):
        return None
    repeated: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            repeated.append(next(name for name in names if names.count(name) > 1))
        return found

    json.loads(data, object_pairs_hook=look, parse_int=str, parse_float=str)
    return repeated[0] if repeated else None


def object_inside(text: str) -> tuple[dict[str, Any], int, int] | None:
    """The first JSON object within a text, and where it begins and ends; None if there is none."""
    start = text.find("{")
    for _ in range(_TRIED):
        if start < 0:
            break
        with suppress(ValueError, RecursionError):
            value, end = _DECODER.raw_decode(text, start)
            if value:
                return value, start, end
        start = text.find("{", start + 1)
    return None


def _loads_exactly(data: bytes) -> Any:
    return json.loads(
        data.decode(),
        parse_float=_exact_float,
        parse_int=_exact_int,
        parse_constant=_refuse_constant,
    )


def _check_surrogates(value: Any) -> None:
    """The standard parser lets a lone surrogate pass; it could never be written back."""
    try:
        dumps(value)
    except TypeError:
        raise MalformedJson("a lone surrogate (\\ud800 to \\udfff) in a string") from None


def is_deeper_than(levels: int, value: Any) -> bool:
    """Return whether arrays and objects are nested in each other more than `levels` deep."""
    level = [value]
    for _ in range(levels):
        level = [
            inner
            for each in level
            if isinstance(each, (list, dict))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def _exact_float(text: str) -> float | Decimal:
    as_float = float(text)
    try:
        exact = Decimal(text)
    except InvalidOperation:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise MalformedJson(f"the exponent of {shown} is out of any range") from None
    return as_float if Decimal(repr(as_float)) == exact else exact


def _exact_int(text: str) -> int | Decimal:
    if len(text) > 4300:  # Python's own bound on int(); a Decimal has none
        return Decimal(text)
    value = int(text)
    return value if value in _INT64 else Decimal(text)


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJson(f"{name} is not JSON")


def _default(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).encode())
    raise TypeError(f"{type(value).__name__} is not a JSON value")


_DECODER = json.JSONDecoder(
    parse_float=_exact_float, parse_int=_exact_int, parse_constant=_refuse_constant
)


def dumps(value: Any) -> bytes:
    """Serialize compactly to UTF-8. `Decimal` keeps its digits; dataclasses become objects."""
    return orjson.dumps(value, default=_default)


def pretty(value: Any) -> str:
    """Serialize for people: two blanks of indent, text as it is."""
    return orjson.dumps(value, default=_default, option=orjson.OPT_INDENT_2).decode()


def pretty_in_parts(value: Any) -> Iterator[bytes]:
    """The same as UTF-8, in parts where a list is long: other threads get a turn between them."""
    if not isinstance(value, dict) or all(_is_short(each) for each in value.values()):
        yield pretty(value).encode()
        return
    before = b"{\n  "
    for name, each in value.items():
        yield before + dumps(name) + b": "
        if _is_short(each):
            yield _indented(each, 2)
        else:
            before = b"[\n    "
            for item in each:
                yield before + _indented(item, 4)
                before = b",\n    "
            yield b"\n  ]"
        before = b",\n  "
    yield b"\n}"


def _is_short(value: Any) -> bool:
    return not isinstance(value, list) or len(value) < _LONG


def _indented(value: Any, by: int) -> bytes:
    text = orjson.dumps(value, default=_default, option=orjson.OPT_INDENT_2)
    return text.replace(b"\n", b"\n" + b" " * by)  # within a text it is written \\n


def text_of(value: Any) -> str:
    """A JSON value on one line, as text: how a trace shows what was seen."""
    return orjson.dumps(value, default=_default).decode()
