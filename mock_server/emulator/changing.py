"""Changing a part of a body that is named by a path, such as `items[0].imageUrl`."""

import copy
import re
from itertools import pairwise
from typing import Any

from mock_server import jsonio
from mock_server.emulator.errors import InvalidError
from mock_server.model import Document
from mock_server.names import near

_STEP = re.compile(r"\.?([^.\[\]]+)|\[([0-9]{1,6})\]")
_ENVELOPE = ("eventTypeKey", "keyValue", "params")


def read_value(text: str) -> Any:
    """A value as it was typed: JSON where it is JSON (`3`, `null`, `"3"`, `[…]`), else the text."""
    try:
        return jsonio.loads(text.encode())
    except jsonio.MalformedJson:
        return text


def with_value(event: Document, path: str, value: Any) -> Document:
    """The event with another value at `path` (`keyValue` or a param). Raises `InvalidError`."""
    return _changed(event, path, lambda holder, key: _put(holder, key, value, path))


def without_value(event: Document, path: str) -> Document:
    """The event without what is at `path`. Raises `InvalidError` when nothing is."""
    return _changed(event, path, lambda holder, key: _drop(holder, key, path))


def _changed(event: Document, path: str, change: Any) -> Document:
    event = copy.deepcopy(event)
    steps = path_steps(path)
    name = steps[0]
    if name in _ENVELOPE:
        _descend(event, steps, path, change)
        return event
    params = {each["name"]: each["value"] for each in event.get("params", ())}
    meant = near(str(name), params) if len(steps) > 1 and name not in params else None
    if meant is not None:
        raise InvalidError(f"There is no {name} in the event. Did you mean {meant}?")
    _descend(params, steps, path, change)
    event["params"] = [{"name": name, "value": value} for name, value in params.items()]
    return event


def path_steps(path: str) -> list[str | int]:
    """`items[0].imageUrl` as `["items", 0, "imageUrl"]`. Raises `InvalidError`."""
    steps: list[str | int] = []
    position = 0
    while position < len(path):
        found = _STEP.match(path, position)
        if found is None:
            break
        steps.append(int(found[2]) if found[2] else found[1])
        position = found.end()
    if position != len(path) or not steps or not isinstance(steps[0], str):
        raise InvalidError(
            f"{path!r} is not a path. A path looks like totalCost or items[0].imageUrl."
        )
    return steps


def _descend(holder: Any, steps: list[str | int], path: str, change: Any) -> None:
    for step, following in pairwise(steps):
        if isinstance(step, str) and isinstance(holder, dict):
            holder = holder.setdefault(step, [] if isinstance(following, int) else {})
        elif isinstance(step, int) and isinstance(holder, list) and step <= len(holder):
            if step == len(holder):
                holder.append([] if isinstance(following, int) else {})
            holder = holder[step]
        else:
            raise _nowhere(holder, step, path)
    change(holder, steps[-1])


def _put(holder: Any, key: str | int, value: Any, path: str) -> None:
    if isinstance(key, str) and isinstance(holder, dict):
        holder[key] = value
    elif isinstance(key, int) and isinstance(holder, list) and key <= len(holder):
        holder[key:] = [value, *holder[key + 1 :]]
    else:
        raise _nowhere(holder, key, path)


def _drop(holder: Any, key: str | int, path: str) -> None:
    there = (isinstance(key, str) and isinstance(holder, dict) and key in holder) or (
        isinstance(key, int) and isinstance(holder, list) and key < len(holder)
    )
    if not there:
        raise _nowhere(holder, key, path)
    del holder[key]


def _nowhere(holder: Any, key: str | int, path: str) -> InvalidError:
    if isinstance(holder, list):
        there = f"a list of {len(holder)}"
    elif isinstance(holder, dict):
        there = f"an object with {', '.join(holder) or 'no fields'}"
    else:
        there = f"the value {jsonio.dumps(holder).decode()}"
    return InvalidError(f"{path}: there is no {key!r} in {there}.")
