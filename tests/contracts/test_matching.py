"""What counts as a difference."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mock_server.contracts.filling_in import at_pointer, fill_in
from mock_server.contracts.matching import (
    ABSENT,
    Difference,
    code_differences,
    mismatches,
    trace_differences,
)

MATCHING: list[tuple[Any, Any]] = [
    ({"a": 1}, {"a": 1, "b": 2}),
    ({"a": None}, {}),
    ({"a": None}, {"a": None}),
    ([1, {"a": 2}], [1, {"a": 2, "b": 3}]),
    (258, 258.0),
    (0.1, Decimal("0.1")),
    ({"$contains": "b"}, "abc"),
    ({"$type": "integer"}, 7),
    ({"$type": "integer"}, 7.0),
    ({"$type": "number"}, Decimal("7.5")),
    ({"$type": "string"}, ""),
    ({"$type": "boolean"}, False),
    ({"$type": "array"}, []),
    ({"$type": "object"}, {}),
]
DIFFERENT: list[tuple[Any, Any, str]] = [
    ({"a": {"b": 1}}, {"a": {"b": 2}}, "x.a.b"),
    ({"a": 1}, {}, "x.a"),
    ({"a": None}, {"a": 0}, "x.a"),
    ([1], [1, 2], "x"),
    ([{"a": 1}], [{"a": 2}], "x[0].a"),
    ({}, [], "x"),
    (1, True, "x"),
    (0, False, "x"),
    ("1", 1, "x"),
    ({"$contains": "b"}, 1, "x"),
    ({"$contains": "b"}, ABSENT, "x"),
    ({"$type": "integer"}, 7.5, "x"),
    ({"$type": "number"}, True, "x"),
    ({"$type": "object"}, ABSENT, "x"),
]


@pytest.mark.parametrize(("expected", "actual"), MATCHING)
def test_these_match(expected: Any, actual: Any) -> None:
    assert [*mismatches(expected, actual, "x")] == []


@pytest.mark.parametrize(("expected", "actual", "where"), DIFFERENT)
def test_these_differ_there(expected: Any, actual: Any, where: str) -> None:
    assert [each.where for each in mismatches(expected, actual, "x")] == [where]


def test_all_differences_are_told() -> None:
    found = [*mismatches({"a": 1, "b": {"c": 2}}, {"a": 2, "b": {}}, "x")]
    assert found == [Difference("x.a", 1, 2), Difference("x.b.c", 2, ABSENT)]


def test_codes_match_in_any_order() -> None:
    assert not [*code_differences(["a", "b"], ["b", "a"], "x")]
    assert [*code_differences(["a"], ["a", "b"], "x")]
    assert [*code_differences([], ABSENT, "x")]


def test_a_trace_matches_when_the_steps_are_there_in_that_order() -> None:
    trace = [{"rule": rule, "result": "passed"} for rule in ("A", "B", "C")]
    assert not [*trace_differences([{"rule": "A"}, {"rule": "C"}], trace, "x")]
    (difference,) = trace_differences([{"rule": "C"}, {"rule": "A"}], trace, "x")
    assert (difference.where, difference.actual) == ("x[1]", [trace[0]])
    (difference,) = trace_differences([{"rule": "D"}], trace, "x")
    assert difference.actual is ABSENT
    assert [*trace_differences([{"rule": "A"}], ABSENT, "x")]


def test_captured_values_and_repetitions_are_filled_in() -> None:
    captured = {"id": 7, "tags": ["a"]}
    assert fill_in({"a": ["{{id}}", "/c/{{id}}"]}, captured) == {"a": [7, "/c/7"]}
    assert fill_in("{{tags}} {{other}}", captured) == '["a"] {{other}}'
    assert fill_in({"$repeat": "ab", "times": 3}, {}) == "ababab"
    assert fill_in({"$repeat": [{"a": "{{id}}"}], "times": 2}, captured) == [{"a": 7}] * 2


@pytest.mark.parametrize(
    ("pointer", "value"), [("", {"a/b": [{"~": 1}]}), ("/a~1b/0/~0", 1), ("/a~1b/0", {"~": 1})]
)
def test_a_pointer_finds_its_value(pointer: str, value: Any) -> None:
    assert at_pointer({"a/b": [{"~": 1}]}, pointer) == value


@pytest.mark.parametrize("pointer", ["/x", "/a~1b/1", "/a~1b/x", "/a~1b/0/~0/x"])
def test_a_pointer_to_nothing_is_told(pointer: str) -> None:
    with pytest.raises(LookupError):
        at_pointer({"a/b": [{"~": 1}]}, pointer)
