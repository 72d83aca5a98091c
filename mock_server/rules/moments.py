"""Texts that name a moment, as moments that can be compared: the `date` of an order, a period."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


def moment_of(value: object) -> datetime | None:
    """The moment that a date, or a date and time in any form of ORD-04, names; else None.

    Without an offset it is taken as UTC (our decision); a date alone is its first moment.
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
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
