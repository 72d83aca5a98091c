"""What goes to a terminal: the colours of the verdicts, and text from outside made harmless."""

from __future__ import annotations

from mock_server.model import Document, Verdict

COLOURS: dict[Verdict, str] = {
    "applied": "green",
    "recorded": "cyan",
    "ignored": "yellow",
    "rejected": "red",
}


def printable(text: str) -> str:
    """Text from outside, without what could steer a terminal."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def refusals(entry: Document) -> list[str]:
    """Why a request of the journal was refused, and the way out, without the lists of routes."""
    return [printable(note["message"].partition(" Emulated: ")[0]) for note in entry["notes"]]
