"""The parts of a parsed template: functions of a run, which write something or have a value."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mock_server.velocity.methods import Tool, equal, methods_of
from mock_server.velocity.running import BreakLoop, Run, StopTemplate
from mock_server.velocity.values import (
    DEEPEST,
    LONGEST_LIST,
    LONGEST_TEXT,
    ExplainedText,
    TemplateError,
    calculate,
    java_text,
    number_of,
    why_no_name,
)

Part = Callable[[Run], None]
"""A part of a block, which writes what it comes to."""

Expression = Callable[[Run], Any]
"""Something with a value; None for null."""


@dataclass(frozen=True, slots=True)
class Block:
    """Parts, one after the other."""

    parts: Sequence[tuple[int, Part]]

    def start(self, run: Run) -> None:
        """Run the whole template. Raises `TemplateError`; what came before it is in `run`."""
        with suppress(BreakLoop, StopTemplate):
            self.run(run)

    def run(self, run: Run) -> None:
        """Run all parts; an error names its line."""
        for line, part in self.parts:
            run.step()
            try:
                part(run)
            except TemplateError as error:
                if error.line is None:
                    error.line = line
                raise


def text_as_is(text: str) -> Part:
    """Text as it is."""
    return lambda run: run.write(text)


def conditional(branches: Sequence[tuple[Expression | None, Block]]) -> Part:
    """`#if`, `#elseif`, `#else`: the first branch whose condition is true."""

    def choose(run: Run) -> None:
        for condition, block in branches:
            if condition is None or _is_true(condition(run)):
                block.run(run)
                return

    return choose


def assignment(name: str, expression: Expression) -> Part:
    """`#set($name = …)`; what is null leaves the variable as it was."""

    def assign(run: Run) -> None:
        value, why = _resolved(expression, run)
        if value is not None:
            run.names[name] = value
        elif isinstance(expression, Reference):
            run.found_nothing(expression.source, why or "it gives nothing")

    return assign


def loop(name: str, expression: Expression, block: Block) -> Part:
    """`#foreach($name in …)`: the block for each element; for a map, for each value."""

    def repeat(run: Run) -> None:
        values, why = _resolved(expression, run)
        source = f"#foreach(${name} …)"
        if isinstance(expression, Reference):
            source = expression.source
        if isinstance(values, dict):
            if list(values) == [str(number) for number in range(len(values))] and values:
                said = "an object with the keys 0, 1, … instead of a list; its values are taken"
                run.found_nothing(source, said)
            values = list(values.values())
        if not isinstance(values, list):
            if values is not None:
                why = values.why if isinstance(values, ExplainedText) else "it is not a list"
            run.found_nothing(source, why or "it gives nothing")
            return
        before = {each: run.names.get(each) for each in ("velocityCount", "foreach", name)}
        run.step(len(values))
        try:
            for count, value in enumerate(list(values), start=1):
                run.names.update(
                    velocityCount=count,
                    foreach={"count": count, "index": count - 1, "hasNext": count < len(values)},
                )
                run.names[name] = value
                block.run(run)
        except BreakLoop:
            pass
        finally:
            run.names.update(before)

    return repeat


def break_loop(run: Run) -> None:
    """`#break`: the end of the loop; outside of one, of the template."""
    raise BreakLoop if run.names.get("foreach") else StopTemplate


def stop(_: Run) -> None:
    """`#stop`: the end of the template."""
    raise StopTemplate


def literal(value: Any) -> Expression:
    """A number, a text in apostrophes, true, false or null."""

    def give(run: Run) -> Any:
        run.step()
        return value

    return give


def interpolated(block: Block) -> Expression:
    """A text in quotation marks, in which references count."""

    def give(run: Run) -> str:
        try:
            return _bounded(run, run.collected(block))
        except TemplateError as error:
            error.line = None  # a line of this text; the block around it knows that of the template
            raise

    return give


def list_literal(items: Sequence[Expression]) -> Expression:
    """`[1, 2]`."""

    def give(run: Run) -> list[Any]:
        run.step(len(items))
        return [each(run) for each in items]

    return give


def map_literal(items: Sequence[tuple[Expression, Expression]]) -> Expression:
    """`{"a": 1}`."""

    def give(run: Run) -> dict[str, Any]:
        run.step(len(items))
        names = [name(run) for name, _ in items]
        _weigh(run, names)
        return dict(zip(map(java_text, names), [each(run) for _, each in items], strict=True))

    return give


def span(ends: Sequence[Expression]) -> Expression:
    """`[1..5]`: the list of numbers."""

    def give(run: Run) -> list[int]:
        first, last = (_whole(each(run)) for each in ends)
        length = abs(last - first) + 1
        if length > LONGEST_LIST:
            raise TemplateError(f"a range is longer than {LONGEST_LIST} elements")
        run.step(length)
        way = 1 if first <= last else -1
        return list(range(first, last + way, way))

    return give


def _whole(value: Any) -> int:
    number = number_of(value)
    if number is None:
        raise TemplateError(f"a range goes between numbers, not {java_text(value)[:40]}")
    return int(number)


def negation(expression: Expression) -> Expression:
    """`!` or `not`."""

    def give(run: Run) -> bool:
        run.step()
        return not _is_true(expression(run))

    return give


def calculation(first: Expression, rest: Sequence[tuple[str, Expression]]) -> Expression:
    """Values with operators, from left to right, not nested; `and` and `or` stop early."""

    def give(run: Run) -> Any:
        run.step()
        value = first(run)
        for operator, right in rest:
            run.step()
            if operator in ("and", "or"):
                is_decided = _is_true(value) is (operator == "or")
                value = _is_true(value) if is_decided else _is_true(right(run))
            else:
                value = _combined(operator, value, right(run), run)
        return value

    return give


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


def _is_true(value: Any) -> bool:
    """Whether `#if` takes it for true: all but null and false (Velocity 1.7)."""
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
            if not isinstance(value, dict):
                return None, _why_no_method(value, self.name)
            found = value.get(self.name)
            return found, _why_no_entry(value, self.name, run) if found is None else None
        arguments = [each(run) for each in self.arguments]
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

    def __call__(self, run: Run) -> Any:
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

    def write(self, run: Run) -> None:
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


def _resolved(expression: Expression, run: Run) -> tuple[Any, str | None]:
    """The value of an expression; if that is null, why, as far as it knows."""
    if isinstance(expression, Reference):
        return expression.resolve(run)
    return expression(run), None
