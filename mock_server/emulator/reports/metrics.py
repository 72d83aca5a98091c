"""The metrics of an emulator for Prometheus, counted in a microsecond, and never global."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, Any

from mock_server._version import __version__
from mock_server.model import Document

if TYPE_CHECKING:
    from prometheus_client import Metric

# Event types are the client's to name: those past so many are counted together.
MAX_EVENT_TYPES = 200
OTHER = "(other)"
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

Sizes = Callable[[], tuple[dict[str, int], int, int]]
"""Asked at each scrape: documents by table, number of accounts, events dropped so far."""


class Metrics:
    """Counts requests and events; `text` is all of it in Prometheus' text format."""

    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes
        self._lock = Lock()
        self._requests: dict[tuple[str, str, int], int] = {}
        self._durations: dict[tuple[str, str], list[float]] = {}
        self._events: dict[tuple[str, str], int] = {}
        self._types: set[str] = set()

    def count_request(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request to a route (None: to no route), and how long it took."""
        where = route or OTHER
        if method not in _METHODS:
            method = OTHER
        bucket = bisect_left(BUCKETS, seconds)
        counted = (where, method, status)
        with self._lock:
            self._requests[counted] = self._requests.get(counted, 0) + 1
            histogram = self._durations.get((where, method))
            if histogram is None:
                histogram = self._durations[where, method] = [0] * (len(BUCKETS) + 2)
            histogram[bucket] += 1
            histogram[-1] += seconds

    def count_event(self, record: Document) -> None:
        """Count an event by its record."""
        key = record["eventTypeKey"] or ""
        verdict = record["verdict"]
        with self._lock:
            if key not in self._types:
                if len(self._types) < MAX_EVENT_TYPES:
                    self._types.add(key)
                else:
                    key = OTHER
            counted = (key, verdict)
            self._events[counted] = self._events.get(counted, 0) + 1

    def text(self) -> tuple[bytes, str]:
        """The metrics in Prometheus' text format, and its content type."""
        # Imported here: a server that nobody scrapes starts without it.
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_LATEST

        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry), CONTENT_TYPE_LATEST

    def collect(self) -> Iterator[Metric]:
        """The metrics as the Prometheus client takes them."""
        from prometheus_client.core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        with self._lock:
            requests, events = dict(self._requests), dict(self._events)
            durations = {key: list(each) for key, each in self._durations.items()}
        tables, accounts, dropped = self._sizes()

        def family(kind: Any, name: str, about: str, labels: list[str], rows: Any) -> Any:
            made = kind(f"yespo_mock_{name}", about, labels=labels)
            for values, *figures in rows:
                made.add_metric([str(each) for each in values], *figures)
            return made

        counter, gauge = CounterMetricFamily, GaugeMetricFamily
        bounds = [*map(str, BUCKETS), "+Inf"]
        histograms = (
            (key, list(zip(bounds, accumulate(counts), strict=True)), seconds)
            for key, (*counts, seconds) in durations.items()
        )
        route = ["route", "method"]
        yield from (
            family(gauge, "info", "The version that runs.", ["version"], [((__version__,), 1)]),
            family(
                *(counter, "requests", "HTTP requests, by the route that served them."),
                *([*route, "status"], requests.items()),
            ),
            family(
                *(HistogramMetricFamily, "request_duration_seconds"),
                "How long requests took, by the route that served them.",
                *(route, histograms),
            ),
            family(
                *(counter, "events", "Events, by type and verdict.", ["type", "verdict"]),
                events.items(),
            ),
            family(
                *(gauge, "documents", "Documents held, of all accounts.", ["table"]),
                (((table,), held) for table, held in tables.items()),
            ),
            GaugeMetricFamily(
                "yespo_mock_accounts", "Accounts that hold anything, and the default.", accounts
            ),
            CounterMetricFamily(
                "yespo_mock_dropped_events", "Events dropped for --max-events, the oldest.", dropped
            ),
        )
