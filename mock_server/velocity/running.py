"""One run of a template: what it may still do, what it has written, and what it did not find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from time import sleep
from typing import Any

from mock_server.velocity.values import TemplateError

STEPS = 30_000
_AT_ONCE = 500  # steps, about a third of a millisecond
LONGEST_OUTPUT = 500_000
MOST_MISSING = 100


@dataclass(frozen=True, slots=True)
class Missing:
    """An expression that gave nothing, and why."""

    expression: str
    why: str


class BreakLoop(Exception):  # noqa: N818  (it is no error)
    """`#break`."""


class StopTemplate(Exception):  # noqa: N818  (it is no error)
    """`#stop`."""


class Run:
    """The names a template sees (`names`: it may set new ones), and what comes of it.

    After `Block.run`: `text` as far as it came and `missing`, each expression once.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = dict(names)
        self._missing: dict[Missing, None] = {}
        self._left = STEPS
        self._length = 0
        self._out: list[str] = []

    @property
    def text(self) -> str:
        """What has been written so far."""
        return "".join(self._out)

    @property
    def missing(self) -> list[Missing]:
        """What gave nothing, in the order of the first time."""
        return list(self._missing)

    def step(self, size: int = 0) -> None:
        """Take note of work; `size` is how many characters or elements are touched."""
        self._left -= 1 + size // 100
        if not self._left % _AT_ONCE:
            sleep(0)  # let other threads have the interpreter: no request waits for a template
        if self._left < 0:
            raise TemplateError("the template does too much; is a loop too long?")

    def write(self, text: str) -> None:
        """Add to the output. Raises `TemplateError` when it becomes too long."""
        self._length += len(text)
        if self._length > LONGEST_OUTPUT:
            raise TemplateError(f"the text is longer than {LONGEST_OUTPUT} characters")
        self._out.append(text)

    def collected(self, block: Any) -> str:
        """What a block writes, not added to the output: a text in quotation marks."""
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
