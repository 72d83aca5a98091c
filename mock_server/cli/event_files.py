"""Events in files: one or many, in the forms in which people have them; read as they are needed."""

from __future__ import annotations

import codecs
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import click

from mock_server import jsonio
from mock_server.emulator import EventRequest
from mock_server.emulator.event_bodies import read_event
from mock_server.model import ApiVersion

_LINES = frozenset((".ndjson", ".jsonl", ".log", ".txt"))
_FILES = frozenset((*_LINES, ".json", ".har"))
_EVENT_PATH = re.compile(r"/api/(v[123])/(event|past_events)/?")
_WHOLE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event to be judged, and where it was found: file and, in a file of lines, the line."""

    file: str
    line: int | None
    request: EventRequest

    @property
    def where(self) -> str:
        """File and line."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class EventFiles:
    """The events of files, folders and patterns, in that order; `-` is standard input.

    `unread` names lines and entries that hold no event, at most a hundred of them; `skipped` counts
    all. `read` is called with the number of bytes that have been read since the last call.
    """

    def __init__(
        self, names: tuple[str, ...], version: ApiVersion, read: Callable[[int], None]
    ) -> None:
        self.files = [each for name in names or ("-",) for each in _expanded(name)]
        self.unread: list[str] = []
        self.skipped = 0
        self._version = version
        self._read = read

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(Path(each).stat().st_size for each in self.files if each != "-")

    def __iter__(self) -> Iterator[FoundEvent]:
        for name in self.files:
            if name == "-":
                yield from self._events("standard input", sys.stdin.buffer)
            else:
                with _opened(name) as file:
                    yield from self._events(name, file)

    def _events(self, name: str, file: BinaryIO) -> Iterator[FoundEvent]:
        first = file.readline(_WHOLE)
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise click.UsageError(
                f"{name} is UTF-16, as older PowerShells write it. Save it as UTF-8:"
                " Out-File -Encoding utf8."
            )
        first = first.removeprefix(codecs.BOM_UTF8)
        second = file.readline(_WHOLE)
        if Path(name).suffix.lower() in _LINES or (_is_object(first) and second.strip()):
            yield from self._lines(name, first, second, file)
            return
        data = first + second + file.read(_WHOLE)
        self._read(len(data))
        try:
            whole = jsonio.loads(data)
        except jsonio.MalformedJson:
            yield FoundEvent(name, None, read_event(data, self._version))
            return
        if isinstance(whole, dict) and not _holds_many(whole):
            yield FoundEvent(name, None, read_event(data, self._version))
        else:
            yield from self._in_value(name, None, whole)

    def _lines(
        self, name: str, first: bytes, second: bytes, file: BinaryIO
    ) -> Iterator[FoundEvent]:
        number, lines = 0, [first, second]
        while lines:
            for line in lines:
                number += 1
                self._read(len(line))
                if line.strip():
                    yield from self._in_line(name, number, line)
            following = file.readline(_WHOLE)
            lines = [following] if following else []

    def _in_line(self, name: str, number: int, line: bytes) -> Iterator[FoundEvent]:
        begin = line.find(b"{")  # what a log writes before it
        try:
            value = jsonio.loads(line[max(begin, 0) :].strip())
        except jsonio.MalformedJson:
            self._skip(f"{name}:{number}")
            return
        yield from self._in_value(name, number, value)

    def _in_value(self, name: str, line: int | None, value: Any) -> Iterator[FoundEvent]:
        """The events in a JSON value: one, a list, past events, an export, a HAR."""
        if isinstance(value, list):
            for each in value:
                yield from self._in_value(name, line, each)
        elif not isinstance(value, dict):
            self._skip(name if line is None else f"{name}:{line}")
        elif isinstance(value.get("log"), dict):
            yield from self._in_har(name, value["log"])
        elif "eventTypeKey" in value or "params" in value:
            yield self._found(name, line, value)
        elif isinstance(value.get("events"), (list, dict)):
            events = value["events"]
            several = list(events.values()) if isinstance(events, dict) else events
            yield from self._in_value(name, line, several)
        elif isinstance(value.get("body"), (str, dict)):  # a line of an access log
            yield from self._in_body(name, line, value["body"], self._version)
        else:
            self._skip(name if line is None else f"{name}:{line}")

    def _in_har(self, name: str, log: dict[str, Any]) -> Iterator[FoundEvent]:
        """The requests of a HAR (what a browser or a proxy has recorded) that send events."""
        for entry in log.get("entries", ()):
            sent = entry.get("request", {})
            path = _EVENT_PATH.fullmatch(urlsplit(sent.get("url", "")).path)
            if sent.get("method") == "POST" and path is not None:
                version: Any = path[1]
                yield from self._in_body(
                    name, None, sent.get("postData", {}).get("text", ""), version
                )

    def _in_body(
        self, name: str, line: int | None, body: str | dict[str, Any], version: ApiVersion
    ) -> Iterator[FoundEvent]:
        data = body.encode("utf-8", "replace") if isinstance(body, str) else jsonio.dumps(body)
        request = read_event(data, version)
        if isinstance(request.body, dict) and isinstance(request.body.get("events"), list):
            yield from self._in_value(name, line, request.body)
        else:
            yield FoundEvent(name, line, request)

    def _found(self, name: str, line: int | None, event: dict[str, Any]) -> FoundEvent:
        if "verdict" in event:  # a record of an emulator: what was sent
            event = {each: event.get(each) for each in ("eventTypeKey", "keyValue", "params")}
        request = read_event(jsonio.dumps(event), self._version)
        if isinstance(event.get("occurred"), str):
            request.occurred = event["occurred"]
        return FoundEvent(name, line, request)

    def _skip(self, where: str) -> None:
        self.skipped += 1
        if len(self.unread) < 100:
            self.unread.append(where)


def _opened(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror}.") from None


def _expanded(name: str) -> list[str]:
    """The files that a name stands for; raises a usage error when there are none."""
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
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _holds_many(value: dict[str, Any]) -> bool:
    if "eventTypeKey" in value or "params" in value:
        return False
    return isinstance(value.get("log"), dict) or isinstance(value.get("events"), (list, dict))
