"""Shorthand of scenarios: repeated text or elements, and values captured on the way."""

import re
from collections.abc import Mapping
from typing import Any

from mock_server import jsonio

_NAME = re.compile(r"\{\{([A-Za-z][A-Za-z0-9_]*)\}\}")


def fill_in(value: Any, captured: Mapping[str, Any]) -> Any:
    """A value with `$repeat` and each captured `{{name}}` filled in, alone with its type."""
    if isinstance(value, str):
        whole = _NAME.fullmatch(value)
        if whole is not None:
            return captured.get(whole[1], value)
        return _NAME.sub(lambda match: _text(captured.get(match[1], match[0])), value)
    if isinstance(value, list):
        return [fill_in(each, captured) for each in value]
    if isinstance(value, dict):
        if value.keys() == {"$repeat", "times"}:
            return fill_in(value["$repeat"], captured) * value["times"]
        return {name: fill_in(each, captured) for name, each in value.items()}
    return value


def at_pointer(document: Any, pointer: str) -> Any:
    """The value at a JSON Pointer (RFC 6901); raises `LookupError` when there is none."""
    for segment in pointer.split("/")[1:]:
        name = segment.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and name.isdecimal():
            document = document[int(name)]
        elif isinstance(document, dict):
            document = document[name]
        else:
            raise LookupError(pointer)
    return document


def _text(value: Any) -> str:
    return value if isinstance(value, str) else jsonio.text_of(value)
