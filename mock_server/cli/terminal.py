"""Output of the terminal: the colours of the verdicts, and data as UTF-8."""

from __future__ import annotations

import sys

from mock_server.model import Verdict

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
