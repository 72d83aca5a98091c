"""SEG-03: which contacts of an account are in a segment.

Reads the stored events of the types it names; all contacts if one without any such event can meet
it (a count of zero, a `not`).
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from mock_server.emulator.clock import iso
from mock_server.emulator.resources.segment_schemas import read_condition
from mock_server.model import DROPPED, Document
from mock_server.rules.moments import moment_of
from mock_server.rules.segment.segments import (
    Condition,
    Events,
    SegmentEvent,
    Selection,
    Tally,
    decide,
    event_conditions,
)
from mock_server.state import AccountState, EventQuery

# An event that was ignored or rejected selects nobody (our decision): no one bought by it.
_SELECTING = ("applied", "recorded")
_AT_ONCE = 500
_NEVER = datetime.min.replace(tzinfo=timezone.utc)


def preview_selection(
    state: AccountState, sent: Any, now: datetime, limit: int = 50, offset: int = 0
) -> Document:
    """The contacts that meet a condition (docs/segments.md), by id. Raises `InvalidError`.

    `total`, a page of `contacts`, an `explanation` of each, and `notes` on events of nobody.
    """
    condition = read_condition(sent)
    tallies, notes = _tallies(state, condition, now)
    candidates = set(tallies)
    if decide(condition, {}, now).holds:
        everyone = state.find_contacts(limit=state.counts()["contacts"])
        candidates.update(each["id"] for each in everyone.items)
    found: list[tuple[int, Selection]] = []
    for contact_id in sorted(candidates):
        membership = decide(condition, tallies.get(contact_id, {}), now)
        if membership.holds and _is_there(state, contact_id):
            found.append((contact_id, membership))
    page = found[offset : offset + limit]
    return {
        "total": len(found),
        "now": iso(now),
        "contacts": [state.contact(contact_id) for contact_id, _ in page],
        "explanation": [
            {"contactId": contact_id, "why": each.why, "events": list(each.events)}
            for contact_id, each in page
        ],
        "notes": notes,
    }


def _is_there(state: AccountState, contact_id: int) -> bool:
    contact = state.contact(contact_id)
    return contact is not None and not contact.get("deleted")


def _tallies(
    state: AccountState, condition: Condition, now: datetime
) -> tuple[dict[int, dict[Events, Tally]], list[str]]:
    """Group events by contact, and list notes on those that belong to nobody."""
    by_type: dict[str, list[Events]] = defaultdict(list)
    for each in event_conditions(condition):
        by_type[each.event_type].append(each)
    tallies: dict[int, dict[Events, Tally]] = defaultdict(dict)
    notes: list[str] = []
    for key, conditions in by_type.items():
        problem = _problem(state, key)
        if problem:
            notes.append(problem)
            continue
        notes += _left_out(state, key)
        for contact_id, event in _events(state, key):
            mine = tallies[contact_id]
            for each in conditions:
                if each not in mine:
                    mine[each] = Tally(each, now)
                mine[each].see(event)
    return tallies, notes


def _problem(state: AccountState, key: str) -> str:
    """Say why no event of this type can select anybody (SEG-02), or ""."""
    event_type = state.event_type(key)
    if event_type is None:
        known = ", ".join(each["eventTypeKey"] for each in state.event_types()[:10])
        return f"There is no event type {key}. " + (
            f"Known: {known}." if known else "There are no event types yet."
        )
    if not event_type["segmentation"]:
        return (
            f"Event type {key} does not take part in segmentation (SEG-02): its events select"
            f' nobody. PUT /_mock/event-types/{key} with {{"segmentation": true}} changes that.'
        )
    return ""


def _left_out(state: AccountState, key: str) -> list[str]:
    notes = []
    for verdict in DROPPED:
        total = state.find_events(EventQuery(type=key, verdict=verdict, limit=0)).total
        if total:
            events = "event was" if total == 1 else "events were"
            notes.append(f"{total} {key} {events} {verdict}: not counted.")
    return notes


def _events(state: AccountState, key: str) -> Iterator[tuple[int, SegmentEvent]]:
    """The events of a type that select, with their contacts (SEG-03: not in retrospect)."""
    for verdict in _SELECTING:
        query: EventQuery | None = EventQuery(type=key, verdict=verdict, limit=_AT_ONCE)
        while query is not None:
            records = state.find_events(query).items
            for record in records:
                if record["contactId"] is not None and record.get("segmented", True):
                    yield record["contactId"], _as_seen(record, state)
            more = len(records) == _AT_ONCE
            query = replace(query, until=records[-1]["eventId"] - 1) if more else None


def _as_seen(record: Document, state: AccountState) -> SegmentEvent:
    at = moment_of(record.get("occurred")) or moment_of(record.get("receivedAt"))
    # BLK-07: the parameters of the events that Add orders makes select nothing.
    of_add_orders = record.get("apiVersion") == "internal" and record.get("externalOrderId")
    params = None if of_add_orders else record.get("params")
    named = {
        each["name"]: each.get("value")
        for each in (params if isinstance(params, list) else ())
        if isinstance(each, dict) and isinstance(each.get("name"), str)
    }
    zone = state.zone_of(record["contactId"])
    return SegmentEvent(record["eventId"], at or _NEVER, named, zone)
