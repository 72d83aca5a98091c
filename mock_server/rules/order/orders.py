"""ORD-09 to ORD-20, ORD-22, ORD-23: what an order event does to which order, and when it came."""

from dataclasses import dataclass
from typing import Any

from mock_server.documents.identifiers import same_form
from mock_server.model import Document
from mock_server.rules.contact.identifiers import note_many_emails
from mock_server.rules.contact.identify import Identification
from mock_server.rules.event.causes import fail_unknown_order, note_earlier_failure
from mock_server.rules.moments import moment_of
from mock_server.rules.order.fields import (
    CONTACT_FIELDS,
    check_currency,
    check_date,
    check_external_order_id,
    check_status,
    check_total_cost,
    stored_fields,
)
from mock_server.rules.order.items import check_items
from mock_server.rules.order.required import check_required, require_external_order_id
from mock_server.rules.order.rfm import note_revenue
from mock_server.rules.order.totals import CONCERNED, check_amounts, check_total
from mock_server.rules.outcome import Effect, Step
from mock_server.rules.trace import Trace, sentence_list
from mock_server.rules.values import as_text, brief, filled_in, show
from mock_server.rules.view import AccountView

_FINAL = ("DELIVERED", "CANCELLED")
_STATUS_EVENTS = {
    "orderDelivered": ("ORD-12", "DELIVERED"),
    "orderCancelled": ("ORD-13", "CANCELLED"),
}
_STATUS_IS_SET = {
    rule: Step(f"{rule}/status", "status", {"status": status})
    for rule, status in _STATUS_EVENTS.values()
}
_KEEPS = {
    "IDN-05/nobody": "ORD-15/keeps_own_rule",
    "IDN-06/nobody": "ORD-15/keeps_unknown",
    "IDN-08/nobody": "ORD-15/keeps_unnamed",
    "": "ORD-15/keeps_unasked",
}
_NEEDS_CONTACT = Step("ORD-15/needed")
_CREATED_NEEDS_CONTACT = Step("ORD-15/needed_again")
_HAS_HISTORY = Step("ORD-20/kept")


@dataclass(slots=True)
class OrderEvent:
    """An order event on its way through the rules, `now` as ISO 8601.

    `given` are the filled ones of its `params`, `whose` is its identification; reasons in `trace`,
    also earlier ones, leave the order as it is.
    """

    key: str
    params: dict[str, Any]
    given: dict[str, Any]
    whose: Identification
    view: AccountView
    now: str
    trace: Trace


@dataclass(slots=True)
class OrderDecision:
    """An event's order, its effect unless it failed, and the earlier event to blame for that."""

    external_order_id: str | None
    effect: Effect | None = None
    caused_by: int | None = None


def decide_order(event: OrderEvent) -> OrderDecision:
    """Apply the rules of orders to an order event."""
    trace = event.trace
    decision = OrderDecision(check_external_order_id(event.given, trace))
    if event.key in _STATUS_EVENTS:
        _set_status(event, decision)
    else:
        _save(event, decision)
    if decision.effect is not None:
        after = decision.effect.after
        key = brief(decision.effect.order)
        trace.say("ORD-18/keys", number=after["orderId"], key=key)
        trace.add(_HAS_HISTORY)
        note_revenue(after, event.view.settings, trace)
        note_emails(after, decision.effect.before, event.view, trace)
    return decision


def note_emails(order: Document, before: Document | None, view: AccountView, trace: Trace) -> None:
    """IDN-11: the e-mail address that an order brings to the orders of its contact."""
    email, contact_id = order.get("email"), order.get("contactId")
    if not isinstance(email, str) or contact_id is None or email == (before or {}).get("email"):
        return
    emails = view.order_emails(contact_id)
    if same_form("email", email) not in emails:
        note_many_emails(contact_id, len(emails) + 1, trace)


def _set_status(event: OrderEvent, decision: OrderDecision) -> None:
    """ORD-12 and ORD-13."""
    rule, status = _STATUS_EVENTS[event.key]
    trace, order_id = event.trace, decision.external_order_id
    require_external_order_id(event.given, event.params, order_id, trace)
    if order_id is None:
        return
    existing = event.view.order(order_id)
    if existing is None:
        decision.caused_by = fail_unknown_order(
            rule, order_id, event.view, trace, _seed_of(order_id, event)
        )
        return
    note_contact(existing, event.whose, trace)
    if trace.reasons:
        return
    trace.add(_STATUS_IS_SET[rule])
    note_transition(existing, status, trace)
    after = {**existing, "status": status, "updatedAt": event.now}
    decision.effect = Effect(order_id, "status", existing, after)


def _seed_of(order_id: str, event: OrderEvent) -> Document:
    named = {name: event.given[name] for name in CONTACT_FIELDS if name in event.given}
    contact = named or {"email": "customer@shop.example"}
    order = {"externalOrderId": order_id, "totalCost": 0, "status": "INITIALIZED"}
    return {
        "contacts": [{name: as_text(value) for name, value in contact.items()}],
        "orders": [{**order, "date": event.now[:19], **contact}],
    }


