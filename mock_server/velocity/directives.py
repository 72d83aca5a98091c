"""The parts of a parsed template that are run: text, references and directives."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from mock_server.velocity.expressions import Expression, Part, Reference, is_true
from mock_server.velocity.running import BreakLoop, Run, StopTemplate
from mock_server.velocity.values import ExplainedText, TemplateError


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
                part.run(run)
            except TemplateError as error:
                if error.line is None:
                    error.line = line
                raise


@dataclass(frozen=True, slots=True)
class Text:
    """Text as it is."""

    text: str

    def run(self, run: Run) -> None:
        """Write it."""
        run.write(self.text)


@dataclass(frozen=True, slots=True)
class If:
    """`#if`, `#elseif`, `#else`."""

    branches: Sequence[tuple[Expression | None, Block]]

    def run(self, run: Run) -> None:
        """Run the first branch whose condition is true."""
        for condition, block in self.branches:
            if condition is None or is_true(condition.value(run)):
                block.run(run)
                return


@dataclass(frozen=True, slots=True)
class Set:
    """`#set($name = …)`; what is null leaves the variable as it was."""

    name: str
    expression: Expression

    def run(self, run: Run) -> None:
        """Set it."""
        if isinstance(self.expression, Reference):
            value, why = self.expression.resolve(run)
            if value is None:
                run.found_nothing(self.expression.source, why or "it gives nothing")
        else:
            value = self.expression.value(run)
        if value is not None:
            run.names[self.name] = value


@dataclass(frozen=True, slots=True)
class Foreach:
    """`#foreach($name in …)`."""

    name: str
    expression: Expression
    block: Block

    def run(self, run: Run) -> None:
        """Run the block for each element; for a map, for each value."""
        why = None
        if isinstance(self.expression, Reference):
            values, why = self.expression.resolve(run)
            source = self.expression.source
        else:
            values, source = self.expression.value(run), f"#foreach(${self.name} …)"
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
        loop = ("velocityCount", "foreach", self.name)
        before = {name: run.names.get(name) for name in loop}
        run.step(len(values))
        try:
            for count, value in enumerate(list(values), start=1):
                run.names.update(
                    velocityCount=count,
                    foreach={"count": count, "index": count - 1, "hasNext": count < len(values)},
                )
                run.names[self.name] = value
                self.block.run(run)
        except BreakLoop:
            pass
        finally:
            run.names.update(before)


@dataclass(frozen=True, slots=True)
class Break:
    """`#break`."""

    def run(self, run: Run) -> None:
        """End the loop; outside of one, the template."""
        raise BreakLoop if run.names.get("foreach") else StopTemplate


@dataclass(frozen=True, slots=True)
class Stop:
    """`#stop`."""

    def run(self, run: Run) -> None:  # noqa: ARG002  (the protocol's signature)
        """End the template."""
        raise StopTemplate
