"""Values of a template: their texts, how large they may become, and exact arithmetic."""

from __future__ import annotations

import operator as operators
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException, InvalidOperation
from functools import lru_cache
from itertools import islice
from typing import Any

from mock_server.names import folded, near

LONGEST_TEXT = 100_000
"""Characters of one value."""
LONGEST_LIST = 10_000
DEEPEST = 30
"""How deep blocks, expressions and values may be nested in each other."""
_MOST_NAMES = 200
_LONGEST_SHOWN = 200
_LARGEST = 10**30
_LONGEST_NUMBER = 100
# The largest numbers times each other, and the remainder of one by another, fit exactly.
_EXACT = Context(prec=80)
_CALCULATED = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
    "%": _EXACT.remainder,
    "/": Context(prec=28).divide,
}
_COMPARED = {"<": operators.lt, "<=": operators.le, ">": operators.gt, ">=": operators.ge}


class TemplateError(Exception):
    """An error in a template, in one sentence, and its line once that is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line

    def __str__(self) -> str:
        return self.message if self.line is None else f"line {self.line}: {self.message}"


class ExplainedText(str):
    """A text that a template is likely to take for something else; `why` says what it is."""

    __slots__ = ("why",)
    why: str

    def __new__(cls, text: str, why: str) -> ExplainedText:
        """The text, and what to say to who takes it for a list or a map."""
        made = super().__new__(cls, text)
        made.why = why
        return made


def java_text(value: Any, depth: int = 0) -> str:
    """A value as a message shows it, which is as Java does. Raises `TemplateError`."""
    if isinstance(value, str):
        return value
    if value.__class__ is int and depth <= DEEPEST:  # as most elements of a long list are
        return str(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if depth > DEEPEST:
        raise TemplateError(f"a value is nested more than {DEEPEST} deep")
    if isinstance(value, dict):
        pairs = (f"{name}={java_text(each, depth + 1)}" for name, each in value.items())
        return "{" + _joined(pairs) + "}"
    if isinstance(value, list):
        return "[" + _joined(java_text(each, depth + 1) for each in value) + "]"
    if isinstance(value, Decimal) and -DEEPEST < value.adjusted() < DEEPEST:
        return f"{value:f}"
    return str(value)


def _joined(parts: Iterable[str]) -> str:
    found, length = [], 0
    for each in parts:
        length += len(each) + 2
        if length > LONGEST_TEXT:
            raise TemplateError(f"a text grew beyond {LONGEST_TEXT} characters")
        found.append(each)
    return ", ".join(found)


def in_quotes(text: str) -> str:
    """The beginning of a text, in quotation marks, for an error."""
    return repr(text[:40])


def why_no_name(name: str, names: Iterable[str], what: str = "") -> str:
    """Say why a name leads nowhere: its letter case, a near one, or what there is."""
    return _why_no_name(
        name[:_LONGEST_SHOWN],
        tuple(str(each)[:_LONGEST_SHOWN] for each in islice(names, _MOST_NAMES)),
        what,
    )


@lru_cache(maxsize=256)
def _why_no_name(name: str, known: tuple[str, ...], what: str) -> str:
    meant = near(name, known)
    if meant is not None and folded(meant) == folded(name):
        reason = "letter case" if meant.casefold() == name.casefold() else "every character"
        return f"{meant} is there: names count {reason}"
    if meant is not None:
        return f"there is no {what}{name}; did you mean {meant}?"
    if not known:
        return f"there is no {what}{name}, nor any other"
    shown = ", ".join(known[:10]) + (", …" if len(known) > 10 else "")
    return f"there is no {what}{name}; there is {shown}"


def number_of(value: Any) -> Decimal | None:
    """A value as a number, or None if it is not one. Raises `TemplateError` for a huge one."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    if isinstance(value, int) and abs(value) > _LARGEST:  # before it is written: that has a bound
        raise TemplateError("a number is too large")
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite() or number.copy_abs() > _LARGEST:
        raise TemplateError("a number is too large")
    return number


def number_in(value: Any) -> Decimal | None:
    """A number, or the number that a text holds: shops often send numbers as text."""
    if isinstance(value, str):
        try:
            return number_of(Decimal(value.strip()[:_LONGEST_NUMBER]))
        except InvalidOperation:
            return None
    return number_of(value)


def plain_number(number: Decimal) -> int | Decimal:
    """A number that was calculated, as an integer where it is whole."""
    number_of(number)
    return int(number) if number == number.to_integral_value() else number


def calculate(operator: str, left: Decimal, right: Decimal) -> Any:
    """Apply an operator to two numbers. Raises `TemplateError`."""
    if operator in _COMPARED:
        return _COMPARED[operator](left, right)
    if operator in "/%" and not right:
        raise TemplateError("division by zero")
    try:
        return plain_number(_CALCULATED[operator](left, right))
    except DecimalException:
        raise TemplateError("a number is too large") from None


def rounded(number: Decimal, places: int) -> Decimal:
    """A number with `places` decimal places, rounded half to even as Java does."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _EXACT)
