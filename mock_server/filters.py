"""The filters of events in one table, for all doors; `emulator.event_filters` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass

from mock_server.model import VERDICTS


@dataclass(frozen=True, slots=True)
class EventFilter:
    """A filter of events: what it takes, in words, and as the command line names it.

    `types` are Python's (an `int` is an event id), `values` all there are, where these are few.
    """

    about: str
    metavar: str
    types: tuple[type, ...] = (str,)
    values: tuple[str, ...] = ()


_TIME = "an ISO 8601 time, or how long ago, as in 2026-11-20T10:00 or 2h"

FILTERS: Mapping[str, EventFilter] = {
    "type": EventFilter("an event type, as in orderCreated", "TYPE"),
    "verdict": EventFilter(
        "applied, recorded, ignored or rejected; dropped for the last two",
        "VERDICT",
        values=(*VERDICTS, "dropped"),
    ),
    "reason": EventFilter("the code of a reason, as in contact_not_found", "CODE"),
    "warning": EventFilter("the code of a warning, as in total_mismatch", "CODE"),
    "rule": EventFilter("a rule or a finding, as in ITM-02 or ITM-02/missing", "RULE"),
    "contact": EventFilter("a contact's id or any of its identifiers", "WHO", (str, int)),
    "order": EventFilter("an order's externalOrderId", "ID", (str, int)),
    "q": EventFilter("text in what was sent", "WORDS"),
    "since": EventFilter("an event id: only the events after it", "EVENT_ID", (int,)),
    "until": EventFilter("an event id: only the events up to it", "EVENT_ID", (int,)),
    "after": EventFilter(f"received then or later: {_TIME}", "TIME"),
    "before": EventFilter(f"received then or earlier: {_TIME}", "TIME"),
    "fix": EventFilter("the id of a cause, as the fix list gives it", "ID"),
}
"""The filters by name, with what each takes."""
