"""What came in while a command ran: counts for its summary, and what it fails for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from threading import Lock

from mock_server.emulator.reports.fixes import FixList, called
from mock_server.ledger.findings import shown_step
from mock_server.model import DROPPED, Document

MAX_KEPT = 10_000


class Observed:
    """A listener of an emulator that counts every event and keeps those that fell into `kinds`.

    It outlives a reset of the emulator, which many test suites do between tests. At most `MAX_KEPT`
    events, and as many refused requests, are kept; `fallen` and `refused` count all.
    `decides` says whether the run fails for them, or they are only reported; `has_seen_requests`
    is what the emulator said of that in the end, `problem` why the command could not be run. Where
    it `covers` rules, `rules` are those that events exercised, each with its results.
    """

    def __init__(
        self, kinds: Collection[str], *, decides: bool = True, covers: bool = False
    ) -> None:
        self.kinds = kinds
        self.decides = decides
        self.covers = covers
        self.types: dict[str, Counter[str]] = {}
        self.codes: Counter[tuple[str, str]] = Counter()
        self.total = 0
        self.fallen = 0
        self.kept: list[Document] = []
        self.has_seen_requests = False
        self.problem: str | None = None
        self.rules: dict[str, set[str]] = {}
        self.fixes = FixList()
        self.messages = 0
        self.problems: Counter[str] = Counter()
        self.refused = 0
        self.kept_refused: list[Document] = []
        self._lock = Lock()

    def add(self, record: Document) -> None:
        """Count an event."""
        with self._lock:
            self.total += 1
            key = record["eventTypeKey"] or "-"
            self.types.setdefault(key, Counter())[record["verdict"]] += 1
            for kind in ("reasons", "warnings"):
                self.codes.update((kind, code) for code in record[kind])
            for step in record["trace"] if self.covers else ():
                read = shown_step(step)
                self.rules.setdefault(read["rule"], set()).add(read["result"])
            if record["verdict"] in DROPPED:
                self.fixes.add(
                    record["trace"],
                    record["reasons"],
                    example=called(record),
                    hint=record["hint"],
                    event_id=record["eventId"],
                )
            if self.fell_into(record):
                self.fallen += 1
                if len(self.kept) < MAX_KEPT:
                    self.kept.append(record)

    def add_message(self, message: Document) -> None:
        """Count a message of the outbox, and why nobody got it."""
        with self._lock:
            self.messages += 1
            if message["problem"] and (
                message["problem"] in self.problems or len(self.problems) < MAX_KEPT
            ):
                self.problems[message["problem"]] += 1

    def add_refused(self, entry: Document) -> None:
        """Count a refused request, by its entry of the journal."""
        with self._lock:
            self.refused += 1
            self.fixes.add_refused(entry)
            if len(self.kept_refused) < MAX_KEPT:
                self.kept_refused.append(entry)

    @property
    def fallen_kinds(self) -> list[str]:
        """Those of the kinds that anything has fallen into."""
        found = [kind for kind in self.kinds if any(kind in self.fell_into(x) for x in self.kept)]
        if self.refused and "refused" in self.kinds:
            found.append("refused")
        if not self.has_seen_requests and "nothing" in self.kinds:
            found.append("nothing")
        return found

    def fell_into(self, record: Document) -> list[str]:
        """Those of the kinds that an event is of."""
        found = [record["verdict"]] if record["verdict"] in self.kinds else []
        if record["warnings"] and "warning" in self.kinds:
            found.append("warning")
        return found
