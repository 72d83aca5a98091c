"""ORD-04: texts that name a moment (`YYYY-MM-DD`, then time and offset), and their faults."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Any

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
    """The moment a text names, in UTC (read in `zone` without an offset, PST-02), or None."""
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
