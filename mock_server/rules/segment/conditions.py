"""SEG-03: conditions on the parameters of one event; `not_X` is exactly the opposite of `X`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timezone, tzinfo
from typing import Any, Protocol

from mock_server import jsonio
from mock_server.rules.moments import moment_of
from mock_server.rules.trace import sentence_list
from mock_server.rules.values import as_number, as_text, filled, show


@dataclass(frozen=True, slots=True)
class Seen:
    """The finding of a condition: whether it holds, and what was seen."""

    holds: bool
    why: str


class ParamCondition(Protocol):
    """A condition on named values: the parameters of an event, or the fields of an item."""

    def check(self, values: Mapping[str, Any], zone: tzinfo = timezone.utc) -> Seen:
        """Return whether the condition holds for these values, and why."""


def _same(seen: Any, wanted: Any) -> bool:
    if isinstance(seen, bool) or isinstance(wanted, bool):
        return (_bool_text(seen) == _bool_text(wanted)) is True
    if not (isinstance(seen, str) and isinstance(wanted, str)):
        # Two texts of digits are ids more often than amounts: "007" is not "7".
        left, right = as_number(seen), as_number(wanted)
        if left is not None and right is not None:
            return bool(left == right)
    text = as_text(seen)
    return (seen == wanted) is True if text is None else text == as_text(wanted)


def _bool_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, (bool, str)) else value


def _contains(seen: Any, wanted: Any) -> bool:
    if isinstance(seen, list):
        return any(_same(each, wanted) for each in seen)
    text, part = as_text(seen), as_text(wanted)
    return text is not None and part is not None and part.casefold() in text.casefold()


def _order(seen: Any, wanted: Any, zone: tzinfo) -> int | None:
    """-1, 0 or 1 as `seen` is below, at or above `wanted`; None when they cannot be compared."""
    left: Any = as_number(seen)
    right: Any = as_number(wanted)
    if left is None or right is None:
        left, right = moment_of(seen, zone), moment_of(wanted, zone)
    if left is None or right is None:
        return None
    return int(left > right) - int(left < right)


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "exists": lambda seen, _: filled(seen),
    "equals": _same,
    "contains": _contains,
    "in": lambda seen, wanted: any(_same(seen, each) for each in wanted),
}
_ORDERS: dict[str, tuple[int, ...]] = {
    "greater": (1,),
    "greater_or_equal": (0, 1),
    "less": (-1,),
    "less_or_equal": (-1, 0),
}


def _passes(operator: str, seen: Any, wanted: Any, zone: tzinfo) -> bool:
    """Compare a value; dates without an offset are in the contact's time zone (PST-02)."""
    if operator in _TESTS:
        return _TESTS[operator](seen, wanted)
    if operator == "between":
        low, high = wanted
        return _order(seen, low, zone) in (0, 1) and _order(seen, high, zone) in (-1, 0)
    return _order(seen, wanted, zone) in _ORDERS[operator]


_NOT = "not_"
OPERATORS = tuple(
    (
        "exists not_exists equals not_equals contains not_contains in not_in greater "
        "greater_or_equal less less_or_equal between"
    ).split()
)
COMPARING = frozenset(("greater", "greater_or_equal", "less", "less_or_equal", "between"))
VALUELESS = frozenset(("exists", "not_exists"))
LISTED = frozenset(("in", "not_in", "between"))


def is_comparable(value: Any) -> bool:
    """Return whether a value has an order to compare by: a number or a date."""
    return as_number(value) is not None or moment_of(value) is not None


@dataclass(frozen=True, slots=True)
class Param:
    """`param` `operator` `value`, such as totalCost greater 100."""

    param: str
    operator: str
    value: Any = None

    def check(self, values: Mapping[str, Any], zone: tzinfo = timezone.utc) -> Seen:
        """Return whether the value of the parameter passes, and what it is."""
        seen = values.get(self.param)
        there = self.param in values and seen is not None
        opposite = self.operator.startswith(_NOT)
        holds = there and _passes(self.operator.removeprefix(_NOT), seen, self.value, zone)
        is_so = show(seen) if there else "missing"
        return Seen(holds is not opposite, f"{self.param} is {is_so}")


@dataclass(frozen=True, slots=True)
class AnyItem:
    """The parameter is an array (or text that holds one), and one of its objects passes all."""

    param: str
    conditions: tuple[ParamCondition, ...]

    def check(self, values: Mapping[str, Any], zone: tzinfo = timezone.utc) -> Seen:
        """Return whether one item passes every condition, and which."""
        items = _items(values.get(self.param))
        if items is None:
            return Seen(False, f"{self.param} is not an array")
        for index, item in enumerate(items):
            found = [each.check(item, zone) for each in self.conditions]
            if all(each.holds for each in found):
                seen = sentence_list(each.why for each in found)
                return Seen(True, f"{self.param}[{index}]: {seen}")
        return Seen(False, f"none of the {len(items)} objects in {self.param} matches")


def _items(value: Any) -> list[Mapping[str, Any]] | None:
    if isinstance(value, str):
        try:
            value = jsonio.loads(value.encode())
        except jsonio.MalformedJson:
            return None
    if not isinstance(value, list):
        return None
    return [each for each in value if isinstance(each, dict)]


@dataclass(frozen=True, slots=True)
class AllParams:
    """Every condition holds."""

    conditions: tuple[ParamCondition, ...]

    def check(self, values: Mapping[str, Any], zone: tzinfo = timezone.utc) -> Seen:
        """The first that does not hold, or all that was seen."""
        found = [each.check(values, zone) for each in self.conditions]
        failed = next((each for each in found if not each.holds), None)
        return failed or Seen(True, sentence_list(each.why for each in found))


@dataclass(frozen=True, slots=True)
class AnyParams:
    """At least one condition holds."""

    conditions: tuple[ParamCondition, ...]

    def check(self, values: Mapping[str, Any], zone: tzinfo = timezone.utc) -> Seen:
        """The first that holds, or all that was seen."""
        found = [each.check(values, zone) for each in self.conditions]
        passed = next((each for each in found if each.holds), None)
        return passed or Seen(False, sentence_list(each.why for each in found))


@dataclass(frozen=True, slots=True)
class NotParams:
    """The condition does not hold."""

    condition: ParamCondition

    def check(self, values: Mapping[str, Any], zone: tzinfo = timezone.utc) -> Seen:
        """The opposite, seen by the same thing."""
        found = self.condition.check(values, zone)
        return Seen(not found.holds, found.why)
