"""One run of a template: what it may still do, what it has written, and what it did not find."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mock_server.velocity.values import TemplateError

STEPS = 50_000
LONGEST_OUTPUT = 500_000
MOST_MISSING = 100
_STEPS_BETWEEN_RESTS = 500  # about half a millisecond


@dataclass(frozen=True, slots=True)
class Missing:
    """An expression that gave nothing, and why."""

    expression: str
    why: str


class BreakLoop(Exception):  # noqa: N818  (it is not an error)
    """`#break`."""


class StopTemplate(Exception):  # noqa: N818  (it is not an error)
    """`#stop`."""


def rest() -> None:
    """Let another thread go on that waits for the interpreter."""
    time.sleep(0)


class Pace:
    """Lets other threads go on after each `every` units of work, sooner than Python's 5 ms."""

    def __init__(self, every: int) -> None:
        self._every = every
        self._until = every

    def work(self, units: int = 1) -> None:
        """Take note of work that was done; rest when it is time."""
        self._until -= units
        if self._until <= 0:
            self._until = self._every
            rest()


class Budget:
    """The number of steps that a template may still take: `left`."""

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps
        self._pace = Pace(_STEPS_BETWEEN_RESTS)

    def spend(self, steps: int) -> None:
        """Do some. Raises `TemplateError` when there are not as many left."""
        self._pace.work(steps)
        self.left -= steps
        if self.left < 0:
            raise TemplateError("the template does too much; is a loop too long?")


class Allowance:
    """Steps that several templates share; each may do `STEPS` of them at most."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    @contextmanager
    def budget(self) -> Iterator[Budget]:
        """Give a template its budget; what it leaves goes to the next ones."""
        given = min(STEPS, self._left)
        budget = Budget(given)
        yield budget
        self._left -= given - max(0, budget.left)


class Run:
    """The names a template sees and sets, and its `text` and `missing` after `Block.run`."""

    def __init__(self, names: Mapping[str, Any], budget: Budget | None = None) -> None:
        self.names = dict(names)
        self._missing: dict[Missing, None] = {}
        self._budget = budget or Budget()
        self._length = 0
        self._out: list[str] = []

    @property
    def text(self) -> str:
        """The text written so far."""
        return "".join(self._out)

    @property
    def missing(self) -> list[Missing]:
        """The references without a value, in order of first use."""
        return list(self._missing)

    def step(self, size: int = 0) -> None:
        """Take note of work; `size` is how many characters or elements are touched."""
        self._budget.spend(1 + size // 100)

    def write(self, text: str) -> None:
        """Add to the output. Raises `TemplateError` when it becomes too long."""
        self._length += len(text)
        if self._length > LONGEST_OUTPUT:
            raise TemplateError(f"the text is longer than {LONGEST_OUTPUT} characters")
        self._out.append(text)

    def collected(self, block: Any) -> str:
        """Return what a block writes without adding it to the output: a quoted text."""
        out, self._out = self._out, []
        before = self._length
        try:
            block.run(self)
            return self.text
        finally:
            self._out, self._length = out, before

    def found_nothing(self, expression: str, why: str) -> None:
        """Take note of an expression that gave nothing."""
        if len(self._missing) < MOST_MISSING:
            self._missing[Missing(expression[:200], why[:500])] = None
