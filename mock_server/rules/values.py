"""Values: filled or not, a number or not, and how to show them in a message."""

import re
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any

from mock_server import jsonio

Number = int | Decimal
"""An exact number. A float never gets that far: it is taken as the decimal its sender wrote."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_SHOWN = 60
_READABLE = 30


def filled(value: Any) -> bool:
    """Return whether a parameter's value is filled: present, not null, not a blank string."""
    return value is not None and (value.__class__ is not str or value.strip() != "")


def filled_in(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters that are `filled` (spelled out again: this is asked of every event)."""
    return {
        name: value
        for name, value in params.items()
        if (value.strip() if value.__class__ is str else value is not None)
    }


def as_text(value: Any) -> str | None:
    """Text or a number as text, the form in which ids are kept (ORD-06, ENV-04); else None."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    return str(value)


def as_number(value: Any) -> Number | None:
    """The exact finite number a value is, or its text is (ORD-05, ITM-05); else None."""
    if value.__class__ is int:
        number: int = value
        return number
    if isinstance(value, str):
        return _number_in(value)
    if isinstance(value, float):
        # A float's repr is the shortest decimal that is that float: what the sender wrote.
        return Decimal(repr(value)) if isfinite(value) else None
    return value if isinstance(value, Decimal) and value.is_finite() else None


@lru_cache(maxsize=256)  # two rules ask about the same totalCost, one after the other
def _number_in(text: str) -> Decimal | None:
    bare = text.strip()
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


def plain(number: Number) -> str:
    """A number for people: `990`, not `990.0`; `0.1`, not `1E-1`; cut after 60 digits."""
    if isinstance(number, int):
        return str(number)
    if not -_READABLE < number.adjusted() < _READABLE:  # past that, digits help nobody
        return f"{number:.6G}"
    text = f"{number:f}"
    return brief(text.rstrip("0").rstrip(".") if "." in text else text)


def json_type(value: Any) -> str:
    """The name of a value's JSON type with its article, for messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return "a number"


def brief(text: str) -> str:
    """Text for a message, cut after 60 characters."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def show(value: Any) -> str:
    """A value as JSON, as it was sent, cut after 60 characters; an array as its length."""
    if isinstance(value, str):
        if len(value) <= _SHOWN:
            return jsonio.text_of(value)
        return f'{jsonio.text_of(value[:_SHOWN])[:-1]}…"'
    if isinstance(value, list):
        return f"an array of {len(value)}"
    return brief(jsonio.text_of(value))
