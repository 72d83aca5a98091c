"""The journal: every HTTP request outside `/_mock`, also those that never became an event."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from time import monotonic

from mock_server.emulator.traffic.secrets import masked, masked_path
from mock_server.ledger.findings import rule_of
from mock_server.model import Document

DEFAULT_LIMIT = 10_000

MAX_ATTEMPTS = 100
"""Attempts that are written down in one second (WIRE-14); those beyond are counted."""

MAX_FIXED = 50
"""Requests of a page whose fixes are made."""

_READS = frozenset(("GET", "HEAD", "OPTIONS"))


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be said about a request: a code, and a sentence with the way out.

    `is_failure`: something sent came to nothing, by `finding` with `hint`; `fix` makes its fix.
    """

    code: str
    message: str
    is_failure: bool = False
    finding: str = ""
    hint: str = ""
    fix: Callable[[], Document | None] | None = field(default=None, compare=False)

    def to_document(self, *, fixed: bool = False) -> Document:
        """Return the note as the control API shows it; `fixed`: with its fix."""
        shown: Document = {"code": self.code, "message": masked_path(self.message)}
        if self.finding:
            shown |= {"rule": rule_of(self.finding), "finding": self.finding}
        if self.hint:
            shown["hint"] = self.hint
        if fixed and self.fix is not None and (fix := self.fix()) is not None:
            shown["fix"] = fix
        return shown


@dataclass(slots=True)
class JournalEntry:
    """One request and its answer. `at` is ISO 8601, `duration_ms` in milliseconds.

    `status` is None if it had no answer; `reason` says why it is not `event_id`, `fault` which hit
    it; `body` and `answer` are beginnings. `via` is `plain`, `proxy` or `tls`. Secrets are masked
    when it is shown.
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
    host: str | None = None
    notes: Sequence[Note] = ()
    via: str = "plain"
    headers: Sequence[tuple[str, str]] = ()
    answer: bytes = b""

    @property
    def is_stray(self) -> bool:
        """Whether it was not meant for the service: a browser's icon, a look at `/` (WIRE-15)."""
        return self.reason == "page_unknown" or (self.path == "/" and self.method in _READS)

    @property
    def is_refused(self) -> bool:
        """Say whether something that was sent came to nothing (WIRE-15).

        An answer of 400 or more without an event, or a failed element of a bulk method; not by a
        fault, nor the 404 of a look-up or DELETE, nor a browser's stray GET.
        """
        if any(note.is_failure for note in self.notes):
            return True
        if self.status is None or self.status < 400 or self.event_id or self.fault is not None:
            return False
        if self.is_stray:
            return False
        is_lost = self.method not in _READS and self.method != "DELETE"
        return self.status != 404 or self.reason == "route_unknown" or is_lost

    def to_document(self, request_id: int, *, fixed: bool = False) -> Document:
        """The entry as the control API shows it; `fixed`: with the fixes of what failed."""
        return {
            "requestId": request_id,
            "at": self.at,
            "method": self.method,
            "path": masked_path(self.path),
            "status": self.status,
            "durationMs": round(self.duration_ms, 3),
            "account": self.account,
            "eventId": self.event_id,
            "reason": self.reason,
            "fault": self.fault,
            "body": masked(self.body.decode("utf-8", "replace")) if self.body else None,
            "host": self.host,
            "via": self.via,
            "refused": self.is_refused,
            "notes": [note.to_document(fixed=fixed) for note in self.notes],
        }


class Journal:
    """The newest requests, up to a limit; `watch` is called with each refused one, as shown."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._entries: deque[JournalEntry] = deque(maxlen=limit)
        self._refused: deque[tuple[int, JournalEntry]] = deque(maxlen=limit)
        self._written = 0
        self._dropped_attempts = 0
        self._second, self._in_second = 0.0, 0
        self._lock = Lock()
        self.watch: Callable[[Document], None] = lambda _: None

    def add(self, entry: JournalEntry) -> int:
        """Write down a request; its number. The oldest goes when there is no room."""
        with self._lock:
            self._entries.append(entry)
            self._written += 1
            if entry.is_refused:
                self._refused.append((self._written, entry))
            gone = self._written - len(self._entries)
            while self._refused and self._refused[0][0] <= gone:
                self._refused.popleft()
            number = self._written
        if entry.is_refused:
            self.watch(entry.to_document(number))
        return number

    def add_attempt(self, entry: JournalEntry) -> int | None:
        """Write down what the server refused; beyond `MAX_ATTEMPTS` a second count it: None."""
        now = monotonic()
        with self._lock:
            if not 0 <= now - self._second < 1:
                self._second, self._in_second = now, 0
            self._in_second += 1
            if self._in_second > MAX_ATTEMPTS:
                self._dropped_attempts += 1
                return None
        return self.add(entry)

    @property
    def refused(self) -> int:
        """Count the refused ones of the requests that are kept."""
        return len(self._refused)

    def page(
        self,
        limit: int = 50,
        offset: int = 0,
        refused: bool | None = None,
        *,
        fixed: bool = False,
    ) -> Document:
        """`total`, `dropped` (had to go), `droppedAttempts` and `requests`, newest first.

        `refused`: those alone, or the others; `fixed`: with the fixes of the first `MAX_FIXED`.
        """
        with self._lock:
            written, held = self._written, len(self._entries)
            entries = [] if refused else list(reversed(self._entries))
            came_to_nothing = list(reversed(self._refused)) if refused else []
        numbered: Iterable[tuple[int, JournalEntry]]
        numbered = ((written - position, entry) for position, entry in enumerate(entries))
        total = held
        if refused:
            numbered, total = came_to_nothing, len(came_to_nothing)
        elif refused is not None:
            numbered = [each for each in numbered if each[1].is_refused is refused]
            total = len(numbered)
        return {
            "total": total,
            "dropped": written - held,
            "droppedAttempts": self._dropped_attempts,
            "requests": [
                entry.to_document(number, fixed=fixed and at < MAX_FIXED)
                for at, (number, entry) in enumerate(islice(numbered, offset, offset + limit))
            ],
        }

    def fix_of(self, request_id: int) -> Document | None:
        """Return the fix of the first thing that failed of a request, if it is here still."""
        with self._lock:
            at = request_id - 1 - (self._written - len(self._entries))
            notes = self._entries[at].notes if 0 <= at < len(self._entries) else ()
        fix = next((each.fix for each in notes if each.fix is not None), None)
        return None if fix is None else fix()

    def of_event(self, event_id: int) -> JournalEntry | None:
        """The request that became this event, while it is still here."""
        with self._lock:
            entries = list(self._entries)
        return next((each for each in reversed(entries) if each.event_id == event_id), None)

    def number_of(self, event_id: int) -> int:
        """The number of the newest request that became this event or an earlier one; 0 for none."""
        with self._lock:
            entries, number = list(self._entries), self._written
        for entry in reversed(entries):
            if entry.event_id is not None and entry.event_id <= event_id:
                return number
            number -= 1
        return 0

    def clear(self) -> None:
        """Forget everything, the count of dropped entries included."""
        with self._lock:
            self._entries.clear()
            self._refused.clear()
            self._written = self._dropped_attempts = 0
