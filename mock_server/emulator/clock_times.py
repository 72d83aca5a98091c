"""The clock as the control API sets it: a moment to stand still at, or a time to move by."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from mock_server.emulator.clock import Clock
from mock_server.emulator.errors import InvalidError
from mock_server.emulator.schemas import StrictSchema
from mock_server.model import Document
from mock_server.rules.moments import has_form, moment_of

_NUMBER = r"[0-9]{1,9}"
_DURATION = re.compile(
    rf"(?P<sign>[+-])?P(?=[0-9T])(?:(?P<weeks>{_NUMBER})W)?(?:(?P<days>{_NUMBER})D)?"
    rf"(?:T(?=[0-9])(?:(?P<hours>{_NUMBER})H)?(?:(?P<minutes>{_NUMBER})M)?"
    rf"(?:(?P<seconds>{_NUMBER}(?:[.,][0-9]{{1,6}})?)S)?)?"
)


def read_duration(text: str) -> timedelta:
    """An ISO 8601 duration such as `PT1H`, `P1DT30M` or `-PT0.5S`. Raises `ValueError`.

    Years and months are refused: they are not of one length.
    """
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
