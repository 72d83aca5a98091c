"""A place in the text of a template: what comes next, and where an error is."""

from __future__ import annotations

import re
from bisect import bisect_left

from mock_server.velocity.running import Pace
from mock_server.velocity.values import DEEPEST, TemplateError

_PARTS_BETWEEN_RESTS = 100  # about half a millisecond
_BLANKS = re.compile(r"\s*")


class Cursor:
    """Goes through a text from its beginning to its end.

    `depth` is how deep what is parsed is nested so far; `pace` is one for all of a template.
    """

    def __init__(self, text: str, depth: int = 0, pace: Pace | None = None) -> None:
        self.text = text
        self.at = 0
        self.depth = depth
        self.pace = pace or Pace(_PARTS_BETWEEN_RESTS)
        self._lines = [each.start() for each in re.finditer("\n", text)]

    def deeper(self) -> None:
        """Go one level down. Raises `TemplateError` when that is too deep."""
        self.pace.work()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"nested more than {DEEPEST} deep")

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """Go past what matches here, if it does, and return it."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def blanks(self) -> None:
        """Go past blanks."""
        self.take(_BLANKS)

    def is_next(self, mark: str) -> bool:
        """Go past a mark, if it is next; whether it was."""
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def need(self, mark: str, where: str) -> None:
        """Go past a mark, which must be next. Raises `TemplateError`."""
        self.blanks()
        if not self.is_next(mark):
            raise self.error(f"{where} needs {mark} here, not {self.next(None)}")

    def next(self, word: str | None) -> str:
        """Name what is next, for an error: `word`, if it has been taken already."""
        return (
            repr(word or self.text[self.at : self.at + 20])
            if self.at < len(self.text)
            else "the end"
        )

    def line(self) -> int:
        """The line that this place is in."""
        return bisect_left(self._lines, self.at) + 1

    def error(self, message: str) -> TemplateError:
        """An error in this line."""
        return TemplateError(message, self.line())
