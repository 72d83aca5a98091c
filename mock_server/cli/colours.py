"""The colours of the verdicts on a terminal."""

from __future__ import annotations

from mock_server.model import Verdict

COLOURS: dict[Verdict, str] = {
    "applied": "green",
    "recorded": "cyan",
    "ignored": "yellow",
    "rejected": "red",
}
