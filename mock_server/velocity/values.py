"""Values of a template, their texts, and how large they may become."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any

from mock_server.names import folded, near

LONGEST_TEXT = 100_000
"""Characters of one value."""
LONGEST_LIST = 10_000
DEEPEST = 30
"""How deep blocks, expressions and values may be nested in each other."""
_MOST_NAMES = 200
_LONGEST_SHOWN = 200


class TemplateError(Exception):
    """An error in a template, in one sentence, and its line once that is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line

    def __str__(self) -> str:
        return self.message if self.line is None else f"line {self.line}: {self.message}"


class ExplainedText(str):
    """A text that a template is likely to take for something else; `why` says what it is."""

    __slots__ = ("why",)
    why: str

    def __new__(cls, text: str, why: str) -> ExplainedText:
        """The text, and what to say to who takes it for a list or a map."""
        made = super().__new__(cls, text)
        made.why = why
        return made


def java_text(value: Any, depth: int = 0) -> str:
    """A value as a message shows it, which is as Java does. Raises `TemplateError`."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if depth > DEEPEST:
        raise TemplateError(f"a value is nested more than {DEEPEST} deep")
    if isinstance(value, dict):
        pairs = (f"{name}={java_text(each, depth + 1)}" for name, each in value.items())
        return "{" + _joined(pairs) + "}"
    if isinstance(value, list):
        return "[" + _joined(java_text(each, depth + 1) for each in value) + "]"
    if isinstance(value, Decimal) and -DEEPEST < value.adjusted() < DEEPEST:
        return f"{value:f}"
    return str(value)


def _joined(parts: Iterable[str]) -> str:
    found, length = [], 0
    for each in parts:
        length += len(each) + 2
        if length > LONGEST_TEXT:
            raise TemplateError(f"a text grew beyond {LONGEST_TEXT} characters")
        found.append(each)
    return ", ".join(found)


def in_quotes(text: str) -> str:
    """The beginning of a text, in quotation marks, for an error."""
    return repr(text[:40])


def why_no_name(name: str, names: Iterable[str], what: str = "") -> str:
    """Say why a name leads nowhere: its letter case, a near one, or what there is."""
    return _why_no_name(
        name[:_LONGEST_SHOWN],
        tuple(str(each)[:_LONGEST_SHOWN] for each in islice(names, _MOST_NAMES)),
        what,
    )


@lru_cache(maxsize=256)
def _why_no_name(name: str, known: tuple[str, ...], what: str) -> str:
    meant = near(name, known)
    if meant is not None and folded(meant) == folded(name):
        reason = "letter case" if meant.casefold() == name.casefold() else "every character"
        return f"{meant} is there: names count {reason}"
    if meant is not None:
        return f"there is no {what}{name}; did you mean {meant}?"
    if not known:
        return f"there is no {what}{name}, nor any other"
    shown = ", ".join(known[:10]) + (", …" if len(known) > 10 else "")
    return f"there is no {what}{name}; there is {shown}"
