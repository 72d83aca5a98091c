"""From the text of a template to its parts, in time proportional to its length."""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal
from functools import lru_cache
from typing import Any

from mock_server.velocity import nodes
from mock_server.velocity.running import Pace
from mock_server.velocity.values import DEEPEST, TemplateError

LONGEST_TEMPLATE = 100_000
_PARTS_BETWEEN_RESTS = 100  # about half a millisecond

_PLAIN = re.compile(r"[^$#\\]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_REFERENCE = re.compile(r"\$(!?)(\{?)(?=[A-Za-z_])")
_DIRECTIVE = re.compile(r"#(?:\{([a-z]+)\}|([a-z]+))")
_BLANKS = re.compile(r"\s*")
_REST_OF_LINE = re.compile(r"[ \t]*\r?\n")
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_OPERATOR = re.compile(r"==|!=|<=|>=|&&|\|\||[<>+\-*/%]|(?:and|or|eq|ne|lt|le|gt|ge)\b")
_SAME = {"&&": "and", "||": "or", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">"} | {
    "ge": ">="
}
_STRENGTH = {"or": 1, "and": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4} | {
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_INDEX = re.compile(r"\[\s*(?:[0-9]+|'[^'\]]*'|\"[^\"\]]*\"|\$[A-Za-z_]\w*)\s*\]")
_IN = re.compile(r"in\b")
_NOT = re.compile(r"not\b")
_REFUSED = ("parse", "include", "evaluate", "macro", "define")
_ENDS = ("end", "else", "elseif")
_WORDS = {"true": True, "false": False, "null": None}


@lru_cache(maxsize=64)
def parse(template: str) -> nodes.Block:
    """The parts of a template. Raises `TemplateError` with the line."""
    if len(template) > LONGEST_TEMPLATE:
        raise TemplateError(f"the template is longer than {LONGEST_TEMPLATE} characters")
    return _Parser(template).whole()


class _Parser:
    def __init__(self, text: str, depth: int = 0, pace: Pace | None = None) -> None:
        self._text = text
        self._at = 0
        self._depth = depth
        self._pace = pace or Pace(_PARTS_BETWEEN_RESTS)
        self._lines = [each.start() for each in re.finditer("\n", text)]

    def whole(self) -> nodes.Block:
        block, end = self._block()
        if end:
            raise self._error(f"#{end} without #if or #foreach before it")
        return block

    # Blocks

    def _block(self) -> tuple[nodes.Block, str]:
        """Parts up to the end of the text or a directive that ends them, and its name."""
        self._deeper()
        parts: list[tuple[int, nodes.Part]] = []
        while self._at < len(self._text):
            self._pace.work()
            line, start = self._line(), self._at
            directive = _DIRECTIVE.match(self._text, self._at)
            if directive and (name := directive[1] or directive[2]) in _ENDS:
                self._at = directive.end()
                self._depth -= 1
                return nodes.Block(parts), name
            part = self._part(directive)
            if part is not None:
                parts.append((line, part))
            if self._at == start:  # a character that means nothing here
                self._at += 1
                parts.append((line, nodes.Text(self._text[start])))
        self._depth -= 1
        return nodes.Block(parts), ""

    def _part(self, directive: re.Match[str] | None) -> nodes.Part | None:
        text = self._text
        if (plain := self._take(_PLAIN)) is not None:
            return nodes.Text(plain)
        if text[self._at] == "\\" and text[self._at + 1 : self._at + 2] in ("$", "#"):
            self._at += 2
            return nodes.Text(text[self._at - 1])
        if text.startswith("##", self._at):
            self._skip_to("\n")
            return None
        if text.startswith("#*", self._at):
            self._skip_to("*#")
            return None
        if text.startswith("#[[", self._at):
            start = self._at + 3
            self._skip_to("]]#")
            return nodes.Text(text[start : self._at].removesuffix("]]#"))
        if _REFERENCE.match(text, self._at):
            return self._reference()
        if directive:
            return self._directive(directive)
        return None

    def _skip_to(self, end: str) -> None:
        found = self._text.find(end, self._at + 2)
        self._at = len(self._text) if found < 0 else found + len(end)

    def _directive(self, directive: re.Match[str]) -> nodes.Part | None:
        name = directive[1] or directive[2]
        if name in _REFUSED:
            raise self._error(f"#{name} cannot be used in a message")
        if name not in ("if", "foreach", "set", "break", "stop"):
            return None
        self._at = directive.end()
        if name in ("break", "stop"):
            self._take(_REST_OF_LINE)
            return nodes.Break() if name == "break" else nodes.Stop()
        self._blanks()
        self._need("(", f"#{name}")
        if name == "if":
            return self._if()
        if name == "foreach":
            return self._foreach()
        variable = self._variable("#set")
        self._need("=", "#set")
        expression = self._expression()
        self._need(")", "#set")
        self._take(_REST_OF_LINE)
        return nodes.Set(variable, expression)

    def _if(self) -> nodes.Part:
        line = self._line()
        branches: list[tuple[nodes.Expression | None, nodes.Block]] = []
        condition: nodes.Expression | None = self._condition()
        while True:
            self._take(_REST_OF_LINE)
            block, end = self._block()
            branches.append((condition, block))
            if not end:
                raise TemplateError("#if has no #end", line)
            if end == "end":
                self._take(_REST_OF_LINE)
                return nodes.If(branches)
            if condition is None:
                raise self._error(f"#{end} after #else")
            condition = None
            if end == "elseif":
                self._blanks()
                self._need("(", "#elseif")
                condition = self._condition()

    def _condition(self) -> nodes.Expression:
        condition = self._expression()
        self._need(")", "#if")
        return condition

    def _foreach(self) -> nodes.Part:
        line = self._line()
        variable = self._variable("#foreach")
        self._blanks()
        if self._take(_IN) is None:
            raise self._error("#foreach needs `in` after its variable")
        expression = self._expression()
        self._need(")", "#foreach")
        self._take(_REST_OF_LINE)
        block, end = self._block()
        if end != "end":
            raise TemplateError("#foreach has no #end", line)
        self._take(_REST_OF_LINE)
        return nodes.Foreach(variable, expression, block)

    def _variable(self, where: str) -> str:
        self._blanks()
        name = None
        if self._take(_REFERENCE) is not None:
            brace = self._text[self._at - 1] == "{"
            name = self._take(_NAME)
            if brace:
                self._need("}", where)
        if name is None:
            raise self._error(f"{where} needs a variable such as $item")
        return name

    # Expressions

    def _expression(self, weakest: int = 1) -> nodes.Expression:
        self._deeper()
        first = self._operand()
        rest: list[tuple[str, nodes.Expression]] = []
        while True:
            self._blanks()
            found = _OPERATOR.match(self._text, self._at)
            operator = _SAME.get(found[0], found[0]) if found else ""
            if found is None or _STRENGTH[operator] < weakest:
                self._depth -= 1
                return nodes.Calculation(first, rest) if rest else first
            self._at = found.end()
            rest.append((operator, self._expression(_STRENGTH[operator] + 1)))

    def _operand(self) -> nodes.Expression:
        self._blanks()
        text = self._text
        mark = text[self._at : self._at + 1]
        if _REFERENCE.match(text, self._at):
            return self._reference()
        if (number := self._take(_NUMBER)) is not None:
            return nodes.Literal(Decimal(number) if "." in number else int(number))
        if mark and mark in "'\"":
            return self._quoted(mark)
        if mark == "(":
            self._at += 1
            inner = self._expression()
            self._need(")", "a bracket")
            return inner
        if mark == "[":
            return self._list()
        if mark == "{":
            return self._map()
        if mark == "!" or _NOT.match(text, self._at):
            self._at += 1 if mark == "!" else 3
            self._deeper()
            inner = nodes.Not(self._operand())
            self._depth -= 1
            return inner
        word = self._take(_NAME)
        if word in _WORDS:
            return nodes.Literal(_WORDS[word])
        raise self._error(f"a value was expected, not {self._next(word)}")

    def _quoted(self, mark: str) -> nodes.Expression:
        end = self._text.find(mark, self._at + 1)
        if end < 0:
            raise self._error(f"a text has no {mark} at its end")
        inner = self._text[self._at + 1 : end]
        self._at = end + 1
        if mark == "'" or not ("$" in inner or "#" in inner):
            return nodes.Literal(inner)
        try:
            return nodes.Interpolated(_Parser(inner, self._depth + 1, self._pace).whole())
        except TemplateError as error:
            raise self._error(error.message) from None

    def _list(self) -> nodes.Expression:
        self._at += 1
        items = self._items("]", of_range=True)
        if len(items) == 3 and items[1] is None:
            return nodes.Range(items[0], items[2])
        return nodes.ListLiteral(items)

    def _items(self, end: str, *, of_range: bool = False) -> list[Any]:
        """Expressions up to `end`; a range has None between its two."""
        items: list[Any] = []
        self._blanks()
        if self._is_next(end):
            return items
        while True:
            items.append(self._expression())
            self._blanks()
            if of_range and len(items) == 1 and self._is_next(".."):
                items += [None, self._expression()]
                self._need(end, "a range")
                return items
            if self._is_next(end):
                return items
            self._need(",", "a list")

    def _map(self) -> nodes.Expression:
        self._at += 1
        items: list[tuple[nodes.Expression, nodes.Expression]] = []
        self._blanks()
        while not self._is_next("}"):
            if items:
                self._need(",", "a map")
            name = self._expression()
            self._need(":", "a map")
            items.append((name, self._expression()))
            self._blanks()
        return nodes.MapLiteral(items)

    def _reference(self) -> nodes.Reference:
        start = self._at
        self._at += 1
        silent = self._is_next("!")
        braces = self._is_next("{")
        name = self._take(_NAME) or ""
        accesses: list[nodes.Access] = []
        while True:
            if self._text.startswith(".", self._at) and _NAME.match(self._text, self._at + 1):
                self._at += 1
                part = self._take(_NAME) or ""
                arguments = self._items(")") if self._is_next("(") else None
                accesses.append(nodes.Access(part, arguments))
            elif self._text.startswith("[", self._at) and _is_index(self._text, self._at):
                self._at += 1
                accesses.append(nodes.Access("get", self._items("]")))
            else:
                break
        if braces:
            self._need("}", f"${{{name}")
        source = self._text[start : self._at]
        return nodes.Reference(source, name, accesses, silent)

    # Characters

    def _deeper(self) -> None:
        self._pace.work()
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error(f"nested more than {DEEPEST} deep")

    def _take(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]

    def _blanks(self) -> None:
        self._take(_BLANKS)

    def _is_next(self, mark: str) -> bool:
        if self._text.startswith(mark, self._at):
            self._at += len(mark)
            return True
        return False

    def _need(self, mark: str, where: str) -> None:
        self._blanks()
        if not self._is_next(mark):
            raise self._error(f"{where} needs {mark} here, not {self._next(None)}")

    def _next(self, word: str | None) -> str:
        return (
            repr(word or self._text[self._at : self._at + 20])
            if self._at < len(self._text)
            else "the end"
        )

    def _line(self) -> int:
        return bisect_left(self._lines, self._at) + 1

    def _error(self, message: str) -> TemplateError:
        return TemplateError(message, self._line())


def _is_index(text: str, at: int) -> bool:
    """Whether a bracket after a reference is an index and not text."""
    return _INDEX.match(text, at) is not None
