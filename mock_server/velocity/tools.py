"""The tools of the vendor's templates: `$mathTool`, `$numberTool`, `$dateTool` (MSG-09)."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from mock_server.velocity.date_patterns import LONGEST_PATTERN, formatted, read_date
from mock_server.velocity.methods import Tool
from mock_server.velocity.values import (
    TemplateError,
    calculate,
    in_quotes,
    java_text,
    number_in,
    rounded,
)

_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_CURRENT = "dd/MM/yyyy"  # the guide does not say what a call without one prints: our decision
_EXPECTED = ("dd/MM/yyyy HH:mm", "dd/MM/yyyy", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd")
_EXPECTED_IN_ZONE = ("dd/MM/yyyy HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'")
_UNITS = ("YEARS", "MONTHS", "DAYS", "HOURS", "MINUTES")
_LENGTHS = {"DAYS": 86_400, "HOURS": 3600, "MINUTES": 60}
_MARKS = re.compile(r"[#0,.]+")
_DIGITS = re.compile(r"[#0,]*[#0](?:\.[0#]*)?|\.[0#]+")
_MOST_PLACES = 20
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def tools(now: datetime, contact_zone: tzinfo = timezone.utc) -> Mapping[str, Tool]:
    """The tools by name, at `now` (with its zone), for a contact in `contact_zone`."""
    return {
        "mathTool": Tool("mathTool", {name: _math(sign) for name, sign in _SIGNS.items()}),
        "numberTool": Tool("numberTool", {"integer": _integer, "format": _format}),
        "dateTool": _date_tool(now, contact_zone),
    }


def _math(sign: str) -> Any:
    def result(left: Any, right: Any) -> Any:
        numbers = number_in(left), number_in(right)
        if numbers[0] is None or numbers[1] is None:
            return None
        return calculate(sign, numbers[0], numbers[1])

    return result


def _integer(value: Any) -> int | None:
    number = number_in(value)
    return None if number is None else int(number)


def _format(form: Any, value: Any) -> str | None:
    """A number by a pattern as `#.00` or `#,##0.##` (Java's DecimalFormat)."""
    number, pattern = number_in(value), java_text(form)
    if number is None:
        return None
    if len(pattern) > LONGEST_PATTERN:
        raise TemplateError(f"a pattern is longer than {LONGEST_PATTERN} characters")
    digits = _digits(pattern)
    whole, _, part = (digits[0] if digits else "").partition(".")
    if digits is None or len(part) > _MOST_PLACES:
        raise TemplateError(f"{in_quotes(pattern)} is not a pattern of a number, such as '#.00'")
    text = f"{rounded(number, len(part)):f}"
    before, _, after = text.lstrip("-").partition(".")
    after = after.rstrip("0").ljust(part.count("0"), "0")
    before = before.zfill(whole.count("0"))
    if "," in whole:
        before = f"{int(before):0{len(before) + (len(before) - 1) // 3},}"
    if "0" not in whole and before == "0" and after:
        before = ""
    sign = "-" if text.startswith("-") and rounded(number, len(part)) else ""
    result = sign + before + ("." + after if after else "")
    return pattern[: digits.start()] + result + pattern[digits.end() :]


def _digits(pattern: str) -> re.Match[str] | None:
    """Find the digits of a pattern: each run of marks is looked at once, not from each mark."""
    for marks in _MARKS.finditer(pattern):
        point = pattern.find(".", marks.start(), marks.end())
        for start in (marks.start(), point):
            found = None if start < 0 else _DIGITS.match(pattern, start, marks.end())
            if found is not None:
                return found
    return None


def _date_tool(now: datetime, contact_zone: tzinfo) -> Tool:
    def current(form: Any = _CURRENT, zone: Any = "GMT") -> str:
        return _in_zone(java_text(form), now, _zone(java_text(zone)))

    def format_date(form: Any, value: Any, zone: Any = "GMT") -> str:
        return _in_zone(java_text(form), _moment(value), _zone(java_text(zone)))

    def in_contact_timezone(form: Any, value: Any) -> str:
        _, at = _dated(value, (*_EXPECTED_IN_ZONE, *_EXPECTED))
        return _in_zone(java_text(form), at, contact_zone)

    return Tool(
        "dateTool",
        {
            "currentDate": current,
            "currentTimeStamp": lambda: int((now - _EPOCH) / timedelta(milliseconds=1)),
            "formatDate": format_date,
            "formatInContactTimezone": in_contact_timezone,
            **{f"add{each.capitalize()}": _adding(each) for each in _UNITS},
            "diff": _difference,
        },
    )


def _adding(unit: str) -> Any:
    def moved(value: Any, amount: Any, form: Any = None, result_form: Any = None) -> str:
        pattern, at = _dated(value, _EXPECTED if form is None else (java_text(form),))
        number = number_in(amount)
        if number is None:
            raise TemplateError(f"the amount {in_quotes(java_text(amount))} is not a number")
        try:
            later = _moved(at, int(number), unit)
        except (ValueError, OverflowError):
            raise TemplateError("the date is out of range") from None
        return formatted(pattern if result_form is None else java_text(result_form), later)

    return moved


def _moved(at: datetime, amount: int, unit: str) -> datetime:
    """Move a date; a day that its month does not have becomes the last one of that month."""
    if unit in _LENGTHS:
        return at + amount * timedelta(seconds=_LENGTHS[unit])
    months = at.year * 12 + at.month - 1 + amount * (12 if unit == "YEARS" else 1)
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        raise ValueError("no such year")
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))


def _difference(first: Any, last: Any, unit: Any, unit_after_form: Any = None) -> int:
    """The whole units between two dates, in either order, after one of their forms."""
    forms = _EXPECTED if unit_after_form is None else (java_text(unit),)
    wanted = java_text(unit if unit_after_form is None else unit_after_form)
    if wanted not in _UNITS:
        raise TemplateError(f"{in_quotes(wanted)} is not a unit: it is one of {', '.join(_UNITS)}")
    start, end = sorted(_dated(each, forms)[1] for each in (first, last))
    if wanted in ("YEARS", "MONTHS"):
        months = (end.year - start.year) * 12 + end.month - start.month
        months -= (end.day, end.time()) < (start.day, start.time())
        return months // 12 if wanted == "YEARS" else months
    return (end - start) // timedelta(seconds=_LENGTHS[wanted])


def _dated(value: Any, forms: Iterable[str]) -> tuple[str, datetime]:
    """The form, of several, that a date has, and the date."""
    text = java_text(value)
    for form in forms:
        at = read_date(form, text)
        if at is not None:
            return form, at
    expected = " or ".join(each[:40] for each in forms)
    raise TemplateError(f"{in_quotes(text)} is not a date of the form {expected}")


def _moment(value: Any) -> datetime:
    number = number_in(value)
    try:
        return _EPOCH + timedelta(milliseconds=int(number if number is not None else "x"))
    except (ValueError, OverflowError):
        said = f"{in_quotes(java_text(value))} is not a time in milliseconds since 1970"
        raise TemplateError(said) from None


def _zone(name: str) -> timezone:
    if name in ("GMT", "UTC"):
        return timezone.utc
    offset = _OFFSET.fullmatch(name)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    raise TemplateError(f"{in_quotes(name)} is not a time zone such as 'GMT+3'")


def _in_zone(form: str, moment: datetime, zone: tzinfo) -> str:
    try:
        return formatted(form, moment.astimezone(zone))
    except OverflowError:
        raise TemplateError("the date is out of range") from None
