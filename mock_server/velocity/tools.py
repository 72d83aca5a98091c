"""The tools of the vendor's templates: `$mathTool`, `$numberTool`, `$dateTool`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone, tzinfo
from typing import Any

from mock_server.velocity.date_patterns import LONGEST_PATTERN
from mock_server.velocity.date_tool import date_tool
from mock_server.velocity.methods import Tool
from mock_server.velocity.values import (
    TemplateError,
    calculate,
    in_quotes,
    java_text,
    number_in,
    rounded,
)

_MARKS = re.compile(r"[#0,.]+")
_DIGITS = re.compile(r"[#0,]*[#0](?:\.[0#]*)?|\.[0#]+")
_MOST_PLACES = 20
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}


def tools(now: datetime, contact_zone: tzinfo = timezone.utc) -> Mapping[str, Tool]:
    """The tools by name; `now` is what the clock shows, with its time zone.

    `contact_zone` is the time zone of the contact who gets the message.
    """
    return {
        "mathTool": Tool("mathTool", {name: _math(sign) for name, sign in _SIGNS.items()}),
        "numberTool": Tool("numberTool", {"integer": _integer, "format": _format}),
        "dateTool": date_tool(now, contact_zone),
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
