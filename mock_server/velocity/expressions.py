"""The parts of a parsed template that have a value: literals, calculations, references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mock_server.velocity.arithmetic import calculate, number_of
from mock_server.velocity.methods import Tool, equal, methods_of
from mock_server.velocity.running import Run
from mock_server.velocity.values import (
    DEEPEST,
    LONGEST_LIST,
    LONGEST_TEXT,
    ExplainedText,
    TemplateError,
    java_text,
    why_no_name,
)


class Part(Protocol):
    """A part of a block."""

    def run(self, run: Run) -> None:
        """Write what it comes to."""


class Expression(Protocol):
    """Something with a value."""

    def value(self, run: Run) -> Any:
        """The value; None for null."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text in apostrophes, true, false or null."""

    literal: Any

    def value(self, run: Run) -> Any:
        """Itself."""
        run.step()
        return self.literal


@dataclass(frozen=True, slots=True)
class Interpolated:
    """A text in quotation marks, in which references count."""

    block: Part

    def value(self, run: Run) -> Any:
        """The text."""
        try:
            return _bounded(run, run.collected(self.block))
        except TemplateError as error:
            error.line = None  # a line of this text; the block around it knows that of the template
            raise


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """`[1, 2]`."""

    items: Sequence[Expression]

    def value(self, run: Run) -> Any:
        """The list."""
        run.step(len(self.items))
        return [each.value(run) for each in self.items]


@dataclass(frozen=True, slots=True)
class MapLiteral:
    """`{"a": 1}`."""

    items: Sequence[tuple[Expression, Expression]]

    def value(self, run: Run) -> Any:
        """The map."""
        run.step(len(self.items))
        names = [name.value(run) for name, _ in self.items]
        _weigh(run, names)
        values = [each.value(run) for _, each in self.items]
        return dict(zip(map(java_text, names), values, strict=True))


@dataclass(frozen=True, slots=True)
class Range:
    """`[1..5]`."""

    first: Expression
    last: Expression

    def value(self, run: Run) -> Any:
        """The list of numbers."""
        first, last = (_whole(each.value(run)) for each in (self.first, self.last))
        length = abs(last - first) + 1
        if length > LONGEST_LIST:
            raise TemplateError(f"a range is longer than {LONGEST_LIST} elements")
        run.step(length)
        way = 1 if first <= last else -1
        return list(range(first, last + way, way))


def _whole(value: Any) -> int:
    number = number_of(value)
    if number is None:
        raise TemplateError(f"a range goes between numbers, not {java_text(value)[:40]}")
    return int(number)


@dataclass(frozen=True, slots=True)
class Not:
    """`!` or `not`."""

    expression: Expression

    def value(self, run: Run) -> Any:
        """Return whether it is not so."""
        run.step()
        return not is_true(self.expression.value(run))


@dataclass(frozen=True, slots=True)
class Calculation:
    """Values with operators between them, from left to right; the parser knows which bind tighter.

    A row and not a tree: however many there are, they are not nested in each other.
    """

    first: Expression
    rest: Sequence[tuple[str, Expression]]

    def value(self, run: Run) -> Any:
        """Apply the operators; `and` and `or` stop as soon as the result is known."""
        run.step()
        value = self.first.value(run)
        for operator, right in self.rest:
            run.step()
            if operator in ("and", "or"):
                is_decided = is_true(value) is (operator == "or")
                value = is_true(value) if is_decided else is_true(right.value(run))
            else:
                value = _combined(operator, value, right.value(run), run)
        return value


def _combined(operator: str, left: Any, right: Any, run: Run) -> Any:
    if operator in ("==", "!="):
        _weigh(run, [left, right])
        return equal(left, right) is (operator == "==")
    if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
        _weigh(run, [left, right])
        return _bounded(run, java_text(left) + java_text(right))
    numbers = number_of(left), number_of(right)
    if numbers[0] is None or numbers[1] is None:
        wrong = left if numbers[0] is None else right
        what = "nothing" if wrong is None else f"{java_text(wrong)[:40]!r}, which is text,"
        raise TemplateError(f"{what} stands where {operator} needs a number")
    result = calculate(operator, numbers[0], numbers[1])
    are_whole = all(each == each.to_integral_value() for each in numbers if each is not None)
    return int(result) if operator == "/" and are_whole else result  # as whole numbers of Java


