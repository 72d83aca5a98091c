"""Differences of what a server said from what a scenario expects.

Fields that are not named are not looked at, null also matches one that is not there, arrays match
element by element; `{"$contains": text}` and `{"$type": name}` are matchers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ABSENT = object()
"""Stands for a value that is not there at all."""

_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: _is_number(value) and value == int(value),
    "number": lambda value: _is_number(value),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}
MATCHERS = ("$contains", "$type")


@dataclass(frozen=True, slots=True)
class Difference:
    """At `where`, such as `steps[0].response.status`, JSON that differs, or `ABSENT`."""

    where: str
    expected: Any
    actual: Any


def mismatches(expected: Any, actual: Any, where: str) -> Iterator[Difference]:
    """Every place at which `actual` is not what `expected` asks for."""
    if is_matcher(expected):
        if not _holds(expected, actual):
            yield Difference(where, expected, actual)
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            yield from mismatches(value, actual.get(name, ABSENT), f"{where}.{name}")
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield Difference(where, expected, actual)
            return
        for index, pair in enumerate(zip(expected, actual, strict=True)):
            yield from mismatches(*pair, f"{where}[{index}]")
    elif not _same(expected, actual):
        yield Difference(where, expected, actual)


def code_differences(expected: list[str], actual: Any, where: str) -> Iterator[Difference]:
    """For lists of codes, whose order means nothing."""
    if not isinstance(actual, list) or sorted(map(str, actual)) != sorted(expected):
        yield Difference(where, expected, actual)


def trace_differences(expected: list[Any], actual: Any, where: str) -> Iterator[Difference]:
    """For traces: the expected steps are there in this order, others may stand between them."""
    taken = actual if isinstance(actual, list) else []
    steps = iter(taken)
    for index, wanted in enumerate(expected):
        if not any(not [*mismatches(wanted, step, "")] for step in steps):
            same_rule = [step for step in taken if step.get("rule") == wanted.get("rule")]
            yield Difference(f"{where}[{index}]", wanted, same_rule or ABSENT)
            return


def is_matcher(value: Any) -> bool:
    """Return whether a value of a scenario is a matcher."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in MATCHERS


def _holds(matcher: dict[str, Any], actual: Any) -> bool:
    ((kind, wanted),) = matcher.items()
    if kind == "$contains":
        return isinstance(actual, str) and isinstance(wanted, str) and wanted in actual
    return wanted in _TYPES and _TYPES[wanted](actual)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _same(expected: Any, actual: Any) -> bool:
    if actual is ABSENT:
        return expected is None
    if _is_number(expected) and _is_number(actual):
        return Decimal(str(expected)) == Decimal(str(actual))
    return type(expected) is type(actual) and bool(expected == actual)
