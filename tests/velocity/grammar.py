"""Templates made by a grammar of the language, the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable

_NAMES = ("a", "s", "l", "m", "n", "i", "j", "x", "data", "none", "velocityCount", "foreach")
_TOOLS = {
    "mathTool": ("add", "sub", "mul", "div", "pow"),
    "numberTool": ("integer", "format"),
    "dateTool": (
        *("currentDate", "currentTimeStamp", "formatDate", "formatInContactTimezone", "diff"),
        *("addYears", "addMonths", "addDays", "addHours", "addMinutes"),
    ),
}
_METHODS = (
    *("get", "size", "isEmpty", "contains", "add", "put", "keySet", "values", "entrySet", "equals"),
    *("toString", "length", "startsWith", "indexOf", "equalsIgnoreCase", "toUpperCase", "trim"),
    *("replace", "substring", "split", "containsKey", "__class__", "nothing"),
)
_TEXTS = (
    *("", "a", "A", "01/01/2020", "2020-05-14T10:11:00", "dd.MM.yyyy HH:mm", "GMT+3", "DAYS"),
    *(
        "#.00",
        "#,##0.##",
        "1E30",
        "1E-999999",
        "-0",
        "NaN",
        "sNaN",
        "Infinity",
        "1E99999999",
        "yyyy'x",
    ),
    *("," * 500, "d" * 500, "ab" * 400, "9" * 300, "\u0130ß", "\x00", "${a}", "0,000", "'"),
)
_NUMBERS = ("0", "1", "-1", "2", "7.5", "0.1", "100000000000000000000000000000", "-99999", "9999")
_OPERATORS = (
    *("+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "and", "or", "&&", "||"),
    *("lt", "ge", "eq"),
)
_DEEPEST = 5


class Grammar:
    """Makes templates: most are right, some are cut off or spoilt."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  (no secret)
        self._parts: tuple[Callable[[int], str], ...] = (
            self._text,
            self._reference,
            self._if,
            self._foreach,
            self._set,
            self._odd,
        )

    def template(self) -> str:
        """The next template."""
        made = self._block(0)
        if self._random.random() < 0.15 and made:
            place = self._random.randrange(len(made))
            spoilt = self._random.choice(("", "$", "#", "(", ")", '"', "'", "{", "[", "#end", "\\"))
            made = made[:place] + spoilt + made[place + self._random.randrange(3) :]
        return made

    def _block(self, depth: int) -> str:
        count = self._random.randrange(1, 5 if depth < 2 else 3)
        return "".join(self._random.choice(self._parts)(depth + 1) for _ in range(count))

    def _text(self, _: int) -> str:
        return self._random.choice(("Hello ", "\n", "<!-- ", " -->", "\\$a", "## x\n", "#* y *#"))

    def _odd(self, _: int) -> str:
        return self._random.choice(
            ("#break", "#stop", "$", "#", "${", "#[[ $a ]]#", "#parse('x')", "#end", "#else", "$!")
        )

    def _if(self, depth: int) -> str:
        if depth > _DEEPEST:
            return ""
        other = self._random.choice(("", f"#else {self._block(depth)}", "#elseif($a)b"))
        return f"#if({self._expression(depth)}){self._block(depth)}{other}#end"

    def _foreach(self, depth: int) -> str:
        if depth > _DEEPEST:
            return ""
        name = self._random.choice(_NAMES)
        return f"#foreach(${name} in {self._expression(depth)}){self._block(depth)}#end"

    def _set(self, depth: int) -> str:
        return f"#set(${self._random.choice(_NAMES)} = {self._expression(depth)})"

    def _expression(self, depth: int) -> str:
        choice = self._random.randrange(12)
        if depth > _DEEPEST or choice < 3:
            return self._literal()
        if choice < 7:
            return self._reference(depth)
        if choice == 7:
            return f"[{self._list(depth)}]"
        if choice == 8:
            return f"{{{self._literal()}: {self._expression(depth + 1)}}}"
        if choice == 9:
            return f"[{self._expression(depth + 1)}..{self._expression(depth + 1)}]"
        if choice == 10:
            return f"!({self._expression(depth + 1)})"
        operator = self._random.choice(_OPERATORS)
        return f"({self._expression(depth + 1)} {operator} {self._expression(depth + 1)})"

    def _literal(self) -> str:
        choice = self._random.randrange(5)
        if choice == 0:
            return self._random.choice(("true", "false", "null"))
        if choice < 3:
            return self._random.choice(_NUMBERS)
        mark = self._random.choice("'\"")
        return mark + self._random.choice(_TEXTS).replace(mark, "") + mark

    def _list(self, depth: int) -> str:
        count = self._random.randrange(4)
        return ", ".join(self._expression(depth + 1) for _ in range(count))

    def _reference(self, depth: int) -> str:
        silent = self._random.choice(("", "!"))
        if self._random.random() < 0.4:
            tool = self._random.choice(tuple(_TOOLS))
            return f"${silent}{tool}.{self._random.choice(_TOOLS[tool])}({self._list(depth)})"
        path = "".join(self._access(depth) for _ in range(self._random.randrange(3)))
        inner = self._random.choice(_NAMES) + path
        return f"${silent}{{{inner}}}" if self._random.random() < 0.3 else f"${silent}{inner}"

    def _access(self, depth: int) -> str:
        if self._random.random() < 0.2:
            return self._random.choice((".name", "[0]", "['x']", "[$i]"))
        return f".{self._random.choice(_METHODS)}({self._list(depth)})"
