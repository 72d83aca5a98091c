"""Events over time, as bars that can be drawn and as rows that can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from mock_server.model import VERDICTS, Document
from mock_server.rules.event.error_groups import (
    ERROR_GROUPS,
    ErrorGroup,
    error_group,
    error_group_of,
)

__all__ = ["ERROR_GROUPS", "error_group", "errors_over_time", "over_time"]

_BARS = 30


def over_time(events: Sequence[Document], height: int) -> list[dict[str, Any]]:
    """Up to 30 bars of equal time from the oldest event to the newest, by verdict.

    A bar has `at` (ISO 8601), `total` and `parts`: series, count, y and height in pixels.
    """
    return _bars(events, height, VERDICTS, lambda event: str(event["verdict"]))


def errors_over_time(events: Sequence[Document], height: int) -> list[dict[str, Any]]:
    """The same bars of the same times, but of ignored and rejected events by error group."""
    return _bars(events, height, ERROR_GROUPS, _error)


def _error(event: Document) -> ErrorGroup | None:
    return error_group_of(event["reasons"])


def _bars(
    events: Sequence[Document],
    height: int,
    order: Sequence[str],
    series_of: Callable[[Document], str | None],
) -> list[dict[str, Any]]:
    times = [datetime.fromisoformat(each["receivedAt"].replace("Z", "+00:00")) for each in events]
    if not times:
        return []
    first = min(times)
    step = (max(times) - first) / _BARS * 1.0001
    seconds = max(step.total_seconds(), 1.0)
    places = [min(int((time - first).total_seconds() / seconds), _BARS - 1) for time in times]
    counts = [Counter[str]() for _ in range(max(places) + 1)]
    for place, event in zip(places, events, strict=True):
        series = series_of(event)
        if series is not None:
            counts[place][series] += 1
    highest = max(1, *map(Counter.total, counts))
    return [
        {
            "at": datetime.fromtimestamp(
                first.timestamp() + place * seconds, first.tzinfo
            ).isoformat(timespec="seconds"),
            "total": each.total(),
            "parts": _parts(each, order, height / highest, height),
        }
        for place, each in enumerate(counts)
    ]


def _parts(counts: Counter[str], order: Sequence[str], scale: float, height: int) -> list[Document]:
    parts, top = [], float(height)
    for series in order:
        if counts[series]:
            tall = counts[series] * scale
            top -= tall
            parts.append(
                {
                    "series": series,
                    "count": counts[series],
                    "y": round(top, 2),
                    "height": round(tall, 2),
                }
            )
    return parts
