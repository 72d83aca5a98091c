"""Texts that name a moment: one reader for orders, past events, segments and the clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from mock_server.rules.moments import anchored, has_form, moment_of


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", "2026-01-31T00:00:00.000000"),
        ("2026-01-31T10:30", "2026-01-31T10:30:00.000000"),
        ("2026-01-31 10:30:05", "2026-01-31T10:30:05.000000"),
        ("2026-01-31T10:30:05.5", "2026-01-31T10:30:05.500000"),
        ("2022-05-14T10:11:10.7022176+03:00", "2022-05-14T07:11:10.702217"),
        ("2026-01-31T10:30Z", "2026-01-31T10:30:00.000000"),
        ("2026-01-31T10:30-0530", "2026-01-31T16:00:00.000000"),
        ("2024-02-29T23:59:59+23:59", "2024-02-29T00:00:59.000000"),
    ],
)
def test_a_moment_is_read_as_utc(text: str, moment: str) -> None:
    assert has_form(text)
    read = moment_of(text)
    assert read is not None
    assert read.isoformat(timespec="microseconds") == f"{moment}+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-13-01",
        "0000-01-01",
        "2026-01-31T24:00",
        "2026-01-31T10:60",
        "2026-01-31T10:30:60",
        "2026-01-31T10:30+24:00",
        "2026-01-31T10:30-10:60",
        "0001-01-01T00:00+00:01",
        "9999-12-31T23:59-00:01",
    ],
)
def test_a_text_of_the_right_form_may_be_no_real_moment(text: str) -> None:
    """On every version of Python alike: newer ones know an hour 24, for example."""
    assert has_form(text)
    assert moment_of(text) is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        20260131,
        True,
        "",
        "31.01.2026",
        "2026-1-31",
        "2026-01-31T",
        "2026-01-31T10",
        "2026-01-31T10:30.5",
        "2026-01-31T10:30:05.",
        "2026-01-31t10:30",
        "2026-01-31Z",
        " 2026-01-31",
        "2026-01-31\n",
        "２０２６-01-31",
    ],
)
def test_what_has_another_form_is_no_moment(value: Any) -> None:
    assert not has_form(value)
    assert moment_of(value) is None


def test_a_moment_at_the_edge_of_the_calendar_has_no_other_zone() -> None:
    """A time without a zone that would leave the years 1 to 9999 is nobody's moment."""
    assert anchored(datetime.min, timezone(timedelta(hours=3))) is None
    assert anchored(datetime.max, timezone(-timedelta(hours=3))) is None
