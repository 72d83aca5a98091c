"""One line per event, printed by a thread of its own so that no request waits for a terminal."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from queue import SimpleQueue
from threading import Thread

import click

from mock_server.cli.colours import COLOURS
from mock_server.model import Document


def event_line(record: Document) -> str:
    """Local time, event type, key, verdict, then reasons and warnings."""
    at = datetime.fromisoformat(record["receivedAt"].replace("Z", "+00:00")).astimezone()
    verdict = record["verdict"]
    line = (
        f"{at:%H:%M:%S}  {_safe(record['eventTypeKey']):<15} {_safe(record['eventKey']):<14} "
        f"{click.style(f'{verdict:<8}', fg=COLOURS[verdict], bold=True)}"
    )
    if record["reasons"]:
        line += f" {', '.join(record['reasons'])}"
    if record["warnings"]:
        line += click.style(f" ({', '.join(record['warnings'])})", dim=True)
    return line


def refused_line(entry: Document) -> str:
    """Local time, method and path, status and reason; then what was wrong, and the way out."""
    at = datetime.fromisoformat(entry["at"].replace("Z", "+00:00")).astimezone()
    what = f"{entry['method']} {_safe(entry['path'])}"
    status = click.style(f"refused  {entry['status']}", fg="red", bold=True)
    told = entry["notes"][0]["message"].partition(" Emulated: ")[0] if entry["notes"] else ""
    return f"{at:%H:%M:%S}  {what:<30} {status} {entry['reason']}  {_safe(told) if told else ''}"


def _safe(text: str | None) -> str:
    """Text from outside, without what could steer a terminal."""
    if not text:
        return "-"
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


class EventLines:
    """Prints the lines of events in the order they come; a context manager that ends with the last.

    When nobody reads the output any more, printing ends quietly and serving goes on.
    """

    def __init__(self) -> None:
        self._queue: SimpleQueue[Document | None] = SimpleQueue()
        self._thread = Thread(target=self._print, name="event-lines", daemon=True)

    def add(self, record: Document) -> None:
        """Print an event's line soon."""
        self._queue.put(record)

    def add_refused(self, entry: Document) -> None:
        """Print a refused request's line soon."""
        self._queue.put(entry)

    def _print(self) -> None:
        with suppress(OSError):
            while (record := self._queue.get()) is not None:
                click.echo(event_line(record) if "verdict" in record else refused_line(record))

    def __enter__(self) -> EventLines:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()
