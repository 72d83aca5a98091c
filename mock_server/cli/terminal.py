"""What goes to a terminal: the colours of the verdicts, and why requests were refused."""

from __future__ import annotations

import sys

from mock_server.model import Document, Verdict
from mock_server.printable import printable

COLOURS: dict[Verdict, str] = {
    "applied": "green",
    "recorded": "cyan",
    "ignored": "yellow",
    "rejected": "red",
}


def write_data(text: str) -> None:
    """Print data, such as JSON, on standard output: as UTF-8, whatever the console's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()


def refusals(entry: Document) -> list[str]:
    """Why a request of the journal was refused, and the way out, without the lists of routes."""
    return [printable(note["message"].partition(" Emulated: ")[0]) for note in entry["notes"]]
