"""Windows: a command line that reaches a batch file, such as npm.cmd, as it was written.

`CreateProcess` passes a batch file to cmd.exe, which reads the line once more: `%`, `&`, `^`, `|`
and their like would be its own. A file that hands its arguments on (`%*`), as those of npm do, has
them read a second time. Both the quoting and the number of times follow what cmd.exe documents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_META = re.compile(r'([()\][%!^"`<>&|;, *?])')
_BEFORE_QUOTE = re.compile(r'(\\*)"')
_AT_END = re.compile(r"(\\*)$")


def is_batch(program: str) -> bool:
    """Return whether cmd.exe runs this program."""
    return program.lower().endswith((".cmd", ".bat"))


def batch_line(arguments: Sequence[str]) -> str:
    """The command line for a batch file and its arguments."""
    program = arguments[0]
    times = 2 if _hands_on(program) else 1
    words = [_META.sub(r"^\1", program), *(_escaped(each, times) for each in arguments[1:])]
    return f'cmd.exe /d /s /c "{" ".join(words)}"'


def _escaped(argument: str, times: int) -> str:
    """An argument in quotes, and safe from cmd.exe, which reads it several times."""
    quoted = _AT_END.sub(r"\1\1", _BEFORE_QUOTE.sub(r'\1\1\\"', argument))
    line = f'"{quoted}"'
    for _ in range(times):
        line = _META.sub(r"^\1", line)
    return line


def _hands_on(program: str) -> bool:
    try:
        return "%*" in Path(program).read_text("utf-8", "replace")
    except OSError:
        return False
