"""The place of a value in a JSON text, so that a message can name line and column."""

import re
from collections.abc import Sequence
from json import JSONDecoder

Path = Sequence[str | int]

_DECODER = JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")


def locate(text: str, path: Path) -> tuple[int, int]:
    """Line and column (from 1) of a path in JSON text, or of the deepest value on the way to it."""
    at = _skip(text, 0)
    for segment in path:
        found = _inside(text, at, segment)
        if found is None:
            break
        at = found
    before = text[:at]
    return before.count("\n") + 1, at - before.rfind("\n")


def path_text(path: Path) -> str:
    """A path for people: `$.steps[0].response`."""
    return "$" + "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _inside(text: str, at: int, segment: str | int) -> int | None:
    wanted_opening = "[" if isinstance(segment, int) else "{"
    if text[at] != wanted_opening:
        return None
    position, at = 0, _skip(text, at + 1)
    found: int | None = None
    while text[at] not in "]}":
        key: str | int = position
        if wanted_opening == "{":
            key, at = _DECODER.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        if key == segment:
            found = at  # the last one counts, as in a parser
        at = _skip(text, _DECODER.raw_decode(text, at)[1])
        if text[at] == ",":
            at = _skip(text, at + 1)
        position += 1
    return found
