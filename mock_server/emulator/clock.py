"""The clock of an account: real time, or one that stands still or is moved; and how to set it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from time import time_ns
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from mock_server.emulator.errors import InvalidError
from mock_server.emulator.schemas import StrictSchema
from mock_server.model import Document
from mock_server.rules.moments import has_form, moment_of

_UTC = timezone.utc


def iso(moment: datetime) -> str:
    """A moment as `2026-01-31T12:00:00.000Z`, the form of every time the emulator writes."""
    return f"{moment.astimezone(_UTC).isoformat(timespec='milliseconds')[:-6]}Z"


class Clock:
    """Tells an account the time; `changed` is called when it was frozen or moved."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._changed = changed
        self._frozen: datetime | None = None
        self._offset = timedelta()
        self._second = (-1, "")  # the last second that was told, and its text

    @property
    def frozen(self) -> bool:
        """Say whether time stands still."""
        return self._frozen is not None

    @property
    def offset_seconds(self) -> float:
        """Return how far a running clock is ahead of real time."""
        return self._offset.total_seconds()

    def now(self) -> datetime:
        """The time, with its offset."""
        return self._frozen or datetime.now(_UTC) + self._offset

    def iso(self) -> str:
        """The time as text: ISO 8601 in UTC, to the millisecond."""
        if self._frozen is not None or self._offset:
            return iso(self.now())
        # Asked twice for each event; within a second only the milliseconds change.
        second, millisecond = divmod(time_ns() // 1_000_000, 1000)
        told, text = self._second
        if second != told:
            text = datetime.fromtimestamp(second, _UTC).isoformat()[:-6]
            self._second = second, text
        return f"{text}.{millisecond:03d}Z"

    def freeze(self, moment: datetime) -> None:
        """Stand still at a moment; one without an offset is taken as UTC."""
        self._frozen = moment if moment.tzinfo else moment.replace(tzinfo=_UTC)
        self._changed()

    def advance(self, by: timedelta) -> None:
        """Move forward, or back when negative; a clock that runs goes on running from there."""
        if self._frozen is not None:
            self._frozen += by
        else:
            self._offset += by
        self._changed()

    def resume(self) -> None:
        """Return to real time."""
        self._frozen = None
        self._offset = timedelta()


_NUMBER = r"[0-9]{1,9}"
_DURATION = re.compile(
    rf"(?P<sign>[+-])?P(?=[0-9T])(?:(?P<weeks>{_NUMBER})W)?(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?"
    rf"(?:(?P<seconds>{_NUMBER}(?:[.,][0-9]{{1,6}})?)S)?)?"
)


def read_duration(text: str) -> timedelta:
    """An ISO 8601 duration (`P1DT30M`, `-PT0.5S`), no years or months. Raises `ValueError`."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ValueError(
            "is not an ISO 8601 duration of weeks, days, hours, minutes and seconds, as in PT1H;"
            " years and months are not of one length"
        )
    parts = found.groupdict()
    sign = -1 if parts.pop("sign") == "-" else 1
    return sign * timedelta(
        **{name: float(value.replace(",", ".")) for name, value in parts.items() if value}
    )


def read_clock_time(text: str) -> datetime:
    """An ISO 8601 date, or date and time; without an offset it is UTC. Raises `ValueError`."""
    plain = text.upper().replace(",", ".")  # ISO 8601 has `t`, `z` and a decimal comma as well
    moment = moment_of(plain)
    if moment is None:
        raise ValueError(
            "is not a real date and time"
            if has_form(plain)
            else "is not an ISO 8601 date and time, as in 2026-01-31T12:00:00Z"
        )
    return moment


class _Duration(fields.String):
    def _deserialize(self, value: Any, *arguments: Any, **options: Any) -> Any:
        text = super()._deserialize(value, *arguments, **options)
        try:
            return read_duration(text)
        except (ValueError, OverflowError) as error:
            raise ValidationError(f"{text} {error}") from None


class _Moment(fields.String):
    def _deserialize(self, value: Any, *arguments: Any, **options: Any) -> Any:
        text = super()._deserialize(value, *arguments, **options)
        try:
            return read_clock_time(text)
        except ValueError as error:
            raise ValidationError(f"{text} {error}") from None


class ClockSchema(StrictSchema):
    """A change of the clock; with both, it stands still at `now` moved by `advance`."""

    now = _Moment()
    advance = _Duration()

    @validates_schema
    def _check_whole(self, data: dict[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError("Does nothing: give it now, advance or both")


_SCHEMA = ClockSchema()


def change_clock(clock: Clock, changes: Any) -> None:
    """Freeze or move a clock. Raises `InvalidError`, and then nothing is changed."""
    read = _SCHEMA.read(changes, "Clock")
    by = read.get("advance", timedelta())
    try:
        moment = (read["now"] if "now" in read else clock.now()) + by
        _ = moment + timedelta(days=366)  # those who look ahead must be able to
        _ = moment - timedelta(days=366)
    except OverflowError:
        raise InvalidError("Clock: that is outside of the years 2 to 9998.") from None
    if "now" in read:
        clock.freeze(moment)
    else:
        clock.advance(by)


def clock_document(clock: Clock) -> Document:
    """The clock as the control API shows it: `now` (ISO 8601), whether it is `frozen`."""
    return {"now": clock.iso(), "frozen": clock.frozen, "offsetSeconds": clock.offset_seconds}
