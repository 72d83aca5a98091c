"""From the text of a template to its parts, in time proportional to its length."""

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

_BLANKS = re.compile(r"\s*")
_PLAIN = re.compile(r"[^$#\\]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_REFERENCE = re.compile(r"\$(!?)(\{?)(?=[A-Za-z_])")
_DIRECTIVE = re.compile(r"#(?:\{([a-z]+)\}|([a-z]+))")
_REST_OF_LINE = re.compile(r"[ \t]*\r?\n")
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_OPERATOR = re.compile(r"==|!=|<=|>=|&&|\|\||[<>+\-*/%]|(?:and|or|eq|ne|lt|le|gt|ge)\b")
_SAME = dict(zip("&& || eq ne lt le gt ge".split(), "and or == != < <= > >=".split(), strict=True))
_BINDING = ("or", "and", "== !=", "< <= > >=", "+ -", "* / %")  # from weak to strong
_STRENGTH = {each: at for at, them in enumerate(_BINDING, 1) for each in them.split()}
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


class _Cursor:
    """Goes through a text; `depth` is how deep the parse is nested, `pace` that of the template."""

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
        shown = repr(word or self.text[self.at : self.at + 20])
        return shown if self.at < len(self.text) else "the end"

    def line(self) -> int:
        return bisect_left(self._lines, self.at) + 1

    def error(self, message: str) -> TemplateError:
        return TemplateError(message, self.line())


class _Parser(_Cursor):
    def whole(self) -> nodes.Block:
        block, end = self._block()
        if end:
            raise self.error(f"#{end} without #if or #foreach before it")
        return block

    # Blocks

    def _block(self) -> tuple[nodes.Block, str]:
        self.deeper()
        parts: list[tuple[int, nodes.Part]] = []
        while self.at < len(self.text):
            self.pace.work()
            line, start = self.line(), self.at
            directive = _DIRECTIVE.match(self.text, self.at)
            if directive and (name := directive[1] or directive[2]) in _ENDS:
                self.at = directive.end()
                self.depth -= 1
                return nodes.Block(parts), name
            part = self._part(directive)
            if part is not None:
                parts.append((line, part))
            if self.at == start:  # a character that means nothing here
                self.at += 1
                parts.append((line, nodes.text_as_is(self.text[start])))
        self.depth -= 1
        return nodes.Block(parts), ""

    def _part(self, directive: re.Match[str] | None) -> nodes.Part | None:
        text = self.text
        if (plain := self.take(_PLAIN)) is not None:
            return nodes.text_as_is(plain)
        if text[self.at] == "\\" and text[self.at + 1 : self.at + 2] in ("$", "#"):
            self.at += 2
            return nodes.text_as_is(text[self.at - 1])
        if text.startswith("##", self.at):
            self._skip_to("\n")
            return None
        if text.startswith("#*", self.at):
            self._skip_to("*#")
            return None
        if text.startswith("#[[", self.at):
            start = self.at + 3
            self._skip_to("]]#")
            return nodes.text_as_is(text[start : self.at].removesuffix("]]#"))
        if _REFERENCE.match(text, self.at):
            return self._reference().write
        if directive:
            return self._directive(directive)
        return None

    def _skip_to(self, end: str) -> None:
        found = self.text.find(end, self.at + 2)
        self.at = len(self.text) if found < 0 else found + len(end)

    def _directive(self, directive: re.Match[str]) -> nodes.Part | None:
        name = directive[1] or directive[2]
        if name in _REFUSED:
            raise self.error(f"#{name} cannot be used in a message")
        if name not in ("if", "foreach", "set", "break", "stop"):
            return None
        self.at = directive.end()
        if name in ("break", "stop"):
            self.take(_REST_OF_LINE)
            return nodes.break_loop if name == "break" else nodes.stop
        self.blanks()
        self.need("(", f"#{name}")
        if name == "if":
            return self._if()
        if name == "foreach":
            return self._foreach()
        variable = self._variable("#set")
        self.need("=", "#set")
        expression = self._expression()
        self.need(")", "#set")
        self.take(_REST_OF_LINE)
        return nodes.assignment(variable, expression)

    def _if(self) -> nodes.Part:
        line = self.line()
        branches: list[tuple[nodes.Expression | None, nodes.Block]] = []
        condition: nodes.Expression | None = self._condition()
        while True:
            self.take(_REST_OF_LINE)
            block, end = self._block()
            branches.append((condition, block))
            if not end:
                raise TemplateError("#if has no #end", line)
            if end == "end":
                self.take(_REST_OF_LINE)
                return nodes.conditional(branches)
            if condition is None:
                raise self.error(f"#{end} after #else")
            condition = None
            if end == "elseif":
                self.blanks()
                self.need("(", "#elseif")
                condition = self._condition()

    def _condition(self) -> nodes.Expression:
        condition = self._expression()
        self.need(")", "#if")
        return condition

    def _foreach(self) -> nodes.Part:
        line = self.line()
        variable = self._variable("#foreach")
        self.blanks()
        if self.take(_IN) is None:
            raise self.error("#foreach needs `in` after its variable")
        expression = self._expression()
        self.need(")", "#foreach")
        self.take(_REST_OF_LINE)
        block, end = self._block()
        if end != "end":
            raise TemplateError("#foreach has no #end", line)
        self.take(_REST_OF_LINE)
        return nodes.loop(variable, expression, block)

    def _variable(self, where: str) -> str:
        self.blanks()
        name = None
        if self.take(_REFERENCE) is not None:
            brace = self.text[self.at - 1] == "{"
            name = self.take(_NAME)
            if brace:
                self.need("}", where)
        if name is None:
            raise self.error(f"{where} needs a variable such as $item")
        return name

    # Expressions

    def _expression(self, weakest: int = 1) -> nodes.Expression:
        self.deeper()
        first = self._operand()
        rest: list[tuple[str, nodes.Expression]] = []
        while True:
            self.blanks()
            found = _OPERATOR.match(self.text, self.at)
            operator = _SAME.get(found[0], found[0]) if found else ""
            if found is None or _STRENGTH[operator] < weakest:
                self.depth -= 1
                return nodes.calculation(first, rest) if rest else first
            self.at = found.end()
            rest.append((operator, self._expression(_STRENGTH[operator] + 1)))

    def _operand(self) -> nodes.Expression:
        self.blanks()
        text = self.text
        mark = text[self.at : self.at + 1]
        if _REFERENCE.match(text, self.at):
            return self._reference()
        if (number := self.take(_NUMBER)) is not None:
            return nodes.literal(Decimal(number) if "." in number else int(number))
        if mark and mark in "'\"":
            return self._quoted(mark)
        if mark == "(":
            self.at += 1
            inner = self._expression()
            self.need(")", "a bracket")
            return inner
        if mark == "[":
            return self._list()
        if mark == "{":
            return self._map()
        if mark == "!" or _NOT.match(text, self.at):
            self.at += 1 if mark == "!" else 3
            self.deeper()
            inner = nodes.negation(self._operand())
            self.depth -= 1
            return inner
        word = self.take(_NAME)
        if word in _WORDS:
            return nodes.literal(_WORDS[word])
        raise self.error(f"a value was expected, not {self.next(word)}")

    def _quoted(self, mark: str) -> nodes.Expression:
        end = self.text.find(mark, self.at + 1)
        if end < 0:
            raise self.error(f"a text has no {mark} at its end")
        inner = self.text[self.at + 1 : end]
        self.at = end + 1
        if mark == "'" or not ("$" in inner or "#" in inner):
            return nodes.literal(inner)
        try:
            return nodes.interpolated(_Parser(inner, self.depth + 1, self.pace).whole())
        except TemplateError as error:
            raise self.error(error.message) from None

    def _list(self) -> nodes.Expression:
        self.at += 1
        items = self._items("]", of_range=True)
        if len(items) == 3 and items[1] is None:
            return nodes.span(items[::2])
        return nodes.list_literal(items)

    def _items(self, end: str, *, of_range: bool = False) -> list[Any]:
        """Parse expressions up to `end`; a range has None between its two."""
        items: list[Any] = []
        self.blanks()
        if self.is_next(end):
            return items
        while True:
            items.append(self._expression())
            self.blanks()
            if of_range and len(items) == 1 and self.is_next(".."):
                items += [None, self._expression()]
                self.need(end, "a range")
                return items
            if self.is_next(end):
                return items
            self.need(",", "a list")

    def _map(self) -> nodes.Expression:
        self.at += 1
        items: list[tuple[nodes.Expression, nodes.Expression]] = []
        self.blanks()
        while not self.is_next("}"):
            if items:
                self.need(",", "a map")
            name = self._expression()
            self.need(":", "a map")
            items.append((name, self._expression()))
            self.blanks()
        return nodes.map_literal(items)

    def _reference(self) -> nodes.Reference:
        start = self.at
        self.at += 1
        silent = self.is_next("!")
        braces = self.is_next("{")
        name = self.take(_NAME) or ""
        accesses: list[nodes.Access] = []
        while True:
            self.pace.work()
            if self.text.startswith(".", self.at) and _NAME.match(self.text, self.at + 1):
                self.at += 1
                part = self.take(_NAME) or ""
                arguments = self._items(")") if self.is_next("(") else None
                accesses.append(nodes.Access(part, arguments))
            elif self.text.startswith("[", self.at) and _INDEX.match(self.text, self.at):
                self.at += 1
                accesses.append(nodes.Access("get", self._items("]")))
            else:
                break
        if braces:
            self.need("}", f"${{{name}")
        source = self.text[start : self.at]
        return nodes.Reference(source, name, accesses, silent)
