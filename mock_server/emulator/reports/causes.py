"""The causes of dropped events as they are shown: what each cost, its state, its fix."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from mock_server.emulator.clock import Clock
from mock_server.emulator.errors import NotFoundError
from mock_server.emulator.fixing import fix_document, received_at, request_of
from mock_server.emulator.reports.fixes import Fix, general_path
from mock_server.emulator.traffic.journal import Journal
from mock_server.ledger.findings import finding_of, rule_of
from mock_server.model import Document
from mock_server.rules.fix import mend
from mock_server.rules.outcome import EventRequest
from mock_server.rules.trace import Mend
from mock_server.rules.view import AccountView
from mock_server.state import EventQuery, Page

_LOOKED_AT = 20
_CAME_TOO_EARLY = ("ORD-12/unknown", "ORD-13/unknown")


class CausesView(Protocol):
    """What is asked of an account for its causes."""

    @property
    def journal(self) -> Journal:
        """The requests, of which some were refused."""

    @property
    def clock(self) -> Clock:
        """The account's time."""

    @property
    def view(self) -> AccountView:
        """The account as the rules see it."""

    def paused(self) -> AbstractContextManager[None]:
        """Let nothing change while this is open."""

    def records(self, query: EventQuery) -> Page:
        """Return the records of events that match."""

    def find_event(self, event_id: int) -> Document | None:
        """Return one event, whole, if it is there."""

    def order(self, external_order_id: str) -> Document:
        """Return one order. Raises `NotFoundError`."""

    def fix(self, request: EventRequest) -> Document:
        """Return the fix of an event."""


def cause_documents(account: CausesView, fixes: Iterable[Fix]) -> list[Document]:
    """Return causes in the order given, each with the hint and the fix of that cause alone."""
    return [_document(account, each) for each in fixes]


def _document(account: CausesView, cause: Fix) -> Document:
    return {
        **cause.to_document(),
        "eventTypeKey": cause.event_type_key,
        **_fix_alone(account, cause),
        "firstAt": cause.first_at,
        "lastAt": cause.last_at,
        "followers": cause.followers,
        "state": _state(account, cause),
        **cause.cost.lost(),
    }


def _state(account: CausesView, cause: Fix) -> str:
    """`fixed` once an event passed the rule after the newest drop, `back` once it failed again."""
    if cause.rule is None or cause.last_event_id is None or cause.event_type_key is None:
        return "open"
    if _passed(account, cause, cause.last_event_id, None):
        return "fixed"
    return "back" if _passed(account, cause, cause.first_event_id, cause.last_event_id) else "open"


def _passed(account: CausesView, cause: Fix, since: int | None, until: int | None) -> bool:
    """Whether an event of the type went well between two events, and met the rule."""
    has_items = cause.path is not None and cause.path.startswith("items")
    query = EventQuery(type=cause.event_type_key, since=since, until=until)
    for verdict in ("applied", "recorded"):
        page = account.records(
            replace(query, verdict=verdict, limit=_LOOKED_AT if has_items else 0)
        )
        if page.total and not has_items:
            return True
        for record in page.items:
            if any(rule_of(finding_of(each)) == cause.rule for each in record.get("trace") or ()):
                return True
    return False


def _fix_alone(account: CausesView, cause: Fix) -> Document:
    """The fix of a cause alone, from its example, and where more is known of it, the hint."""
    if cause.request_id is not None:
        return {"fix": account.journal.fix_of(cause.request_id)}
    record = None if cause.example_id is None else account.find_event(cause.example_id)
    if record is None or cause.rule is None:
        return {"fix": None}
    request = request_of(record)
    if cause.finding in _CAME_TOO_EARLY and (late := _came_later(account, record)):
        return {"hint": late, "fix": account.fix(request)["fix"]}

    def only(each: Mend) -> bool:
        return each.step.finding == cause.finding and general_path(each.step.param) == cause.path

    with account.paused():
        now = received_at(record, account.clock.iso())
        mended = mend(request, account.view, now, only)
    return {"fix": fix_document(request.body, mended)}


def _came_later(account: CausesView, record: Document) -> str | None:
    """ORD-22: say that the order came after the event that was dropped because it was not there."""
    try:
        order: dict[str, Any] = account.order(record["externalOrderId"] or "")
        came, was = (
            datetime.fromisoformat(str(each).replace("Z", "+00:00"))
            for each in (order["createdAt"], record["receivedAt"])
        )
    except (NotFoundError, KeyError, ValueError):
        return None
    seconds = (came - was).total_seconds()
    if seconds < 0:
        return None
    return (
        f"would be applied if it came after its order, which came {seconds:.3g} seconds later: "
        "send the events of an order one after the other"
    )
