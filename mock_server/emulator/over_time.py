"""Events over time, as bars that can be drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mock_server.model import VERDICTS, Document

_BARS = 30


def over_time(events: Sequence[Document], height: int) -> list[dict[str, Any]]:
    """Up to 30 bars of equal time from the oldest event to the newest.

    A bar has `at` (ISO 8601), `total` and `parts`: verdict, count, y and height in pixels.
    """
    times = [datetime.fromisoformat(each["receivedAt"].replace("Z", "+00:00")) for each in events]
    if not times:
        return []
    first = min(times)
    step = (max(times) - first) / _BARS * 1.0001
    seconds = max(step.total_seconds(), 1.0)
    counts = [Counter[str]() for _ in range(_BARS)]
    for time, event in zip(times, events, strict=True):
        place = min(int((time - first).total_seconds() / seconds), _BARS - 1)
        counts[place][event["verdict"]] += 1
    highest = max(map(Counter.total, counts))
    return [
        {
            "at": datetime.fromtimestamp(
                first.timestamp() + place * seconds, first.tzinfo
            ).isoformat(timespec="seconds"),
            "total": each.total(),
            "parts": _parts(each, height / highest, height),
        }
        for place, each in enumerate(counts)
    ]


def _parts(counts: Counter[str], scale: float, height: int) -> list[Document]:
    parts, top = [], float(height)
    for verdict in VERDICTS:
        if counts[verdict]:
            tall = counts[verdict] * scale
            top -= tall
            parts.append(
                {
                    "verdict": verdict,
                    "count": counts[verdict],
                    "y": round(top, 2),
                    "height": round(tall, 2),
                }
            )
    return parts
