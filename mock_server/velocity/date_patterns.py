"""Patterns of dates as Java's SimpleDateFormat reads them, in time proportional to their length."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from mock_server.velocity.values import TemplateError, in_quotes

LONGEST_PATTERN = 1000
"""Characters of a pattern, of a date or of a number."""

_PARTS = re.compile(r"(?P<quoted>'(?:[^']|'')*')|(?P<letter>[A-Za-z])(?P=letter)*|[^A-Za-z']+")
_MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
_DAYS = tuple("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split())
_OFFSET = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")
_LONGEST_NUMBER = 9

# What each letter stands for, as a number.
_NUMBERS: Mapping[str, Callable[[datetime], int]] = {
    "y": lambda at: at.year,
    "M": lambda at: at.month,
    "d": lambda at: at.day,
    "D": lambda at: at.timetuple().tm_yday,
    "u": lambda at: at.isoweekday(),
    "H": lambda at: at.hour,
    "k": lambda at: at.hour or 24,
    "K": lambda at: at.hour % 12,
    "h": lambda at: at.hour % 12 or 12,
    "m": lambda at: at.minute,
    "s": lambda at: at.second,
    "S": lambda at: at.microsecond // 1000,
}
_READABLE = frozenset("yMdHhKkmsSaEZXz")

Part = tuple[str, str]
"""A letter and its run, such as `("d", "dd")`, or "" and a text that stands for itself."""


def formatted(pattern: str, at: datetime) -> str:
    """Write a date by a pattern. Raises `TemplateError` when the pattern is wrong."""
    return "".join(_written(letter, run, at) for letter, run in _parts(pattern))


def read_date(pattern: str, text: str) -> datetime | None:
    """The date of a text by a pattern, UTC without an offset, or None. Raises `TemplateError`."""
    parts = _parts(pattern)
    found: dict[str, int] = {}
    place = 0
    for index, (letter, run) in enumerate(parts):
        if not letter:
            if not text.startswith(run, place):
                return None
            place += len(run)
            continue
        if letter not in _READABLE:
            raise TemplateError(f"{run!r} cannot be read from a date")
        is_joined = index + 1 < len(parts) and parts[index + 1][0] in _NUMBERS
        taken = _taken(letter, run, text, place, is_joined=is_joined)
        if taken is None:
            return None
        value, place = taken
        found[letter] = value
    return _date_of(found) if place == len(text) else None


@lru_cache(maxsize=256)
def _parts(pattern: str) -> tuple[Part, ...]:
    if len(pattern) > LONGEST_PATTERN:
        raise TemplateError(f"a pattern is longer than {LONGEST_PATTERN} characters")
    parts: list[Part] = []
    place = 0
    while place < len(pattern):
        found = _PARTS.match(pattern, place)
        if found is None:
            raise TemplateError(f"a ' in the pattern {in_quotes(pattern)} has no ' after it")
        place = found.end()
        if found["quoted"]:
            parts.append(("", found[0][1:-1].replace("''", "'") or "'"))
        elif found["letter"]:
            if found["letter"] not in _NUMBERS and found["letter"] not in _READABLE:
                raise TemplateError(f"{in_quotes(found[0])} means nothing in a date's pattern")
            parts.append((found["letter"], found[0]))
        else:
            parts.append(("", found[0]))
    return tuple(parts)


def _written(letter: str, run: str, at: datetime) -> str:
    if not letter:
        return run
    if letter == "M" and len(run) > 2:
        return _MONTHS[at.month - 1][: None if len(run) > 3 else 3]
    if letter == "E":
        return _DAYS[at.weekday()][: None if len(run) > 3 else 3]
    if letter == "y" and len(run) == 2:
        return f"{at.year % 100:02}"
    if letter == "a":
        return "AM" if at.hour < 12 else "PM"
    if letter in _NUMBERS:
        return str(_NUMBERS[letter](at)).zfill(len(run))
    offset = at.strftime("%z") or "+0000"
    if letter == "z":
        return "GMT" if offset == "+0000" else f"GMT{offset[:3]}:{offset[3:5]}"
    if letter == "X" and offset == "+0000":
        return "Z"
    return {"X": offset[:3], "XXX": f"{offset[:3]}:{offset[3:5]}"}.get(run, offset[:5])


def _taken(
    letter: str, run: str, text: str, place: int, *, is_joined: bool
) -> tuple[int, int] | None:
    if letter == "E" or (letter == "M" and len(run) > 2):
        return _name(_DAYS if letter == "E" else _MONTHS, text, place)
    if letter == "a":
        half = text[place : place + 2].upper()
        return (int(half == "PM"), place + 2) if half in ("AM", "PM") else None
    if letter in "zZX":
        return _offset(text, place)
    # A number that another one follows without a mark between is as long as its run, as in Java.
    longest = len(run) if is_joined else _LONGEST_NUMBER
    end = place
    while end < len(text) and end - place < longest and text[end] in "0123456789":
        end += 1
    return (int(text[place:end]), end) if end > place else None


def _name(names: tuple[str, ...], text: str, place: int) -> tuple[int, int] | None:
    for number, name in enumerate(names, start=1):
        for form in (name, name[:3]):
            if text[place : place + len(form)].lower() == form.lower():
                return number, place + len(form)
    return None


def _offset(text: str, place: int) -> tuple[int, int] | None:
    if text.startswith("GMT", place):
        place += 3
    elif text.startswith("Z", place):
        return 0, place + 1
    found = _OFFSET.match(text, place)
    if found is None:
        return (0, place) if text[place - 3 : place] == "GMT" else None
    minutes = int(found[2]) * 60 + int(found[3])
    return (minutes if found[1] == "+" else -minutes), found.end()


def _date_of(found: Mapping[str, int]) -> datetime | None:
    year = found.get("y", 1970)
    hour = found.get("H", found.get("k", 0) % 24)
    if "h" in found or "K" in found:
        hour = found.get("h", found.get("K", 0)) % 12 + 12 * found.get("a", 0)
    minutes = next((found[each] for each in "XZz" if each in found), 0)
    try:
        at = datetime(
            year + 2000 if year < 100 else year,
            found.get("M", 1),
            found.get("d", 1),
            hour,
            found.get("m", 0),
            found.get("s", 0),
            found.get("S", 0) * 1000,
            timezone.utc,
        )
        return at - timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return None
