"""The verdict on one event: the families of rules in the order in which they apply."""

from collections.abc import Iterable
from typing import Any

from mock_server.rules.contact.identifiers import SEND_A_CONTACT, is_null_text
from mock_server.rules.contact.identify import Identification, contact_from_event, identify
from mock_server.rules.event.causes import hint_for, told
from mock_server.rules.event.envelope import Envelope, params_as_list, read_envelope
from mock_server.rules.event.event_types import (
    ORDER_EVENTS,
    check_required_params,
    check_segmentation,
    event_type_of,
)
from mock_server.rules.event.shapes import look_inside
from mock_server.rules.event.site_events import check_site_event
from mock_server.rules.order.fields import CONTACT_FIELDS
from mock_server.rules.order.orders import OrderEvent, decide_order
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.rules.suspicious import NAMES_AND_ADDRESSES, check_values, may_be_suspicious
from mock_server.rules.trace import Trace
from mock_server.rules.values import as_text, filled, filled_in
from mock_server.rules.view import AccountView

_ANSWERED_FAULTS = 20
_NAMED_AS_CONTACT = tuple(f" were named {name}" for name in CONTACT_FIELDS)


def judge(request: EventRequest, view: AccountView, now: str) -> Outcome:
    """Decide on an event. `now` is the time it happened (ISO 8601); nothing is changed here."""
    envelope = read_envelope(request)
    key, params, trace = envelope.event_type_key, envelope.params, envelope.trace
    is_order = key in ORDER_EVENTS
    order_id = as_text(params.get("externalOrderId")) if is_order else None
    if not filled(order_id):
        order_id = None
    outcome = Outcome(
        "rejected",
        event_type_key=key,
        key_value=envelope.key_value,
        event_key=order_id or envelope.key_value,  # ORD-18
        params=_sent_params(request),
        external_order_id=order_id,
        reasons=trace.reasons,
        warnings=trace.warnings,
        trace=trace.steps,
        status=envelope.status,
        mends=trace.mends,
    )
    if key is None or envelope.status != 200:
        return _reject(outcome, trace, told(trace.failures(), _ANSWERED_FAULTS))
    event_type, is_new = event_type_of(key, view, trace)
    answer = check_required_params(event_type, params, trace)
    if answer:
        outcome.status = 400
        return _reject(outcome, trace, answer)
    if is_new:
        outcome.new_event_type = event_type
    outcome.segmented = event_type["segmentation"]
    version = request.api_version
    if may_be_suspicious(params.values()):
        check_values(params, NAMES_AND_ADDRESSES, trace)
    if "params" in params or (is_order and "externalOrderId" not in params):
        look_inside(params, trace)
    if is_order:
        check_segmentation(event_type, trace)
    else:
        check_site_event(key, params, trace)
    sent = envelope.key_value if envelope.has_key_value else None
    whose = identify(envelope.identifiers, params, version, view, trace, sent)
    if whose.contact_id is None and event_type["segmentation"] and version != "v1":
        _create_contact(whose, envelope, view, outcome, now)
    outcome.contact_id = whose.contact_id
    if is_order:
        given = filled_in(params)
        if is_null_text(given.get("externalCustomerId"), version):
            del given["externalCustomerId"]  # ENV-12: as if it were not filled
        _judge_order(OrderEvent(key, params, given, whose, view, now, trace), outcome)
    else:
        _record(whose, outcome, trace)
    return outcome


def contact_of(request: EventRequest, view: AccountView) -> int | None:
    """The contact of an event, or None; nothing is said of how it was found."""
    envelope, trace = read_envelope(request), Trace()
    version = request.api_version
    return identify(envelope.identifiers, envelope.params, version, view, trace).contact_id


def _sent_params(request: EventRequest) -> Any:
    """The params as sent; those of an object as a list (ENV-17)."""
    params = request.body.get("params") if isinstance(request.body, dict) else None
    if request.api_version == "v3" and isinstance(params, dict):
        return params_as_list(params)
    return params


def _reject(outcome: Outcome, trace: Trace, answer: str) -> Outcome:
    outcome.answer = answer
    outcome.hint = hint_for("accepted", trace.only_fix or trace.fixes)
    return outcome


def _create_contact(
    whose: Identification, envelope: Envelope, view: AccountView, outcome: Outcome, now: str
) -> None:
    """IDN-07, when the account's setting asks for it."""
    if not view.settings.create_contacts_from_events:
        return
    contact = contact_from_event(whose.seen, envelope.params, view, now, envelope.trace)
    if contact is not None:
        outcome.new_contact = contact
        whose.contact_id = contact["id"]


def _judge_order(event: OrderEvent, outcome: Outcome) -> None:
    decision = decide_order(event)
    outcome.effect = decision.effect
    outcome.caused_by = decision.caused_by
    if decision.effect is None:
        outcome.verdict = "ignored"
        outcome.hint = hint_for("applied", _ways_out(event))
        return
    outcome.verdict = "applied"
    outcome.hint = _hint_beside(event.trace)
    if outcome.contact_id is None:
        outcome.contact_id = decision.effect.after.get("contactId")


def _hint_beside(trace: Trace) -> str | None:
    """ENV-20: what was sent and not read, of an event that went well without it."""
    for step, way_out, _ in trace.mends:
        if step.finding == "ENV-20/beside":
            return hint_for("applied with all that was sent", [way_out])
    return None


def _ways_out(event: OrderEvent) -> Iterable[str]:
    """Say what would have helped, the likeliest mistake first: ENV-16, then IDN-10."""
    whose, fixes = event.whose, event.trace.fixes
    if event.trace.only_fix or whose.meant is None or whose.fix not in fixes:
        return event.trace.only_fix or fixes
    if any(fix.endswith(_NAMED_AS_CONTACT) for fix in fixes):  # ORD-02: it was sent, misspelt
        return [each for each in fixes if each != whose.fix]
    # An event with that parameter sends a contact: it need not be said twice.
    return [whose.fix, *(each for each in fixes if each not in (whose.fix, SEND_A_CONTACT))]


def _record(whose: Identification, outcome: Outcome, trace: Trace) -> None:
    """An event of any other type is recorded, with or without a contact (IDN-06)."""
    outcome.verdict = "recorded"
    if whose.contact_id is None:
        mend = whose.mend if whose.seen or whose.meant is not None else None
        trace.say(f"{whose.finding}_recorded", mend=mend, **whose.args)
        fixes = trace.only_fix or [whose.fix]
        known = whose.meant is not None and not trace.only_fix
        contact = f"contact {whose.meant}" if known else "a contact"
        outcome.hint = hint_for(f"linked to {contact}", fixes)
    else:
        trace.say("IDN-06/known", contact=whose.contact_id)
