"""What mistakes cost an account: its fix list, kept up with each change."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from threading import Lock, Thread
from typing import Literal

from mock_server.emulator.clock import Clock, iso
from mock_server.emulator.reports.fixes import Fix, FixList, event_label
from mock_server.emulator.reports.lost_orders import ALL, HOUR, Damage, Span
from mock_server.emulator.traffic.journal import Journal
from mock_server.model import DROPPED, Document
from mock_server.state import AccountState, EventQuery

SEARCHED = 5000
"""Dropped events that are looked at where the book cannot tell: for a filter but of time."""

AT_ONCE = 2000
"""So many ids of events are gone through at once by a reading."""

_MANY = 500
"""From so many dropped events on a reading begins before somebody asks."""

Since = Literal["reset", "1h", "today", "all"]
SINCE: tuple[Since, ...] = ("reset", "1h", "today", "all")
"""The times that pages offer: since the last reset, the last hour, this day, and all there is."""


@dataclass(frozen=True)
class Costs:
    """What there is to fix, the most frequent first; `whole` counts each lost order once."""

    fixes: list[Fix]
    whole: Damage


def span_of(since: Since, clock: Clock, zone: tzinfo) -> Span:
    """The whole hours of a time that is offered; a day begins at midnight of the zone."""
    now = clock.now()
    if since == "1h":
        return Span(iso(now - timedelta(hours=1))[:HOUR])
    if since == "today":
        midnight = datetime(*now.astimezone(zone).timetuple()[:3], tzinfo=zone)
        return Span(iso(midnight)[:HOUR])
    return Span(since_reset=True) if since == "reset" else ALL


class FixBook:
    """The fix list of an account, carried on with each commit. Thread-safe.

    It tells of all events, also of those that are gone. What was there before is read at the first
    look after a start, an import or an edit; if that is much, by a thread others wait for.
    """

    def __init__(self, state: AccountState, journal: Journal) -> None:
        self._state = state
        self._lock = Lock()
        self._list = FixList()
        self._refused = FixList()
        self._reset_at = 0  # the first event after the last reset
        self._reading = Lock()
        self._reader: Thread | None = None
        self._is_whole = False
        self._begun = 0
        journal.watch = self._note_refused
        self._begin()

    @property
    def causes(self) -> int | None:
        """Count the things to fix; None while a thread is still reading, and nobody is to wait."""
        if self._is_whole or not (self._reader and self._reader.is_alive()):
            return len(self.costs().fixes)
        return None

    def costs(self, span: Span = ALL) -> Costs:
        """Return what there is to fix in this time, and what it has cost."""
        if not self._is_whole:
            self._read()
        with self._lock:
            fixes = [*self._list.fixes(span), *self._refused.fixes(span)]
            whole = self._list.within(span)
            whole.add(self._refused.within(span))
        return Costs(sorted(fixes, key=lambda each: -each.count), whole)

    def lost_of(self, contact: int) -> Damage:
        """Return which orders of a contact are lost."""
        if not self._is_whole:
            self._read()
        with self._lock:
            return self._list.lost_of(contact)

    def reset(self) -> None:
        """Begin again; what the reset has kept came before it."""
        self._reset_at = self._state.next_event_id()
        with self._lock:
            self._refused = FixList()
        self._begin()

    def close(self) -> None:
        """Stop reading."""
        self._is_whole = True

    def note(self, puts: Mapping[str, Sequence[Document]], deletes: Collection[str]) -> None:
        """Take note of a commit, one after the other; the store is held."""
        if "events" in deletes or "orders" in deletes:
            self._begin()
            return
        with self._lock:
            for order in puts.get("orders", ()):
                self._list.settle(order["externalOrderId"])
        for record in puts.get("events", ()):
            if self._is_whole and record["verdict"] in DROPPED:
                self._add(record, self._begun)

    def _note_refused(self, entry: Document) -> None:
        with self._lock:
            self._refused.add_refused(entry)

    def _begin(self) -> None:
        """Forget all events; those that are stored are read when somebody asks, or at once."""
        stored = self._state.event_counts("group").get("dropped", 0)
        with self._lock:
            self._begun += 1
            self._list = FixList(self._state.has_order)
            self._is_whole = not stored
        if stored >= _MANY and not (self._reader and self._reader.is_alive()):
            self._reader = Thread(target=self._read, daemon=True)
            self._reader.start()

    def _read(self) -> None:
        """Read what is stored, oldest first, up to the commit after which `note` carries on."""
        with self._reading:
            begun, last = 0, 0
            while not self._is_whole:
                if begun != self._begun:
                    begun, last = self._begun, 0
                with self._state.lock:
                    newest = self._state.next_event_id() - 1
                    if last >= newest and begun == self._begun:
                        self._is_whole = True
                        return
                until = min(last + AT_ONCE, newest)
                query = EventQuery(group="dropped", since=last, until=until, limit=AT_ONCE)
                for record in reversed(self._state.find_events(query).items):
                    self._add(record, begun)
                last = until

    def _add(self, record: Document, begun: int) -> None:
        with self._lock:
            if begun == self._begun:
                add_stored(self._list, record, since_reset=record["eventId"] >= self._reset_at)


def add_stored(found: FixList, record: Document, *, since_reset: bool = True) -> None:
    """Add an event as it is stored, or whole, to a fix list."""
    found.add(
        record.get("trace") or (),
        record.get("reasons") or (),
        example=event_label({"eventKey": record.get("externalOrderId"), **record}),
        hint=record.get("hint"),
        event_id=record["eventId"],
        event=record,
        since_reset=since_reset,
    )


def fix_list(state: AccountState, query: EventQuery) -> FixList:
    """List what to mend first among the events that match, the newest `SEARCHED` of them."""
    found = FixList(state.has_order)
    page = state.find_events(replace(query, group="dropped", limit=SEARCHED))
    for record in reversed(page.items):
        add_stored(found, record)
    return found
