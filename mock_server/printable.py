"""Text from outside made fit to be shown: what would steer a terminal or CI is visible."""

import re
from collections.abc import Iterator

from mock_server import jsonio
from mock_server.model import Document

_OPERATIONS = 10
_LONGEST_LINE = 300
_COMMAND = re.compile(r":(?=:)|##(?=\[)")


def printable(text: str) -> str:
    r"""Text on one line, its controls and turns of direction written as escapes (`\n`, `\x1b`).

    `::` and `##[`, commands of GitHub Actions, get a backslash wherever they stand.
    """
    shown = text if text.isprintable() else "".join(map(_visible, text))
    return _COMMAND.sub(r"\g<0>\\", shown)


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def fix_lines(fix: Document | None) -> Iterator[str]:
    """The fix of an event: what has to come first, the operations, and what only the shop knows."""
    if fix is None:
        return
    for call in fix["arrange"]:
        yield printable(f"first: {call['method']} {call['path']} {jsonio.text_of(call['body'])}")
    for each in fix["patch"][:_OPERATIONS]:
        value = f" {jsonio.text_of(each['value'])}" if "value" in each else ""
        source = f" from {each['from']}" if "from" in each else ""
        said = f"fix: {each['op']} {each['path'] or 'the whole body'}{source}{value}"
        yield printable(said if len(said) <= _LONGEST_LINE else f"{said[:_LONGEST_LINE]}…")
    if len(fix["patch"]) > _OPERATIONS:
        yield f"fix: and {len(fix['patch']) - _OPERATIONS} more operations"
    if fix["unknown"]:
        yield f"only the shop knows: {', '.join(fix['unknown'])}"
