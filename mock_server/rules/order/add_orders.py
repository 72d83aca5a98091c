"""BLK-02, BLK-04 to BLK-06 and BLK-08: one order of Add orders."""

import re
from dataclasses import dataclass, field
from typing import Any

from mock_server.documents.identifiers import BOUND
from mock_server.model import Document
from mock_server.names import near
from mock_server.rules import mending
from mock_server.rules.contact.changes import ContactDecision, settle
from mock_server.rules.contact.checks import check_contact
from mock_server.rules.contact.finding import EXTERNAL_ID, Match, Way, find
from mock_server.rules.contact.identify import Identification
from mock_server.rules.event.causes import hint_for, told
from mock_server.rules.event.internal_events import internal_event
from mock_server.rules.event.shapes import fields_of, look_inside
from mock_server.rules.mending import json_or_none
from mock_server.rules.moments import date_problem, suggested_date
from mock_server.rules.order.fields import (
    CONTACT_FIELDS,
    KNOWN_FIELDS,
    check_currency,
    check_date,
    check_external_order_id,
    check_status,
    check_total_cost,
    stored_fields,
)
from mock_server.rules.order.items import BULK_REQUIRED, ITEM_FIELDS, check_items
from mock_server.rules.order.orders import (
    new_order,
    note_contact,
    note_emails,
    note_going_back,
    note_lost_event,
    note_transition,
)
from mock_server.rules.order.required import ONE_OF_CONTACT, check_filled
from mock_server.rules.order.rfm import note_revenue
from mock_server.rules.order.totals import check_amounts, check_total
from mock_server.rules.outcome import Effect, EventRequest, Outcome
from mock_server.rules.suspicious import NAMES_AND_ADDRESSES, check_values, may_be_suspicious
from mock_server.rules.trace import Trace
from mock_server.rules.values import as_text, brief, filled_in, json_type, show
from mock_server.rules.view import AccountView

MAX_ORDERS = 1000
REQUIRED = ("externalOrderId", "totalCost", "status", "date", "currency")
_WAY = Way("BLK-04", ("email", "phone"), keeps=True, bound=True)
_NUMBERS_AS_TEXT = (*CONTACT_FIELDS, "firstName", "lastName", "storeId")
_SHOWN_FAULTS = 20
# What the resource documents besides ORD-04: a date alone, or a time without seconds.
_DOCUMENTED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2})?")


@dataclass(slots=True)
class BulkOrderDecision:
    """The decision on one order: its event (BLK-05) and contacts to store, or an error."""

    outcome: Outcome
    request: EventRequest | None = None
    contacts: list[Document] = field(default_factory=list)
    error: str = ""


def add_order(sent: Any, view: AccountView, now: str) -> BulkOrderDecision:
    """Apply the rules to one element of `orders`, as it was sent."""
    trace = Trace()
    if not isinstance(sent, dict):
        _fail_malformed(sent, trace)
        return _failed(trace)
    given = _given(sent)
    _check_required(given, sent, view, trace)
    order_id = check_external_order_id(given, trace)
    check_status(given, trace)
    _check_date(given, trace, now, view)
    check_total_cost(given, trace)
    check_currency(given, trace)
    if may_be_suspicious(given.values()):
        check_values(given, NAMES_AND_ADDRESSES, trace)
    items = check_items(given.get("items"), trace, BULK_REQUIRED)
    info = _additional_info(given.pop("additionalInfo", None), trace)
    if order_id is None or trace.reasons:
        return _failed(trace)
    known, additional = stored_fields(
        {**_documented(given, trace), **{k: info[k] for k in info if k not in given}}, trace
    )
    known["externalOrderId"] = order_id
    if items is not None:
        known["items"] = [
            _documented(item, trace, f"items[{index}].", ITEM_FIELDS)
            for index, item in enumerate(items)
        ]
    return _save(order_id, known, additional, view, now, trace)


