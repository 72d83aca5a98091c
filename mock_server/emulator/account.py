"""One account of the emulated service: one method for each thing one can do with it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import tzinfo
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

from mock_server.documents.account_settings import AccountSettings, with_profile
from mock_server.emulator.clock import Clock
from mock_server.emulator.errors import InvalidError
from mock_server.emulator.fixing import fix_document, received_at, request_of
from mock_server.emulator.history import history_entry
from mock_server.emulator.news import News
from mock_server.emulator.questions import Questions
from mock_server.emulator.records import event_record, stored_record
from mock_server.emulator.reports.analytics import Analytics
from mock_server.emulator.reports.causes import cause_documents
from mock_server.emulator.reports.fix_book import Costs, FixBook, Since, fix_list, span_of
from mock_server.emulator.reports.lost_orders import ALL, HOUR, Span
from mock_server.emulator.reports.summary import Counts, Unusual, unusual
from mock_server.emulator.schemas import (
    EventTypeSchema,
    SettingsSchema,
    ShortContactSchema,
    require_identifier,
)
from mock_server.emulator.traffic.faults import Faults
from mock_server.emulator.traffic.journal import Journal
from mock_server.emulator.traffic.limits import TrafficLimits
from mock_server.model import Document
from mock_server.names import way_out
from mock_server.rules import judge
from mock_server.rules.contact.contacts import arrange_contact
from mock_server.rules.event.event_types import new_event_type, why_not_segmented
from mock_server.rules.fix import mend
from mock_server.rules.judge import contact_of
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.rules.trace import Trace
from mock_server.rules.view import AccountView
from mock_server.state import AccountDB, AccountState, EventQuery, Page

if TYPE_CHECKING:
    from mock_server.emulator.rehearsal import Rehearsal
    from mock_server.emulator.resources.resources import Resources
    from mock_server.rules.message.message import Message

Puts = Mapping[str, Sequence[Document]]
"""Documents to commit, by table."""

_NOTHING: Puts = {}
_LOOKED_AT = 200
_CONTACT = ShortContactSchema()
_EVENT_TYPE = EventTypeSchema()
_SETTINGS = SettingsSchema()

# Tables that can be kept over a reset.
KEEPABLE = ("contacts", "orders", "events", "event_types", "settings", "workflows", "messages")
# What is kept with them; tokens are kept always, as API keys are (WIRE-03).
_KEPT_WITH = {
    "orders": ("history",),
    "events": ("history",),
    "contacts": ("groups", "group_members", "additional_fields", "unsubscribed"),
}


class Account(Questions):
    """An account: it judges events, one at a time, remembers them and answers. Thread-safe."""

    def __init__(
        self,
        state: AccountState,
        journal: Journal,
        seeds: list[Any],
        settings: Mapping[str, Any],
    ) -> None:
        super().__init__(state)
        self._seeds = seeds
        self._start_settings = settings
        self.tell_of: Callable[[Document], None] = lambda _: None
        self._lock = RLock()
        self._news = News(self._lock)
        state.changing = self.paused
        self._counts = Counts()
        self.clock = Clock(self.keep)
        self.analytics = Analytics(state, self.clock)
        self.journal = journal
        self.tell_message: Callable[[Document], None] = lambda _: None
        self._resources: Resources | None = None
        self.fix_book = FixBook(state, journal)
        self.analytics.sales.note(state.count("orders"), quiet=0)
        state.watch = self._note
        self.faults = Faults()
        self.limits = TrafficLimits(self.clock)

    @property
    def name(self) -> str:
        """The account's name."""
        return self._state.name

    @cached_property
    def db(self) -> AccountDB:
        """The account as a live TinyDB database; writes go through the account's commit.

        `StateError`: a document does not fit; `ValueError`: its key is there. Then nothing has
        changed.
        """
        return AccountDB(self._state)

    @property
    def resources(self) -> Resources:
        """The resources of the service besides events."""
        if self._resources is None:
            from mock_server.emulator.resources.resources import Resources

            with self._lock:
                if self._resources is None:
                    self._resources = Resources(self, self._state)
        return self._resources

    def tell(self, record: Document) -> None:
        """Start the workflows of a committed event and tell listeners, the account not held."""
        if self._state.count("workflows"):
            self.resources.outbox.start(record)
        self.tell_of(record)

    def _note(self, puts: Puts, others: Collection[str]) -> None:
        """Keep up what is kept of orders and dropped events, after each commit."""
        self.fix_book.note(puts, others)
        self.analytics.sales.note(len(puts.get("orders", ())))

    def close(self) -> None:
        """Let the requests go that faults hold up, and read no more in the background."""
        self.faults.clear()
        self.fix_book.close()
        self.analytics.sales.close()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """While this is open nothing changes the account but the caller."""
        with self._lock:
            yield
            self._news.tell()

    def keep(self) -> None:
        """Be remembered from now on, as when something is stored."""
        self._state.keep()

    # Events

    def generate_event(self, request: EventRequest) -> Outcome:
        """Judge an event, commit its record and its effect in one step, and say what happened."""
        with self._lock:
            now = self.clock.iso()
            outcome = judge(request, self._state, request.occurred or now)
            record = self.record(request, outcome, now)
        self.tell(record)
        return outcome

    def record(
        self, request: EventRequest, outcome: Outcome, now: str, puts: Puts = _NOTHING
    ) -> Document:
        """Commit an event's record, effect and documents in one step; callers hold the lock."""
        outcome.event_id = self._state.next_event_id()
        record = event_record(request, outcome, self.name, now)
        tables: dict[str, list[Document]] = {name: [*each] for name, each in puts.items()}
        tables["events"] = [stored_record(record, self._state.next_history_id())]
        if (effect := outcome.effect) is not None:
            key, at = outcome.event_type_key or "", request.occurred or now
            with_base = self._state.needs_base(effect.order)
            entry = history_entry(effect, outcome.event_id, key, at, with_base=with_base)
            tables["orders"] = [effect.after]
            tables["history"] = [entry]
        if outcome.new_event_type is not None:
            tables["event_types"] = [outcome.new_event_type]
        if outcome.new_contact is not None:
            tables.setdefault("contacts", []).append(outcome.new_contact)
        self._state.commit(tables)
        self._counts.add(outcome)
        self._news.tell_of(record)
        return record

    def explain(self, request: EventRequest) -> Outcome:
        """Judge an event as `generate_event` would now; nothing is changed."""
        with self._lock:
            return judge(request, self._state, request.occurred or self.clock.iso())

    def fix(self, request: EventRequest, now: str | None = None) -> Document:
        """Return the fix of an event, the corrected body and what would become of it."""
        with self._lock:
            mended = mend(request, self._state, request.occurred or now or self.clock.iso())
        return {
            "fix": fix_document(request.body, mended),
            "body": mended.body,
            "verdict": mended.verdict,
        }

    def event(self, event_id: int) -> Document:
        """Return one event, whole and with its fix. Raises `NotFoundError`."""
        event = super().event(event_id)
        fix = self.fix_of(event)
        if fix is not None:
            event["fix"] = fix
        return event

    def fix_of(self, event: Document) -> Document | None:
        """Return the fix of a whole record, as of its time; None if there is nothing to propose."""
        if event.get("apiVersion") == "internal":
            return None
        now = received_at(event, self.clock.iso())
        fix: Document | None = self.fix(request_of(event), now)["fix"]
        return fix

    def rehearsal(self, *, known_contacts: bool = False, known_orders: bool = False) -> Rehearsal:
        """Judge many events one after the other; nothing is changed here."""
        from mock_server.emulator.rehearsal import Rehearsal

        now = self.clock.iso()
        return Rehearsal(self._state, now, known_contacts=known_contacts, known_orders=known_orders)

    def wait_for_events(self, query: EventQuery, count: int, timeout: float) -> tuple[bool, Page]:
        """Wait up to `timeout` seconds until `count` events match; whether they did, and which."""
        page = self._news.wait(
            lambda: self._state.find_events(self.of_cause(query)),
            lambda found: found.total >= count,
            timeout,
            query,
        )
        return page.total >= count, self.in_words(page)

    def of_cause(self, query: EventQuery) -> EventQuery:
        """Return the query with the events that its cause has by now, if it names one."""
        if query.cause is None:
            return query
        causes = (each for each in self.costs().fixes if each.key == query.cause)
        ids = next((each.event_ids for each in causes), [])
        return replace(query, only=tuple(ids))

    # Messages

    def wait_for_messages(self, count: int, timeout: float, **filters: Any) -> tuple[bool, Page]:
        """Wait up to `timeout` seconds until `count` messages of the outbox match the filters."""
        messages = self.resources.outbox.messages
        page = self._news.wait(
            lambda: messages(**filters), lambda found: found.total >= count, timeout
        )
        return page.total >= count, page

    def preview(self, template: str, event: int | EventRequest, json: str | None = None) -> Message:
        """Fill a template with an event (its id, or one not sent). Raises `NotFoundError` (MSG)."""
        from mock_server.emulator.messages import preview_message, unsent_record

        if isinstance(event, int):
            record = self.event(event)
        else:
            record = unsent_record(event, self.explain(event))
        return preview_message(template, record, self._state, self.clock.iso(), json)

    # Contacts

    def add_contact(self, short: Any) -> Document:
        """Add a contact in the short form, or update the one it means. Raises `InvalidError`."""
        fields = _CONTACT.read(short, "Contact")
        require_identifier(fields, "Contact")
        with self._lock:
            contact = arrange_contact(fields, self._state, self.clock.iso()).contact
            self._state.commit({"contacts": [contact]})
        return contact

    # Event types

    def change_event_type(self, key: str, switches: Any, *, is_new: bool = False) -> Document:
        """Set switches of an event type, made when new; `InvalidError` if not `is_new`."""
        changes = _EVENT_TYPE.read(switches, "Event type")
        if not key.strip():
            raise InvalidError("Event type: the key is blank. Name one in the path.")
        with self._lock:
            known = self._state.event_type(key)
            if known is not None and is_new:
                raise InvalidError(f"There is an event type {key} already. It was left as it is.")
            known = known or new_event_type(key, self._state, Trace())
            if changes.get("segmentation") and (why := why_not_segmented(key, self._state)):
                raise InvalidError(f"Event type: {why}.")
            changed = {**known, **changes}
            self._state.commit({"event_types": [changed]})
        return {**changed, "events": self._state.event_counts().get(key, 0)}

    # Settings

    @property
    def settings(self) -> AccountSettings:
        """The account's settings."""
        return self._state.settings

    def change_settings(self, changes: Any) -> AccountSettings:
        """Change some settings, by name. Raises `InvalidError`, and then nothing is changed."""
        read = _SETTINGS.read(changes, "Settings")
        with self._lock:
            changed = replace(self._state.settings, **with_profile(read))
            self._state.commit({"settings": [asdict(changed)]})
        return self._state.settings

    def identified(self, rule: Document | None) -> tuple[int, int]:
        """Count the newest events a rule (IDN-05) identifies, and all. Raises `InvalidError`."""
        from mock_server.emulator.rehearsal import Rehearsal

        read = _SETTINGS.read({"identifier_rule": rule}, "Settings")
        with self._lock:
            events = self.records(EventQuery(limit=_LOOKED_AT)).items
            view = Rehearsal(self._state, self.clock.iso(), replace(self.settings, **read))
            found = [contact_of(request_of(each), view) for each in events]
        return sum(each is not None for each in found), len(found)

    @property
    def zone(self) -> tzinfo:
        """The time zone of dates without an offset that are nobody's (PST-02)."""
        return self._state.zone_of(None)

    # Counts, seeds, reset

    def costs(self, since: Since | Span = "all") -> Costs:
        """What there is to fix in some time and what it has cost; the one source of this."""
        span = since if isinstance(since, Span) else span_of(since, self.clock, self.zone)
        return self.fix_book.costs(span)

    def costs_of(self, query: EventQuery) -> Costs:
        """The same for what matches, in whole hours. Raises `InvalidError`.

        With filters other than of time, it is of the newest `SEARCHED` dropped events.
        """
        first, last = query.received_from, query.received_to
        if query == EventQuery(
            received_from=first, received_to=last, limit=query.limit, offset=query.offset
        ):
            return self.costs(Span((first or "")[:HOUR], last[:HOUR] if last else ALL.last))
        found = fix_list(self._state, query)
        return Costs(found.fixes(), found.within())

    def causes(self, query: EventQuery) -> Document:
        """Return what `costs_of` says as the control API shows it, each cause with its fix."""
        found = self.costs_of(query)
        shown = cause_documents(self, found.fixes[: query.limit])
        return {"total": found.whole.count, **found.whole.lost(), "fixes": shown}

    @property
    def view(self) -> AccountView:
        """The account as the rules see it."""
        return self._state

    def summary(self, *, read_only: bool = False) -> Document:
        """Count what happened since the start or the last reset, and list what is unusual."""
        with self._lock:
            counts = self._counts.summary()
        found = self.unusual(read_only=read_only)
        return {
            **counts,
            "refused": self.journal.refused,
            "unused": len(self.faults.unused()),
            "unusual": [each.to_document() for each in found],
        }

    def unusual(self, *, read_only: bool = False) -> list[Unusual]:
        """List what is not as usual here: clock, faults, identification and other settings."""
        return unusual(self.clock, self.faults, self.settings, read_only=read_only)

    def exercised_rules(self) -> dict[str, list[str]]:
        """The rules that events since the start or the last reset exercised, and their results."""
        with self._lock:
            return self._counts.exercised()

    def seed(self, seed: Any) -> Document:
        """Add what a seed holds; how many of each. Raises `InvalidError`, and then adds nothing."""
        from mock_server.emulator.seeds import Seeder

        with self._lock:
            puts = Seeder(self._state, self.clock.iso()).read(seed)
            if "workflows" in puts:
                puts["workflows"] = self.resources.outbox.new_workflows(puts["workflows"])
            if "messages" in puts:
                puts["messages"] = self.resources.messages.new(puts["messages"])
            if puts:
                self._state.commit(puts)
                self._state.distrust_history()
        return {
            "contacts": len(puts.get("contacts", ())),
            "orders": len(puts.get("orders", ())),
            "eventTypes": len(puts.get("event_types", ())),
            "settings": len(puts.get("settings", ())),
            "workflows": len(puts.get("workflows", ())),
            "messages": len(puts.get("messages", ())),
        }

    def reset(self, keep: Collection[str] = ()) -> None:
        """Empty the account but for the tables in `keep`, and begin as at start-up."""
        unknown = [table for table in keep if table not in KEEPABLE]
        if unknown:
            raise InvalidError(
                f"A reset cannot keep {', '.join(unknown)}. {way_out(unknown[0], KEEPABLE)}"
            )
        with self._lock:
            kept = {
                "tokens",
                *keep,
                *(other for each in keep for other in _KEPT_WITH.get(each, ())),
            }
            self._state.reset(kept)
            self.fix_book.reset()
            self._counts.clear()
            self.journal.clear()
            self.clock.resume()
            self.faults.clear()
            self.limits.clear()
            self.start_up()
            self._news.tell()

    def start_up(self) -> None:
        """Put the settings of the start in force; seed an account that holds nothing."""
        with self._lock:
            counts = self._state.counts()
            is_empty = not any(counts[table] for table in counts if table != "tokens")
            wanted = replace(self._state.settings, **with_profile(self._start_settings))
            if wanted != self._state.settings:
                self._state.commit({"settings": [asdict(wanted)]})
            for seed in self._seeds if is_empty else ():
                self.seed(seed)