def is_true(value: Any) -> bool:
    """Return whether `#if` takes it for true: all but null and false (Velocity 1.7)."""
    return value is not None and value is not False


def _weigh(run: Run, value: Any, depth: int = 0) -> None:
    """Take note of what it costs to look at all of a value. Raises `TemplateError`."""
    if isinstance(value, str):
        run.step(len(value))
    elif isinstance(value, (list, dict)):
        if depth > DEEPEST:
            raise TemplateError(f"a value is nested more than {DEEPEST} deep")
        run.step(len(value) * 50)
        for each in value if isinstance(value, list) else value.values():
            _weigh(run, each, depth + 1)


def _bounded(run: Run, text: str) -> str:
    run.step(len(text))
    if len(text) > LONGEST_TEXT:
        raise TemplateError(f"a text grew beyond {LONGEST_TEXT} characters")
    return text


_LOOK_AT_ALL = frozenset(("contains", "equals", "toString", "keySet", "values", "entrySet"))


@dataclass(frozen=True, slots=True)
class Access:
    """A part that follows in a reference: `.name`, `.name(…)` or `[…]`."""

    name: str
    arguments: Sequence[Expression] | None

    def of(self, value: Any, run: Run) -> tuple[Any, str | None]:
        """Return what it leads to from a value; if that is null, why. Raises `TemplateError`."""
        run.step(len(value) if isinstance(value, str) else 0)
        if self.arguments is None:
            return self._property(value, run)
        arguments = [each.value(run) for each in self.arguments]
        _weigh(run, arguments)
        if isinstance(value, Tool):  # which read patterns, character by character
            run.step(20 * sum(100 + len(each) for each in arguments if isinstance(each, str)))
        if self.name in _LOOK_AT_ALL:
            _weigh(run, value)
        methods = methods_of(value)
        if self.name not in methods:
            return None, _why_no_method(value, self.name)
        try:
            given = arguments if isinstance(value, Tool) else [value, *arguments]
            found = methods[self.name](*given)
        except TypeError:
            raise TemplateError(f".{self.name} is called with the wrong arguments") from None
        if found is None and isinstance(value, dict) and self.name == "get" and arguments:
            return None, _why_no_entry(value, java_text(arguments[0]), run)
        if found is None and isinstance(value, Tool):
            return None, "what it is given is not a number"
        return found, None

    def _property(self, value: Any, run: Run) -> tuple[Any, str | None]:
        if isinstance(value, dict):
            found = value.get(self.name)
            return found, _why_no_entry(value, self.name, run) if found is None else None
        return None, _why_no_method(value, self.name)


def _why_no_entry(values: dict[str, Any], name: str, run: Run) -> str:
    run.step(100 * (10 + len(values)))  # looking for a near name is expensive
    return "it is there, but null" if name in values else why_no_name(name, values)


def _why_no_method(value: Any, name: str) -> str:
    if isinstance(value, ExplainedText):
        return value.why
    kinds = {str: "a text", list: "a list", dict: "an object", bool: "true or false"}
    what = kinds.get(type(value), str(value) if isinstance(value, Tool) else "a number")
    return f"{what} has no {name}; it has {', '.join(methods_of(value))}"


@dataclass(frozen=True, slots=True)
class Reference:
    """`$name.get('x')`; `source` as it is written, `silent` with `!`."""

    source: str
    name: str
    accesses: Sequence[Access]
    silent: bool

    def value(self, run: Run) -> Any:
        """Return its value."""
        return self.resolve(run)[0]

    def resolve(self, run: Run) -> tuple[Any, str | None]:
        """Return its value; if that is null, why."""
        run.step()
        value = run.names.get(self.name)
        if value is None:
            run.step(100 * (10 + len(run.names)))
            shown = [each for each in run.names if not each.endswith("Tool")]
            return None, why_no_name(self.name, shown, "variable ")
        why = None
        for access in self.accesses:
            value, why = access.of(value, run)
            if value is None:
                return None, why or "it gives nothing"
        return value, None

    def run(self, run: Run) -> None:
        """Write its value; without one it stays as it is written, or with `!` is left out."""
        value, why = self.resolve(run)
        if value is None:
            run.found_nothing(self.source, why or "it gives nothing")
            run.write("" if self.silent else self.source)
            return
        _weigh(run, value)
        text = _bounded(run, java_text(value))
        if not text.strip() and isinstance(value, str):
            run.found_nothing(self.source, "it is there, but blank")
        run.write(text)
