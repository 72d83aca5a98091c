"""Text from outside, made fit to be shown: what would steer a terminal or a CI runner is visible.

One function for all doors: lines of `serve`, summaries, reports, assertions, log.
"""

from __future__ import annotations

import re

_COMMAND = re.compile(r":(?=:)|##(?=\[)")


def printable(text: str) -> str:
    r"""Text on one line in which controls are written as escapes, and nothing is a command.

    Newlines and ANSI escapes become `\n` and `\x1b`, as do marks that turn the direction of
    writing. `::` and `##[`, which GitHub Actions takes for commands where a line begins with them,
    get a backslash wherever they stand, for a line may be broken anywhere.
    """
    shown = text if text.isprintable() else "".join(map(_visible, text))
    return _COMMAND.sub(r"\g<0>\\", shown)


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")
