"""One line per event and refused request, printed by a thread: requests never wait for it."""

from __future__ import annotations

import re
import sys
import textwrap
from collections import deque
from contextlib import suppress
from datetime import datetime, timezone
from functools import lru_cache
from shutil import get_terminal_size
from threading import Condition, Thread

import click

from mock_server.cli.layout import COLOURS
from mock_server.emulator.gate.gathering import refusals
from mock_server.model import DROPPED, Document
from mock_server.pages.sentences import BLANK, sentence
from mock_server.printable import printable

_GATHER = 0.05
"""Seconds in which lines gather before they are written together."""
_PLAIN = {each: f"{each:<8}" for each in COLOURS}
_STYLED = {each: click.style(_PLAIN[each], fg=COLOURS[each], bold=True) for each in COLOURS}
_ENDLESS = 1_000_000
_KEPT = 10_000
"""Lines that may wait for a slow terminal; beyond that the oldest are left out, and counted."""
_HANGS = 10
"""Columns by which the rest of a long line is indented: below what follows the time."""
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_LAST = 2.0
"""Seconds that the end waits for the last lines; an output nobody takes from gets no more."""


def event_line(record: Document, *, coloured: bool = True) -> str:
    """Local time, event type, key, verdict, then what is wrong or warned of, in a sentence."""
    verdict = record["verdict"]
    shown = (_STYLED if coloured else _PLAIN)[verdict]
    line = (
        f"{_time(record['receivedAt'])}  {_word(record['eventTypeKey']):<15}"
        f" {_word(record['eventKey']):<14} {shown}"
    )
    if verdict in DROPPED or record["warnings"]:
        said = f" {printable(sentence(record).replace(BLANK, ' '))}"
        line += said if verdict in DROPPED or not coloured else click.style(said, dim=True)
    return line


def refused_line(entry: Document) -> str:
    """Local time, method and path, status and reason; then what was wrong, and the way out."""
    what = f"{entry['method']} {printable(entry['path'])}".strip()
    status = click.style(f"refused  {entry['status'] or '-'}", fg="red", bold=True)
    told = next(iter(refusals(entry)), "")
    line = f"{_time(entry['at'])}  {what:<30} {status} {entry['reason']}"
    return f"{line}  {told}" if told else line


def hanging(line: str, width: int) -> str:
    """A line that is too long for the terminal, broken between words, the rest indented."""
    plain = line if len(line) <= width else click.unstyle(line)
    if len(plain) <= width or width <= 2 * _HANGS:
        return line
    cut = plain.rfind(" ", _HANGS + 1, width + 1)
    if plain[:cut].endswith(" ") or cut < 0 or cut <= len(plain) - len(plain.lstrip()):
        return line
    rest = textwrap.wrap(plain[cut:].strip(), width - _HANGS)
    begin = line[: _styled_position(line, cut)]
    reset = "\x1b[0m" if "\x1b" in begin else ""
    return "\n".join([f"{begin}{reset}", *(" " * _HANGS + each for each in rest)])


def _styled_position(line: str, position: int) -> int:
    """Return where a character of the line without styles stands in the line with them."""
    at = seen = 0
    while seen < position:
        style = _STYLE.match(line, at)
        if style is not None:
            at = style.end()
        else:
            at, seen = at + 1, seen + 1
    return at


def _word(text: str | None) -> str:
    return printable(text) if text else "-"


def _time(iso: str) -> str:
    """The local time of day; in UTC where the system cannot tell it (before 1970)."""
    second, _, rest = iso.partition(".")
    return _time_of_second(second + rest.lstrip("0123456789"))


@lru_cache(maxsize=8)
def _time_of_second(iso: str) -> str:
    at = datetime.fromisoformat(iso.replace("Z", "+00:00"))
    with suppress(OSError, OverflowError, ValueError):
        return f"{at.astimezone():%H:%M:%S}"
    return f"{at.astimezone(timezone.utc):%H:%M:%S}"


def terminal_width() -> int:
    """The columns of the terminal on standard output; unbounded if it is not one."""
    try:
        is_terminal = sys.stdout.isatty()
    except ValueError:  # it was closed
        is_terminal = False
    return get_terminal_size().columns if is_terminal else _ENDLESS


class EventLines:
    """Prints lines in order until nobody reads; leaves a stuck output after two seconds."""

    def __init__(self) -> None:
        self._waiting: deque[Document] = deque()
        self._left_out = 0
        self._news = Condition()
        self._is_ending = False
        self._is_unread = False
        self._thread = Thread(target=self._run, name="event-lines", daemon=True)

    def add(self, record: Document) -> None:
        """Print the line of an event, or of a refused request's journal entry, soon."""
        with self._news:
            if self._is_unread:
                return
            if len(self._waiting) >= _KEPT:
                self._waiting.popleft()
                self._left_out += 1
            self._waiting.append(record)
            if len(self._waiting) == 1:
                self._news.notify()

    def _run(self) -> None:
        is_ending = False
        while not is_ending:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._is_ending)
                self._news.wait_for(lambda: self._is_ending, _GATHER)
                records, self._waiting = self._waiting, deque()
                left_out, self._left_out = self._left_out, 0
                is_ending = self._is_ending
            lines = [f"… {left_out} lines were left out"] if left_out else []
            width = terminal_width()
            # What is no terminal takes no colours.
            coloured = width != _ENDLESS
            lines += [hanging(_line(each, coloured=coloured), width) for each in records]
            if lines and not _write("\n".join(lines)):
                with self._news:
                    self._is_unread = True
                    self._waiting.clear()
                return

    def __enter__(self) -> EventLines:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._news:
            self._is_ending = True
            self._news.notify()
        self._thread.join(_LAST)


def _line(record: Document, *, coloured: bool) -> str:
    try:
        if "verdict" in record:
            return event_line(record, coloured=coloured)
        return refused_line(record)
    except Exception as error:  # one line that cannot be made must not end the others
        which = record.get("eventId", record.get("requestId"))
        return (
            f"{which}: this line cannot be shown: {type(error).__name__}: {printable(str(error))}"
        )


def _write(text: str) -> bool:
    """Write lines and return whether the output is still read; replace what it cannot show."""
    try:
        try:
            click.echo(text)
        except UnicodeEncodeError:
            encoding = sys.stdout.encoding or "ascii"
            click.echo(text.encode(encoding, "replace").decode(encoding))
    except (OSError, ValueError):  # ValueError: the output was closed
        return False
    return True
