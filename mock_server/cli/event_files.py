"""Events in files: one or many, in the forms in which people have them; read as they are needed."""

import codecs
import csv
import gzip
import io
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any, BinaryIO

import click

from mock_server import jsonio
from mock_server.cli.log_lines import EXPECTED, InText, in_line, in_value, nearness
from mock_server.emulator import EventRequest
from mock_server.emulator.event_bodies import read_event
from mock_server.model import ApiVersion
from mock_server.printable import printable

_LINES = frozenset((".ndjson", ".jsonl", ".log", ".txt"))
_COLUMNS = frozenset((".csv", ".tsv"))
_FILES = frozenset((*_LINES, *_COLUMNS, ".json", ".har", ".gz"))
_WHOLE = 64 * 1024 * 1024
_HEAD = 4096
_SPREAD = 5_000, 1024 * 1024
"""Lines and bytes over which an event that is written with line breaks may reach."""
_PACKED = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"%PDF": "a PDF",
    b"SQLite format 3": "an SQLite database",
}


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event (or `order` of Add orders) to judge, and its file and line.

    `lines` are the first and the last line of the file with its body and nothing else.
    """

    file: str
    line: int | None
    request: EventRequest | None
    order: Any = None
    lines: tuple[int, int] | None = None

    @property
    def where(self) -> str:
        """File and line."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class EventFiles:
    """The events of files, folders and patterns, in that order; `-` is standard input.

    `lines` counts what is not blank, `skipped` what has no event (`unread` names up to a hundred),
    `foreign` says what files are that are no logs. `read` is told how many bytes were read.
    """

    def __init__(
        self, names: tuple[str, ...], version: ApiVersion, read: Callable[[int], None]
    ) -> None:
        self.files = [each for name in names or ("-",) for each in _expanded(name)]
        self.unread: list[str] = []
        self.foreign: list[tuple[str, str]] = []
        self.lines = 0
        self.skipped = 0
        self.forms: Counter[str] = Counter()
        self._nearest: tuple[int, str, str] = (-1, "", "")
        self._version = version
        self._read = read
        self._can_be_edited = False

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(Path(each).stat().st_size for each in self.files if each != "-")

    @property
    def reading(self) -> str:
        """Say how much was read, in a sentence; "" if every line held an event in a plain form."""
        if not self.skipped and not any(self.forms):
            return ""
        held = self.lines - self.skipped
        noun = "line" if self.lines == 1 else "lines"
        told = f"{held:,} of {self.lines:,} {noun} held an event"
        form = next((form for form, _ in self.forms.most_common(1)), "")
        return f"{told}, {form}." if form else f"{told}."

    @property
    def expectation(self) -> str:
        """The sentence for a log without events: what was expected, and the nearest thing seen."""
        said = f"Expected is {EXPECTED}."
        rank, where, what = self._nearest
        return f"{said} The nearest is {where}: {printable(what)}." if rank >= 0 else said

    def __iter__(self) -> Iterator[FoundEvent]:
        for name in self.files:
            self._can_be_edited = name != "-"
            try:
                if name == "-":
                    yield from self._events("standard input", sys.stdin.buffer)
                else:
                    with _opened(name) as file:
                        yield from self._events(name, file)
            except (gzip.BadGzipFile, EOFError, zlib.error):
                self._note_foreign(name, "not a whole .gz file")

    def _events(self, name: str, given: Any) -> Iterator[FoundEvent]:
        file = given if hasattr(given, "peek") else io.BufferedReader(given)
        begin = file.peek(_HEAD)[:_HEAD]
        if begin.startswith(b"\x1f\x8b"):
            self._can_be_edited = False
            yield from self._events(name, gzip.GzipFile(fileobj=file))
            return
        if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise click.UsageError(
                f"{name} is UTF-16, as older PowerShells write it. Save it as UTF-8:"
                " Out-File -Encoding utf8."
            )
        foreign = next((what for magic, what in _PACKED.items() if begin.startswith(magic)), None)
        if foreign is not None or b"\x00" in begin:
            self._note_foreign(name, foreign or "binary")
            return
        first = file.readline(_WHOLE).removeprefix(codecs.BOM_UTF8)
        second = file.readline(_WHOLE)
        ends = Path(name.removesuffix(".gz")).suffix.lower()
        if ends in _COLUMNS:
            yield from self._columns(name, first, second, file)
        elif ends in _LINES or (_is_object(first) and second.strip()):
            yield from self._lines(name, first, second, file)
        else:
            yield from self._whole(name, first + second, file)

    def _whole(self, name: str, begun: bytes, file: BinaryIO) -> Iterator[FoundEvent]:
        """One JSON value over all lines; what is not JSON is read line by line."""
        data = begun + file.read(_WHOLE)
        try:
            whole = jsonio.loads(data)
        except jsonio.MalformedJson:
            before = self.lines - self.skipped
            if b"\n" in data.strip() or not data.lstrip().startswith(b"{"):
                stream = io.BytesIO(data)
                yield from self._lines(name, stream.readline(), stream.readline(), stream)
            if self.lines - self.skipped == before and data.lstrip().startswith(b"{"):
                self.lines += 1
                yield FoundEvent(name, None, read_event(data, self._version))
            return
        self._read(len(data))
        self.lines += 1
        if isinstance(whole, dict) and ("eventTypeKey" in whole or "params" in whole):
            among = 1, data.rstrip().count(b"\n") + 1, data
            yield from self._judged(name, None, InText("event", data), among=among)
            return
        found = False
        for each in in_value(whole):
            found = True
            yield from self._judged(name, None, each)
        if not found and isinstance(whole, dict) and not {"log", "events"} & whole.keys():
            yield from self._judged(name, None, InText("event", data))
        elif not found:
            self._skip(name, None, data)

    def _lines(
        self, name: str, first: bytes, second: bytes, file: BinaryIO
    ) -> Iterator[FoundEvent]:
        """Events on lines; one that is written with line breaks begins with a line that is open."""
        held: list[tuple[int, bytes]] = []
        depth = size = 0
        for number, line in enumerate(_numbered(first, second, file), 1):
            self._read(len(line))
            if not line.strip():
                continue
            opens = line.count(b"{") - line.count(b"}")
            if not held and opens > 0 and line.rstrip().endswith((b"{", b"[", b",")):
                held, depth, size = [(number, line)], opens, len(line)
                continue
            if held:
                held.append((number, line))
                depth, size = depth + opens, size + len(line)
                if depth <= 0 or len(held) >= _SPREAD[0] or size >= _SPREAD[1]:
                    yield from self._spread(name, held)
                    held = []
                continue
            yield from self._in_line(name, number, line)
        yield from self._spread(name, held)

    def _spread(self, name: str, held: list[tuple[int, bytes]]) -> Iterator[FoundEvent]:
        found = [] if any(in_line(line) for _, line in held) else in_line(_joined(held))
        if not found:
            for number, line in held:
                yield from self._in_line(name, number, line)
            return
        self.lines += 1
        for each in found:
            form = each.form or "as indented JSON"
            among = held[0][0], held[-1][0], _joined(held)
            yield from self._judged(name, held[0][0], each, form, among)

    def _columns(
        self, name: str, first: bytes, second: bytes, file: BinaryIO
    ) -> Iterator[FoundEvent]:
        separators = {each: first.count(each.encode()) for each in ",;\t|"}
        csv.field_size_limit(_WHOLE)
        text = (each.decode("utf-8", "replace") for each in _numbered(first, second, file))
        rows = csv.reader(text, delimiter=max(separators, key=separators.__getitem__))
        while True:
            try:
                row = next(rows, None)
            except csv.Error:
                continue
            if row is None:
                return
            whole = "\n".join(row).encode("utf-8", "replace")
            self._read(len(whole))
            if rows.line_num == 1 and b"{" not in whole:
                continue  # the names of the columns
            yield from self._in_line(name, rows.line_num, whole, "in a column of CSV")

    def _in_line(
        self, name: str, number: int, line: bytes, form: str | None = None
    ) -> Iterator[FoundEvent]:
        self.lines += 1
        found = in_line(line)
        if not found:
            self._skip(name, number, line)
        among = (number, number, line) if form is None else None
        for each in found:
            yield from self._judged(name, number, each, form, among)

    def _judged(
        self,
        name: str,
        line: int | None,
        found: InText,
        form: str | None = None,
        among: tuple[int, int, bytes] | None = None,
    ) -> Iterator[FoundEvent]:
        self.forms[found.form if form is None else form] += 1
        if found.kind == "order":
            yield FoundEvent(name, line, None, jsonio.loads(found.body))
            return
        request = read_event(found.body, found.version or self._version)
        if found.occurred is not None:
            request.occurred = found.occurred
        lines = None
        if among is not None and self._can_be_edited and found.body.strip() == among[2].strip():
            lines = among[:2]
        yield FoundEvent(name, line, request, lines=lines)

    def _skip(self, name: str, line: int | None, text: bytes) -> None:
        self.skipped += 1
        where = name if line is None else f"{name}:{line}"
        if len(self.unread) < 100:
            self.unread.append(where)
        if self._nearest[0] < 2 and self.skipped < 1000:
            rank, what = nearness(text[:65536])
            if rank > self._nearest[0]:
                self._nearest = (rank, where, what)

    def _note_foreign(self, name: str, what: str) -> None:
        shown = "standard input" if name == "-" else name
        self.foreign.append((shown, what))


def _joined(held: list[tuple[int, bytes]]) -> bytes:
    return b"".join(line for _, line in held)


def _numbered(first: bytes, second: bytes, file: BinaryIO) -> Iterator[bytes]:
    yield first
    yield second
    while line := file.readline(_WHOLE):
        yield line


def _opened(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror}.") from None


def _expanded(name: str) -> list[str]:
    """Find the files that a name stands for; raises a usage error without any."""
    if name == "-":
        return [name]
    path = Path(name)
    if path.is_dir():
        found = sorted(str(each) for each in path.rglob("*") if each.suffix.lower() in _FILES)
        wanted = f"{name} holds no file of events ({', '.join(sorted(_FILES))})"
    elif path.exists():
        return [name]
    else:
        found = sorted(each for each in glob(name, recursive=True) if Path(each).is_file())  # noqa: PTH207  (absolute patterns too)
        wanted = f"There is no file {name}"
    if not found:
        raise click.UsageError(f"{wanted}.")
    return found


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(jsonio.loads(line), dict)
    except jsonio.MalformedJson:
        return False
