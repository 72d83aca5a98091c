"""Arithmetic of templates: exact, bounded, and never an exception that is not a `TemplateError`."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException, InvalidOperation
from typing import Any

from mock_server.velocity.values import TemplateError

_LARGEST = 10**30
_LONGEST_NUMBER = 100
# The largest numbers times each other, and the remainder of one by another, fit exactly.
_EXACT = Context(prec=80)
_QUOTIENTS = Context(prec=28)


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
    match operator:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
    if operator in "/%" and not right:
        raise TemplateError("division by zero")
    try:
        return plain_number(_result(operator, left, right))
    except DecimalException:
        raise TemplateError("a number is too large") from None


def rounded(number: Decimal, places: int) -> Decimal:
    """A number with `places` decimal places, rounded half to even as Java does."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN, _EXACT)


def _result(operator: str, left: Decimal, right: Decimal) -> Decimal:
    match operator:
        case "+":
            return _EXACT.add(left, right)
        case "-":
            return _EXACT.subtract(left, right)
        case "*":
            return _EXACT.multiply(left, right)
        case "%":
            return _EXACT.remainder(left, right)
    return _QUOTIENTS.divide(left, right)
