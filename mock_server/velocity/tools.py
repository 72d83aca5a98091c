"""The tools of the vendor's templates: `$mathTool`, `$numberTool`, `$dateTool`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from mock_server.velocity.expressions import calculate
from mock_server.velocity.methods import Tool
from mock_server.velocity.values import TemplateError, number_of, plain_number, text_of

_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
_LETTERS = re.compile(
    r"'([^']*)'|yyyy|yy|MMMM|MMM|MM|M|dd|d|HH|H|hh|mm|m|ss|s|SSS|EEEE|EEE|a|[A-Za-z]"
)
_DIGITS = re.compile(r"[#0,]*[#0](?:\.[0#]*)?|\.[0#]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MONTHS = "January February March April May June July August September October November December"
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"


def tools(now: datetime) -> Mapping[str, Tool]:
    """The tools by name; `now` is what the clock shows, with its time zone."""
    return {
        "mathTool": Tool(
            "mathTool",
            {
                name: _math(sign)
                for name, sign in zip(("add", "sub", "mul", "div"), "+-*/", strict=True)
            },
        ),
        "numberTool": Tool("numberTool", {"integer": _integer, "format": _format}),
        "dateTool": Tool(
            "dateTool",
            {
                "currentDate": lambda form, zone="GMT": _date(text_of(form), now, zone),
                "currentTimeStamp": lambda: int((now - _EPOCH) / timedelta(milliseconds=1)),
                "formatDate": lambda form, value, zone="GMT": _date(
                    text_of(form), _moment(value), zone
                ),
            },
        ),
    }


def _number(value: Any) -> Decimal | None:
    """A number, or the text of one: what shops send is often text."""
    if isinstance(value, str):
        try:
            return number_of(Decimal(value.strip()[:100]))
        except InvalidOperation:
            return None
    return number_of(value)


def _math(sign: str) -> Any:
    def result(left: Any, right: Any) -> Any:
        numbers = _number(left), _number(right)
        if numbers[0] is None or numbers[1] is None:
            return None
        if sign == "/":
            if not numbers[1]:
                raise TemplateError("division by zero")
            return plain_number(numbers[0] / numbers[1])
        return calculate(sign, numbers[0], numbers[1])

    return result


def _integer(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)


def _format(form: Any, value: Any) -> str | None:
    """A number by a pattern as `#.00` or `#,##0.##` (Java's DecimalFormat)."""
    number, pattern = _number(value), text_of(form)
    if number is None:
        return None
    digits = _DIGITS.search(pattern)
    whole, _, part = (digits[0] if digits else "").partition(".")
    if digits is None or len(part) > 20:
        raise TemplateError(f"{pattern[:40]!r} is no pattern of a number, such as '#.00'")
    try:
        rounded = number.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_EVEN)
    except InvalidOperation:
        raise TemplateError("a number has too many digits") from None
    text = f"{rounded:,f}" if "," in whole else f"{rounded:f}"
    before, _, after = text.partition(".")
    after = after.rstrip("0").ljust(part.count("0"), "0")
    if "0" not in whole and before.lstrip("-") == "0" and after:
        before = before[:-1]
    shown = before + ("." + after if after else "")
    return pattern.replace(digits[0], shown, 1)


def _moment(value: Any) -> datetime:
    number = _number(value)
    try:
        return _EPOCH + timedelta(milliseconds=int(number if number is not None else "x"))
    except (ValueError, OverflowError):
        shown = text_of(value)[:40]
        raise TemplateError(f"{shown!r} is no time in milliseconds since 1970") from None


def _zone(name: str) -> timezone:
    if name in ("GMT", "UTC"):
        return timezone.utc
    offset = _OFFSET.fullmatch(name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    raise TemplateError(f"{name[:40]!r} is no time zone such as 'GMT+3'")


def _date(form: str, moment: datetime, zone: Any) -> str:
    try:
        at = moment.astimezone(_zone(text_of(zone)))
    except OverflowError:
        raise TemplateError("the date is out of range") from None

    def part(found: re.Match[str]) -> str:
        match found[0]:
            case "yyyy":
                return f"{at.year:04}"
            case "yy":
                return f"{at.year % 100:02}"
            case "MMMM":
                return _MONTHS.split()[at.month - 1]
            case "MMM":
                return _MONTHS.split()[at.month - 1][:3]
            case "EEEE":
                return _DAYS.split()[at.weekday()]
            case "EEE":
                return _DAYS.split()[at.weekday()][:3]
            case "a":
                return "AM" if at.hour < 12 else "PM"
            case "SSS":
                return f"{at.microsecond // 1000:03}"
        numbers = {"M": at.month, "d": at.day, "H": at.hour, "h": at.hour % 12 or 12}
        numbers |= {"m": at.minute, "s": at.second}
        if found[0][0] in numbers:
            return f"{numbers[found[0][0]]:0{len(found[0])}}"
        if found[0].startswith("'"):
            return found[1] or "'"
        raise TemplateError(f"{found[0]!r} means nothing in a date's pattern")

    return _LETTERS.sub(part, form)
