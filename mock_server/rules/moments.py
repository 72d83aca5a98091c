"""Texts that name a moment, read as one that can be compared: an order's `date`, a period, a clock.

The form is `YYYY-MM-DD`, or with `T` or a blank `HH:mm`, and then `:ss`, a fraction and an offset
as far as they are there.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def has_form(value: object) -> bool:
    """Whether a value is text of that form, though it may be no real date and time."""
    return isinstance(value, str) and _MOMENT.fullmatch(value) is not None


def moment_of(value: object) -> datetime | None:
    """The moment that a text of that form names, in UTC; None when it names none.

    Without an offset it is taken as UTC (our decision); a date alone is its first moment. Past
    microseconds a fraction is cut off.
    """
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    *parts, fraction, offset = match.groups()
    year, month, day, hour, minute, second = (int(each or 0) for each in parts)
    micro = int(f"{fraction or '':0<6}"[:6])
    try:
        local = datetime(year, month, day, hour, minute, second, micro, timezone.utc)
        return local - _offset(offset)
    except (ValueError, OverflowError):
        return None


def _offset(text: str | None) -> timedelta:
    if text is None or text == "Z":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError("no offset")
    return (-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)