def _failed(trace: Trace) -> BulkOrderDecision:
    hint = hint_for("saved", trace.only_fix or trace.fixes)
    text = told(trace.failures(), _SHOWN_FAULTS)
    outcome = Outcome(
        "rejected", reasons=trace.reasons, warnings=trace.warnings, trace=trace.steps, hint=hint
    )
    outcome.mends = trace.mends
    return BulkOrderDecision(outcome, error=f"{text}. The order {hint}.")


def _fail_malformed(sent: Any, trace: Trace) -> None:
    """BLK-02, for what is not an object; JSON text of one is what was meant (ENV-20)."""
    inner = json_or_none(sent) if isinstance(sent, str) else sent
    if isinstance(inner, list) and len(inner) == 1:
        (inner,) = inner
    mend = mending.set_field("params", inner) if isinstance(inner, dict) else None
    fields = ", ".join(REQUIRED)
    trace.say("BLK-02/not_an_object", "order", mend=mend, type=json_type(sent), fields=fields)


def _documented(
    sent: Document, trace: Trace, path: str = "", fields: frozenset[str] = KNOWN_FIELDS
) -> Document:
    """BLK-07: the fields that the reference lists; the others are dropped, and noted."""
    if sent.keys() <= fields:
        return sent
    for name in [name for name in sent if name not in fields]:
        meant = near(name, fields - sent.keys())
        mend = mending.rename(f"{path}{name}", meant) if meant else None
        trace.say("BLK-07/dropped", f"{path}{name}", mend=mend)
    return {name: value for name, value in sent.items() if name in fields}


def _given(sent: Document) -> Document:
    """The filled fields; what identifies or names somebody as text, a single item as a list."""
    given = filled_in(sent)
    for name in _NUMBERS_AS_TEXT:
        if (text := as_text(given.get(name))) is not None:
            given[name] = text
    items = given.get("items")
    if isinstance(items, dict) and not (items and all(map(str.isdigit, items))):
        given["items"] = [items]
    return given


def _check_required(given: Document, sent: Document, view: AccountView, trace: Trace) -> None:
    """BLK-02; a change of an existing order does not need an identifier."""
    missing = [name for name in REQUIRED if name not in given]
    order_id = as_text(given.get("externalOrderId"))
    exists = order_id is not None and view.order(order_id) is not None
    if missing:
        look_inside(given, trace, "ENV-20/inside_order")
    check_filled("BLK-02", missing, given, sent, trace, needs_contact=not exists)
    for name in CONTACT_FIELDS:
        if name in given and as_text(given[name]) is None:
            mend = mending.AskShop(name)
            trace.say("BLK-02/not_text", name, mend=mend, type=json_type(given[name]))


def _check_date(given: Document, trace: Trace, now: str, view: AccountView) -> None:
    """ORD-04, in all forms this resource documents; the order keeps the form of ORD-04."""
    date = given.get("date")
    if isinstance(date, str):
        if _DOCUMENTED.fullmatch(date) and (whole := suggested_date(date)) is not None:
            trace.say("ORD-04/kept_as", date=date, whole=whole)
            given["date"] = whole
            return
        if not date_problem(date):
            trace.say("ORD-04/date", date=date)
            return
    check_date(given, trace, now, view)


def _additional_info(value: Any, trace: Trace) -> Document:
    """The additional fields; an empty array is what some clients make of an empty object."""
    if value is None or value == []:
        return {}
    if isinstance(value, dict):
        return value
    meant = fields_of(json_or_none(value) if isinstance(value, str) else value)
    mend = mending.set_to("additionalInfo", meant) if meant else None
    trace.say("BLK-02/info_not_object", "additionalInfo", mend=mend, type=json_type(value))
    return {}


