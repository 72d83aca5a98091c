"""All methods that a template can call on maps, lists, texts and numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.velocity.values import (
    LONGEST_LIST,
    LONGEST_TEXT,
    TemplateError,
    java_text,
    number_of,
)

Method = Callable[..., Any]


def _contains(values: list[Any], value: Any) -> bool:
    """Return whether some element equals a value, which is read once and not for each of them."""
    number, text = number_of(value), None if value is None else java_text(value)
    for each in values:
        if number is not None and (other := number_of(each)) is not None:
            if other == number:
                return True
        elif (java_text(each) if each is not None else None) == text:
            return True
    return False


def equal(left: Any, right: Any) -> bool:
    """`==` of Velocity: numbers by value, everything else by its text."""
    if left is None or right is None:
        return left is right
    numbers = number_of(left), number_of(right)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return java_text(left) == java_text(right)


def _element(values: list[Any], index: Any) -> Any:
    number = number_of(index)
    if number is None or number != int(number):
        raise TemplateError(f"an index is a whole number, not {java_text(index)[:40]}")
    if not 0 <= number < len(values):
        raise TemplateError(f"index {number:f} is out of range: there are {len(values)} elements")
    return values[int(number)]


def _add(values: list[Any], value: Any) -> bool:
    if len(values) >= LONGEST_LIST:
        raise TemplateError(f"a list grew beyond {LONGEST_LIST} elements")
    values.append(value)
    return True


def _put(values: dict[str, Any], name: Any, value: Any) -> Any:
    if len(values) >= LONGEST_LIST:
        raise TemplateError(f"a map grew beyond {LONGEST_LIST} entries")
    before = values.get(java_text(name))
    values[java_text(name)] = value
    return before


def _substring(text: str, start: Any, end: Any = None) -> str:
    first, last = number_of(start), number_of(len(text) if end is None else end)
    if first is None or last is None or not 0 <= first <= last <= len(text):
        raise TemplateError(f"substring goes beyond the text, which has {len(text)} characters")
    return text[int(first) : int(last)]


def _replace(text: str, old: Any, new: Any) -> str:
    wanted, other = java_text(old), java_text(new)
    if len(text) + text.count(wanted) * len(other) > LONGEST_TEXT:
        raise TemplateError(f"a text grew beyond {LONGEST_TEXT} characters")
    return text.replace(wanted, other)


_ANY: Mapping[str, Method] = {"equals": equal, "toString": java_text}
_TEXT: Mapping[str, Method] = {
    "length": len,
    "isEmpty": lambda text: not text,
    "contains": lambda text, part: java_text(part) in text,
    "startsWith": lambda text, part: text.startswith(java_text(part)),
    "endsWith": lambda text, part: text.endswith(java_text(part)),
    "indexOf": lambda text, part: text.find(java_text(part)),
    "equalsIgnoreCase": lambda text, other: text.casefold() == java_text(other).casefold(),
    "toLowerCase": lambda text: text.lower(),
    "toUpperCase": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "replace": _replace,
    "substring": _substring,
    "split": lambda text, by: text.split(java_text(by) or None, LONGEST_LIST)[:LONGEST_LIST],
}
_LIST: Mapping[str, Method] = {
    "size": len,
    "isEmpty": lambda values: not values,
    "get": _element,
    "contains": _contains,
    "add": _add,
}
_MAP: Mapping[str, Method] = {
    "size": len,
    "isEmpty": lambda values: not values,
    "get": lambda values, name: values.get(java_text(name)),
    "containsKey": lambda values, name: java_text(name) in values,
    "keySet": list,
    "values": lambda values: list(values.values()),
    "entrySet": lambda values: [{"key": name, "value": each} for name, each in values.items()],
    "put": _put,
}


@dataclass(frozen=True, slots=True)
class Tool:
    """An object that is nothing but methods: `$mathTool`."""

    name: str
    methods: Mapping[str, Method]

    def __str__(self) -> str:
        return self.name


def methods_of(value: Any) -> Mapping[str, Method]:
    """The methods of a value by name."""
    if isinstance(value, Tool):
        return value.methods
    kinds = ((str, _TEXT), (list, _LIST), (dict, _MAP))
    own = next((methods for kind, methods in kinds if isinstance(value, kind)), {})
    return {**_ANY, **own}
