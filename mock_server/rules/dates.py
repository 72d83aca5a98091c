"""ORD-04: what a date is, what is wrong with one, and what may have been meant."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_OFFSET = r"(?:Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])"
_DAY_LENGTH = 10
_ACCEPTED = re.compile(rf"{_DAY}T{_TIME}(?:\.[0-9]+)?{_OFFSET}?")
_WELL_FORMED = re.compile(rf"{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]+)?{_OFFSET}?")
_ALMOST = re.compile(rf"({_DAY})(?:[T ]([0-9]{{2}}:[0-9]{{2}})(:[0-9]{{2}})?)?")


def date_problem(value: Any) -> str:
    """Say what is wrong with a date, to follow the words "date X", or ""."""
    if not isinstance(value, str):
        return "is not text as YYYY-MM-ddTHH:mm:ss"
    if _ACCEPTED.fullmatch(value) is not None and _is_day(value[:_DAY_LENGTH]):
        return ""
    if _WELL_FORMED.fullmatch(value) is not None:
        return "is not a real date and time"
    return "is not of the form YYYY-MM-ddTHH:mm:ss"


def _is_day(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def suggested_date(value: Any) -> str | None:
    """The date that was probably meant, in the documented form, or None if that cannot be said."""
    almost = _ALMOST.fullmatch(value) if isinstance(value, str) else None
    if almost is None:
        return None
    day, minutes, seconds = almost.groups()
    suggested = f"{day}T{minutes or '00:00'}{seconds or ':00'}"
    return None if date_problem(suggested) else suggested