def _save(
    order_id: str, known: Document, additional: Document, view: AccountView, now: str, trace: Trace
) -> BulkOrderDecision:
    existing = view.order(order_id)
    contact = _contact_of(known, existing, view, now, trace)
    if trace.reasons:
        return _failed(trace)
    if existing is None:
        number = view.next_order_id()
        after = new_order(known, additional, number, contact.contact["id"], now)
        effect = Effect(order_id, "created", None, after)
        trace.say("BLK-06/new", order=brief(order_id))
        note_lost_event(after, view, trace)
    else:
        whose = Identification(contact.contact.get("id"), ())
        note_contact(existing, whose, trace)
        if not note_transition(existing, known["status"], trace):
            note_going_back(existing, known, trace)
        after = {**existing, **known, "updatedAt": now}
        after["additionalInfo"] = {**existing.get("additionalInfo", {}), **additional}
        effect = Effect(order_id, "updated", existing, after)
        trace.say("BLK-06/updated", order=brief(order_id))
    check_amounts(known, trace)
    check_total(after, trace)
    trace.say("ORD-18/keys", number=after["orderId"], key=brief(order_id))
    note_revenue(after, view.settings, trace)
    note_emails(after, existing, view, trace)
    key = f"order{known['status']}"
    trace.say("BLK-05/event", key=key, order=show(order_id))
    params = {**known, **additional, **_variables(after, contact.contact, view)}
    request, outcome = internal_event(key, order_id, params, after["contactId"], view, trace)
    outcome.external_order_id = order_id
    outcome.effect = effect
    outcome.mends = trace.mends
    changed = contact.contact != (view.contact(contact.contact.get("id", 0)) or {})
    contacts = [contact.contact] if changed else []
    return BulkOrderDecision(outcome, request, contacts)


def _variables(order: Document, contact: Document, view: AccountView) -> Document:
    """ORD-21: what the event carries besides the order; blank where there is none."""
    held = view.contact(order["contactId"]) if order["contactId"] is not None else None
    channels = {
        each["type"]: each["value"] for each in reversed((held or contact).get("channels") or [])
    }
    return {
        "orderId": order["orderId"],
        "contactId": order["contactId"],
        "EmailAddress": channels.get("email", ""),
        "SMS": channels.get("sms", ""),
    }


def _contact_of(
    known: Document, existing: Document | None, view: AccountView, now: str, trace: Trace
) -> ContactDecision:
    """BLK-04 and BLK-08: whose order it is (created if unknown), with the external ID bound."""
    decision = ContactDecision(trace=trace)
    sent = check_contact(_contact_from(known), trace)
    match = find(sent, _WAY, view, trace)
    if match is not None and not match.deleted:
        contact = view.contact(match.contact_id) or {}
        decision.contact = contact
        if existing is None or existing.get("contactId") == match.contact_id:
            _bind(sent.get(EXTERNAL_ID), match, decision, now)
    elif existing is None and match is None and not (sent.get("channels") or sent.get(EXTERNAL_ID)):
        trace.say("CON-15/nobody_left", ONE_OF_CONTACT)
    elif existing is None:
        # A contact that was deleted comes back as it was: an order does not change it.
        settle(decision, match, sent if match is None else {}, view, now, source="Order")
        if match is None:
            trace.say("BLK-04/created", contact=decision.contact["id"])
    return decision


def _bind(wanted: str | None, match: Match, decision: ContactDecision, now: str) -> None:
    """BLK-08: the contact found by an address takes the order's external ID, or is bound to it."""
    contact = decision.contact
    if not wanted or match.kind in (EXTERNAL_ID, BOUND):
        return
    if not contact.get(EXTERNAL_ID):
        decision.trace.say("BLK-08/takes", contact=contact["id"], value=show(wanted))
        decision.contact = {**contact, EXTERNAL_ID: wanted, "updatedAt": now}
    else:
        held = show(contact[EXTERNAL_ID])
        decision.trace.say(
            "BLK-08/kept", EXTERNAL_ID, contact=contact["id"], held=held, value=show(wanted)
        )
        bound = [*contact.get("orderExternalIds", ()), wanted]
        decision.contact = {**contact, "orderExternalIds": bound, "updatedAt": now}


def _contact_from(known: Document) -> Document:
    channels = [
        {"type": kind, "value": known[name]}
        for name, kind in (("email", "email"), ("phone", "sms"))
        if name in known
    ]
    names = ("externalCustomerId", "firstName", "lastName")
    sent = {name: known[name] for name in names if isinstance(known.get(name), str)}
    return {**sent, "channels": channels} if channels else sent
