"""Texts that name a moment, read as one that can be compared: an order's `date`, a period, a clock.

The form is `YYYY-MM-DD`, or with `T` or a blank `HH:mm`, and then `:ss`, a fraction and an offset
as far as they are there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo

_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


ZoneOf = Callable[[int | None], tzinfo]
"""The time zone in which the dates of a contact's orders and events are read, by its id."""


def always_utc(_: int | None) -> tzinfo:
    """Return UTC for every contact."""
    return timezone.utc


def has_form(value: object) -> bool:
    """Return whether a value is text of that form, though it may not be a real date and time."""
    return isinstance(value, str) and _MOMENT.fullmatch(value) is not None


def moment_of(value: object, zone: tzinfo = timezone.utc) -> datetime | None:
    """Return the moment that a text of that form names, in UTC, if it names one.

    Without an offset it is read in `zone` (PST-02); a date alone is its first moment. Past
    microseconds a fraction is cut off.
    """
    moment = local_moment(value)
    return None if moment is None else anchored(moment, zone)


def local_moment(value: object) -> datetime | None:
    """Return the same in UTC when the text has an offset, and otherwise without a time zone."""
    match = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    *parts, fraction, offset = match.groups()
    year, month, day, hour, minute, second = (int(each or 0) for each in parts)
    micro = int(f"{fraction or '':0<6}"[:6])
    try:
        local = datetime(year, month, day, hour, minute, second, micro)
        if offset is None:
            return local
        return local.replace(tzinfo=timezone.utc) - _offset(offset)
    except (ValueError, OverflowError):
        return None


def anchored(moment: datetime, zone: tzinfo) -> datetime | None:
    """Return a moment in UTC, one without a zone as read in `zone`; None without a date."""
    if moment.tzinfo is not None:
        return moment
    try:
        return moment.replace(tzinfo=zone).astimezone(timezone.utc)
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError("no offset")
    return (-1 if text[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)
