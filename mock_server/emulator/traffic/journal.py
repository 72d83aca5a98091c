"""The journal: every HTTP request to the emulated API, also those that never became an event."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from threading import Lock

from mock_server.emulator.traffic.secrets import masked
from mock_server.model import Document

DEFAULT_LIMIT = 10_000


@dataclass(slots=True)
class JournalEntry:
    """One request and its answer. `at` is ISO 8601, `duration_ms` in milliseconds.

    `status` is None for a request that was left without an answer. `event_id` is the event it
    became, if any; `reason` says why it did not; `fault` is the id of an injected fault that hit
    it; `body` is the beginning of what was sent. Secrets are masked when it is shown.
    """

    at: str
    method: str
    path: str
    status: int | None
    duration_ms: float
    account: str | None
    event_id: int | None = None
    reason: str | None = None
    fault: int | None = None
    body: bytes | None = None

    def to_document(self, request_id: int) -> Document:
        """The entry as the control API shows it."""
        return {
            "requestId": request_id,
            "at": self.at,
            "method": self.method,
            "path": masked(self.path),
            "status": self.status,
            "durationMs": round(self.duration_ms, 3),
            "account": self.account,
            "eventId": self.event_id,
            "reason": self.reason,
            "fault": self.fault,
            "body": masked(self.body.decode("utf-8", "replace")) if self.body else None,
        }


class Journal:
    """The newest requests, up to a limit; what had to go is counted."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=limit)
        self._written = 0
        self._lock = Lock()

    def add(self, entry: JournalEntry) -> None:
        """Write down a request; the oldest goes when there is no room."""
        with self._lock:
            self._entries.append(entry)
            self._written += 1

    def page(self, limit: int = 50, offset: int = 0) -> Document:
        """`total`, `dropped` (how many had to go) and `requests`, the newest first."""
        with self._lock:
            held = len(self._entries)
            newest = list(islice(reversed(self._entries), offset, offset + limit))
            first = self._written - offset
        return {
            "total": held,
            "dropped": self._written - held,
            "requests": [
                entry.to_document(first - position) for position, entry in enumerate(newest)
            ],
        }

    def clear(self) -> None:
        """Forget everything, the count of dropped entries included."""
        with self._lock:
            self._entries.clear()
            self._written = 0
