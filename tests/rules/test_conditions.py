"""SEG-03: conditions on parameters, and the moments they and the RFM grid compare."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from mock_server.rules.moments import moment_of
from mock_server.rules.segment.conditions import (
    OPERATORS,
    AllParams,
    AnyItem,
    AnyParams,
    NotParams,
    Param,
    is_comparable,
)

NO = "no such parameter"


@pytest.mark.parametrize(
    ("seen", "operator", "value", "holds"),
    [
        ("200600", "equals", "200600", True),
        ("200600", "equals", 200600, True),
        (200600, "equals", "200600", True),
        ("258.0", "equals", 258, True),
        ("258.0", "equals", "258", False),  # two texts are compared as texts
        ("007", "equals", "7", False),
        ("007", "equals", 7, True),
        (7, "equals", "007", True),
        (Decimal("0.1"), "equals", 0.1, True),
        ("Kyiv", "equals", "kyiv", False),
        ("Kyiv", "equals", 5, False),
        (True, "equals", "true", True),
        (True, "equals", 1, False),
        ([1], "equals", [1], True),
        ({"a": 1}, "equals", {"a": 2}, False),
        (NO, "equals", "x", False),
        ("a", "not_equals", "b", True),
        ("a", "not_equals", "a", False),
        (NO, "not_equals", "a", True),
        (None, "not_equals", "a", True),
        ("Super Device", "contains", "device", True),
        ("Super Device", "contains", "phone", False),
        ([1, "sale"], "contains", "sale", True),
        (["sale"], "contains", "sal", False),
        ({"a": "b"}, "contains", "a", False),
        ("a", "contains", ["a"], False),
        ("Super", "not_contains", "x", True),
        ("b", "in", ["a", "b"], True),
        (2, "in", ["1", "2"], True),
        ("c", "in", ["a", "b"], False),
        ("c", "not_in", ["a", "b"], True),
        ("990", "greater", 100, True),
        ("100", "greater", 100, False),
        ("2026-01-02", "greater", "2026-01-01T12:00:00", True),
        ("soon", "greater", 100, False),
        ("100", "greater_or_equal", 100, True),
        ("99.99", "greater_or_equal", 100, False),
        ("99.99", "less", 100, True),
        ("2026-01-01", "less", 100, False),
        (100, "less_or_equal", "100", True),
        (101, "less_or_equal", "100", False),
        (5, "between", [5, 6], True),
        (6, "between", [5, 6], True),
        (7, "between", [5, 6], False),
        ("x", "between", [5, 6], False),
        ("x", "exists", None, True),
        (" ", "exists", None, False),
        (NO, "exists", None, False),
        (NO, "not_exists", None, True),
        (0, "not_exists", None, False),
    ],
)
def test_operator_holds(seen, operator, value, holds):
    values = {} if seen == NO else {"p": seen}
    found = Param("p", operator, value).check(values)
    assert found.holds is holds
    assert found.why.startswith("p is ")
    assert ("missing" in found.why) is (seen == NO or seen is None)
    assert operator in OPERATORS


ITEMS = [{"id": "1", "quantity": 1}, "no object", {"id": "2", "quantity": 5}]
ID_2, MANY = Param("id", "equals", "2"), Param("quantity", "greater", 3)


@pytest.mark.parametrize(
    ("items", "conditions", "holds", "why"),
    [
        (ITEMS, (ID_2, MANY), True, 'items[1]: id is "2" and quantity is 5'),
        (
            ITEMS,
            (Param("id", "equals", "1"), MANY),
            False,
            "none of the 2 objects in items matches",
        ),
        ('[{"id": "2"}]', (ID_2,), True, 'items[0]: id is "2"'),
        ("no json", (ID_2,), False, "items is not an array"),
        ('{"id": "2"}', (ID_2,), False, "items is not an array"),
        (None, (ID_2,), False, "items is not an array"),
    ],
)
def test_conditions_on_an_item_are_about_one_and_the_same(items, conditions, holds, why):
    found = AnyItem("items", conditions).check({"items": items})
    assert (found.holds, found.why) == (holds, why)


def test_combinations_tell_what_decided():
    yes, no = Param("a", "equals", 1), Param("b", "equals", 1)
    values = {"a": 1, "b": 2}
    assert AllParams(()).check(values).holds
    both = AllParams((yes, no)).check(values)
    assert (both.holds, both.why) == (False, "b is 2")
    assert AllParams((yes, yes)).check(values).why == "a is 1 and a is 1"
    either = AnyParams((no, yes)).check(values)
    assert (either.holds, either.why) == (True, "a is 1")
    neither = AnyParams((no, no)).check(values)
    assert (neither.holds, neither.why) == (False, "b is 2 and b is 2")
    opposite = NotParams(no).check(values)
    assert (opposite.holds, opposite.why) == (True, "b is 2")


def utc(*parts):
    return datetime(*parts, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", utc(2026, 1, 31)),
        ("2026-01-31T10:11", utc(2026, 1, 31, 10, 11)),
        ("2026-01-31 10:11:12", utc(2026, 1, 31, 10, 11, 12)),
        ("2026-01-31T10:11:12.5Z", utc(2026, 1, 31, 10, 11, 12, 500_000)),
        ("2026-01-31T10:11:12.123456789", utc(2026, 1, 31, 10, 11, 12, 123_456)),
        ("2026-01-31T01:00:00+02:00", utc(2026, 1, 30, 23)),
        ("2026-01-31T23:00:00-0200", utc(2026, 2, 1, 1)),
        ("2026-02-30", None),
        ("0001-01-01T00:00:00+02:00", None),
        ("31.01.2026", None),
        (20260131, None),
        (None, None),
    ],
)
def test_moment_is_read_in_utc(text, moment):
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    ("value", "comparable"), [(1, True), ("2.5", True), ("2026-01-31", True), ("x", False)]
)
def test_numbers_and_dates_can_be_compared(value, comparable):
    assert is_comparable(value) is comparable
