"""The body of an event as indented lines, with the places that were found wanting marked in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from mock_server import jsonio
from mock_server.emulator.changing import path_steps
from mock_server.emulator.errors import InvalidError
from mock_server.emulator.event_bodies import body_text
from mock_server.model import Document

Path = tuple[str | int, ...]
_PARAMS = ("params",)
_BESIDE = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a body with its `note`, or (`is_absent`) the name of what is missing there."""

    text: str
    note: str = ""
    is_absent: bool = False


_GAP = Line("⋯")


def marked_body(event: Document) -> list[Line]:
    """The body of an event, indented, with failed steps of its trace at their `param`."""
    body = event.get("body")
    text = body_text(event, indented=True)
    if not isinstance(body, dict):
        return [Line(each) for each in text.split("\n")]
    wrong = places_of(event)
    try:
        return list(_lines((), body, "", wrong, set(_paths((), body))))
    except RecursionError:  # hundreds of levels; nobody looks for a place in there
        return [Line(each) for each in text.split("\n")]


def places_of(event: Document) -> dict[Path, str]:
    """The places that failed steps speak of, as path, each with the first sentence."""
    wrong: dict[Path, str] = {}
    for step in event.get("trace") or ():
        if step.get("result") == "failed" and step.get("param"):
            wrong.setdefault(_path(str(step["param"])), f"{step['message']} ({step['rule']})")
    return wrong


def around_marks(lines: list[Line]) -> list[Line]:
    """The marked lines and a few beside them; `⋯` stands for what is left out between them."""
    near = {
        place + step
        for place, line in enumerate(lines)
        if line.note
        for step in range(-_BESIDE, _BESIDE + 1)
    }
    found: list[Line] = []
    last = -1
    for place in sorted(near & set(range(len(lines)))):
        if place > last + 1:
            found.append(_GAP)
        found.append(lines[place])
        last = place
    if found and last < len(lines) - 1:
        found.append(_GAP)
    return found


def _path(param: str) -> Path:
    try:
        return tuple(path_steps(param))
    except InvalidError:  # a name that is not a path
        return (param,)


def _children(path: Path, value: Any) -> Iterator[tuple[str, Path, Any]]:
    """List the values of an object or array: how the line begins, the path, and the value."""
    if isinstance(value, dict):
        for name, each in value.items():
            # A parameter is known by its name, and its value is what that name stands for.
            inner = path if _is_value(path, name) else (*path, str(name))
            yield f"{jsonio.text_of(str(name))}: ", inner, each
    elif isinstance(value, list):
        for number, each in enumerate(value):
            is_param = path == _PARAMS and isinstance(each, dict)
            name = each.get("name") if is_param else None
            yield "", (name,) if isinstance(name, str) else (*path, number), each


def _is_value(path: Path, name: str) -> bool:
    return name == "value" and len(path) == 1 and path != _PARAMS


def _paths(path: Path, value: Any) -> Iterator[Path]:
    yield path
    for _, inner, each in _children(path, value):
        yield from _paths(inner, each)


def _lines(
    path: Path, value: Any, indent: str, wrong: dict[Path, str], there: set[Path]
) -> Iterator[Line]:
    """The lines of a value; the first goes on where its name stands."""
    inside = list(_children(path, value))
    # What is wrong with a parameter is noted at its value, where it has one.
    note = "" if any(inner == path for _, inner, _ in inside) else wrong.get(path, "")
    if not inside:
        yield Line(jsonio.text_of(value), note)
        return
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield Line(opening, note)
    deeper = indent + "  "
    home = () if path == _PARAMS else path if isinstance(value, dict) and path else None
    for missing, message in wrong.items():
        if missing not in there and missing[:-1] == home:
            yield Line(f'{deeper}"{missing[-1]}"', message, is_absent=True)
    for number, (begin, inner, each) in enumerate(inside, start=1):
        lines = list(_lines(inner, each, deeper, wrong, there))
        lines[0] = replace(lines[0], text=deeper + begin + lines[0].text)
        if number < len(inside):
            lines[-1] = replace(lines[-1], text=lines[-1].text + ",")
        yield from lines
    yield Line(indent + closing)
