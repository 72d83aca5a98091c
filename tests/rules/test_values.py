"""What a value is, for ENV-04, ORD-01, ORD-05, ORD-06 and ITM-05, and how messages show it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mock_server.rules.values import (
    as_number,
    as_text,
    brief,
    filled,
    filled_in,
    json_type,
    plain,
    show,
)


@pytest.mark.parametrize(
    ("value", "is_filled"),
    [
        (None, False),
        ("", False),
        (" ", False),
        ("\t\n\u00a0\u2003", False),
        ("0", True),
        (" x ", True),
        (0, True),
        (0.0, True),
        (False, True),
        ([], True),
        ({}, True),
        (Decimal(0), True),
    ],
)
def test_filled_is_neither_null_nor_blank(value: Any, is_filled: bool) -> None:
    """ORD-01."""
    assert filled(value) is is_filled
    assert filled_in({"name": value}) == ({"name": value} if is_filled else {})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a ", "a "),
        ("", ""),
        (5, "5"),
        (5.0, "5.0"),
        (-0.5, "-0.5"),
        (Decimal("1E+400"), "1E+400"),
        (True, None),
        (None, None),
        ([], None),
        ({}, None),
    ],
)
def test_text_of_an_id(value: Any, text: str | None) -> None:
    """ENV-04, ORD-06."""
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (0.1, Decimal("0.1")),
        (1e300, Decimal("1e300")),
        (Decimal("1e400"), Decimal("1e400")),
        ("5", 5),
        (" -5.50\n", Decimal("-5.5")),
        ("+.5e-3", Decimal("0.0005")),
        ("5.", 5),
        ("1e999999", Decimal("1e999999")),
        ("1e1000000", None),
        ("", None),
        (".", None),
        ("1,5", None),
        ("1 5", None),
        ("NaN", None),
        ("-Infinity", None),
        ("٥", None),
        (float("nan"), None),
        (float("-inf"), None),
        (Decimal("NaN"), None),
        (Decimal("Infinity"), None),
        (True, None),
        (False, None),
        (None, None),
        ([5], None),
        ({}, None),
    ],
)
def test_number_is_exact_and_finite(value: Any, number: Any) -> None:
    """ORD-05, ITM-05."""
    seen = as_number(value)
    assert seen == number
    assert not isinstance(seen, (bool, float))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (990, "990"),
        (Decimal("990.0"), "990"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.1"),
        (Decimal("1E-1"), "0.1"),
        (Decimal("100"), "100"),
        (Decimal("-0.0"), "-0"),
        (Decimal("1E+400"), "1E+400"),
        (Decimal("12345678E-400"), "1.23457E-393"),
        (Decimal("0." + "1" * 100), "0." + "1" * 58 + "…"),
        (Decimal("Infinity"), "Infinity"),
    ],
)
def test_number_for_people(number: Any, text: str) -> None:
    """ORD-17."""
    assert plain(number) == text


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, "null"),
        (True, "a boolean"),
        ("", "text"),
        ({}, "an object"),
        ([], "an array"),
        (1, "a number"),
        (1.5, "a number"),
        (Decimal(1), "a number"),
    ],
)
def test_name_of_a_json_type(value: Any, name: str) -> None:
    assert json_type(value) == name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", '"plain"'),
        ('a "b"\n', r'"a \"b\"\n"'),
        ("x" * 60, f'"{"x" * 60}"'),
        ("x" * 61, f'"{"x" * 60}…"'),
        ("ї" * 99, f'"{"ї" * 60}…"'),
        ([1, 2], "an array of 2"),
        ({"a": [1]}, '{"a":[1]}'),
        ({"a": "x" * 99}, '{"a":"' + "x" * 54 + "…"),
        (None, "null"),
        (True, "true"),
        (1.50, "1.5"),
        (Decimal("1E+400"), "1E+400"),
    ],
)
def test_value_is_shown_as_it_was_sent(value: Any, text: str) -> None:
    assert show(value) == text


def test_text_in_a_message_is_cut() -> None:
    assert brief("x" * 60) == "x" * 60
    assert brief("x" * 61) == "x" * 60 + "…"