def _save(event: OrderEvent, decision: OrderDecision) -> None:
    """Save by orderCreated or orderUpdated: ORD-01, ORD-09, ORD-10, ORD-11 and ORD-15."""
    trace, order_id = event.trace, decision.external_order_id
    existing = event.view.order(order_id) if order_id is not None else None
    _check_needs(event, order_id, existing)
    items = _check_values(event.given, trace, event.now, event.view)
    if existing is not None and (event.key != "orderCreated" or event.whose.contact_id):
        note_contact(existing, event.whose, trace)
    elif order_id is not None or event.key == "orderCreated":
        _require_contact(event.whose, trace, is_new=existing is None)
    if order_id is None or trace.reasons:
        if order_id is not None and existing is None and event.key == "orderUpdated":
            decision.caused_by = note_earlier_failure(order_id, event.view, trace)
        return
    known, additional = _fields(event.given, order_id, items, trace)
    if existing is None:
        number, contact_id = event.view.next_order_id(), event.whose.contact_id
        after = new_order(known, additional, number, contact_id, event.now)
        decision.effect = Effect(order_id, "created", None, after)
        note_lost_event(after, event.view, trace)
    else:
        if event.whose.contact_id is None or event.whose.contact_id != existing.get("contactId"):
            # ORD-15: what the event says of somebody else is not said of this order's contact.
            known = {name: value for name, value in known.items() if name not in CONTACT_FIELDS}
        _note_existing(event, known, additional)
        reopened = "status" in known and note_transition(existing, known["status"], trace)
        if not reopened:
            note_going_back(existing, known, trace)
        after = {**existing, **known, "updatedAt": event.now}
        after["additionalInfo"] = {**existing.get("additionalInfo", {}), **additional}
        decision.effect = Effect(order_id, "updated", existing, after)
    if not CONCERNED.isdisjoint(known):
        check_amounts(known, trace)
        check_total(after, trace)


def _check_needs(event: OrderEvent, order_id: str | None, existing: Document | None) -> None:
    """ORD-01, ORD-11 and ORD-14: whether what the event needs is filled."""
    given, params, trace = event.given, event.params, event.trace
    if event.key == "orderCreated":
        check_required("ORD-01", given, params, trace)
        return
    require_external_order_id(given, params, order_id, trace)
    if order_id is not None and existing is None:
        trace.say("ORD-11/creates", "externalOrderId", order=brief(order_id))
        check_required("ORD-11", given, params, trace)


def _check_values(
    given: dict[str, Any], trace: Trace, now: str, view: AccountView | None = None
) -> list[Document] | None:
    """ORD-03 to ORD-07, and the items by ITM; the items to store."""
    check_status(given, trace)
    check_date(given, trace, now, view)
    check_total_cost(given, trace)
    check_currency(given, trace)
    return check_items(given.get("items"), trace)


def _fields(
    given: dict[str, Any], order_id: str, items: list[Document] | None, trace: Trace
) -> tuple[dict[str, Any], dict[str, Any]]:
    known, additional = stored_fields(given, trace)
    known["externalOrderId"] = order_id
    if items is not None:
        known["items"] = items
    return known, additional


def order_from_params(
    params: dict[str, Any], order_id: int, contact_id: int, now: str, trace: Trace
) -> Document | None:
    """An order as orderCreated would store it for a known contact; None when it fails."""
    given = filled_in(params)
    external_order_id = check_external_order_id(given, trace)
    check_required("ORD-01", given, params, trace)
    items = _check_values(given, trace, now)
    if external_order_id is None or trace.reasons:
        return None
    known, additional = _fields(given, external_order_id, items, trace)
    return new_order(known, additional, order_id, contact_id, now)


def new_order(
    known: dict[str, Any],
    additional: dict[str, Any],
    order_id: int,
    contact_id: int | None,
    now: str,
) -> Document:
    """The document of a new order (ORD-18: `orderId` is the service's own number for it)."""
    return {
        "externalOrderId": known["externalOrderId"],
        "orderId": order_id,
        "contactId": contact_id,
        **known,
        "additionalInfo": additional,
        "createdAt": now,
        "updatedAt": now,
    }


def _require_contact(whose: Identification, trace: Trace, *, is_new: bool) -> None:
    """ORD-15; the failed step is that of the rule that found nobody."""
    if whose.contact_id is not None:
        trace.say("ORD-15/new", contact=whose.contact_id)
        return
    trace.say(whose.finding, fix=whose.fix, mend=whose.mend, **whose.args)
    trace.add(_NEEDS_CONTACT if is_new else _CREATED_NEEDS_CONTACT)


def note_contact(existing: Document, whose: Identification, trace: Trace) -> None:
    """ORD-15, for an existing order: it keeps its contact, whatever contact the event names."""
    keeps = existing.get("contactId")
    if whose.contact_id is None:
        # Add orders does not ask for a contact here (BLK-02): not finding one is not explained.
        trace.say(_KEEPS[whose.finding], keeps=keeps, **whose.args)
    elif whose.contact_id == keeps:
        trace.say("ORD-15/same", contact=keeps)
    else:
        trace.say("ORD-15/differs", contact=whose.contact_id, keeps=keeps)


def _note_existing(event: OrderEvent, known: dict[str, Any], additional: dict[str, Any]) -> None:
    """ORD-09 and ORD-10."""
    order = brief(known["externalOrderId"])
    if event.key == "orderCreated":
        event.trace.say("ORD-09/exists", order=order)
    names = [name for name in (*known, *additional) if name != "externalOrderId"]
    if names:
        event.trace.say("ORD-10/replaced", order=order, names=sentence_list(names))
    else:
        event.trace.say("ORD-10/nothing", order=order)


def note_transition(existing: Document, status: str, trace: Trace) -> bool:
    """ORD-16; whether the order is reopened."""
    before = existing.get("status")
    if before == status:
        trace.say("ORD-16/unchanged", status=status)
        return False
    reopened = before in _FINAL
    finding = "ORD-16/reopened" if reopened else "ORD-16/moves"
    trace.say(finding, before=before, status=status)
    return reopened


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
