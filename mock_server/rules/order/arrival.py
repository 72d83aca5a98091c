"""ORD-22 and ORD-23: events of an order that arrive in another order than they happened."""

from __future__ import annotations

from typing import Any

from mock_server.model import Document
from mock_server.rules.moments import moment_of
from mock_server.rules.trace import Trace
from mock_server.rules.values import show
from mock_server.rules.view import AccountView

_WOULD_SET = {"orderDelivered": "DELIVERED", "orderCancelled": "CANCELLED"}


def note_lost_event(order: Document, view: AccountView, trace: Trace) -> None:
    """ORD-22: warn of the event that came before this new order and was ignored."""
    lost = view.last_lost(order["externalOrderId"])
    if lost is None:
        return
    key = lost["eventTypeKey"]
    status = _WOULD_SET.get(key)
    if status is not None and status != order.get("status"):
        trace.say("ORD-22/lost", key=key, event=lost["eventId"], status=status)


def note_going_back(existing: Document, known: dict[str, Any], trace: Trace) -> None:
    """ORD-23: warn of a change that is older than what the order holds."""
    before, status = existing.get("status"), known.get("status")
    if before == "IN_PROGRESS" and status == "INITIALIZED":
        trace.say("ORD-23/status", "status", before=before, status=status)
    had, date = existing.get("date"), known.get("date")
    if date is None or had is None or date == had:
        return
    was, now = moment_of(had), moment_of(date)
    if was is not None and now is not None and now < was:
        trace.say("ORD-23/date", "date", before=show(had), date=show(date))
