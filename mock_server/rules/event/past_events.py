"""PST-02 to PST-06: events of the past."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Literal

from mock_server.model import Document
from mock_server.names import near
from mock_server.rules import mending
from mock_server.rules.event.causes import hint_for, told
from mock_server.rules.event.event_types import ORDER_EVENTS
from mock_server.rules.event.shapes import ENVELOPE, fields_of
from mock_server.rules.judge import contact_of, judge
from mock_server.rules.mending import UNKNOWN, Draft, Edit
from mock_server.rules.moments import has_form, local_moment, moment_of
from mock_server.rules.order.shop_values import dates_meant
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.rules.trace import Trace
from mock_server.rules.values import as_text, filled, json_type, show
from mock_server.rules.view import AccountView

MAX_EVENTS = 500
Status = Literal[
    "ACCEPTED",
    "OCCURRED_DATE_IS_REQUIRED",
    "INCORRECT_OCCURRED_DATE_FORMAT",
    "OCCURRED_TIME_TOO_DEPTH",
    "OCCURRED_TIME_IN_FUTURE",
    "EVENT_SEGMENTATION_DISABLED",
    "SERVER_ERROR",
]
_STATUS_OF: dict[str, Status] = {
    "occurred_missing": "OCCURRED_DATE_IS_REQUIRED",
    "occurred_invalid": "INCORRECT_OCCURRED_DATE_FORMAT",
    "occurred_too_deep": "OCCURRED_TIME_TOO_DEPTH",
    "occurred_in_future": "OCCURRED_TIME_IN_FUTURE",
    "segmentation_disabled": "EVENT_SEGMENTATION_DISABLED",
}
_FORMS = "YYYY-MM-DD or YYYY-MM-DDTHH:mm"
_DAY, _MINUTE = len("YYYY-MM-DD"), len("YYYY-MM-DDTHH:mm")
_ANSWERED_FAULTS = 20


@dataclass(slots=True)
class PastResult:
    """The result of one past event (PST-03), "" for accepted, and its record's outcome."""

    status: Status
    outcome: Outcome
    message: str = ""


@dataclass(frozen=True, slots=True)
class PastMoment:
    """A time as these resources write it: its first instant and its last, or what is wrong."""

    first: datetime | None = None
    last: datetime | None = None
    problem: str = ""


def read_moment(value: Any, zone: tzinfo = timezone.utc) -> PastMoment:
    """PST-02: a time in `zone` unless it has an offset; a date is its day, a minute all of it."""
    text = value.strip() if isinstance(value, str) else ""
    if not has_form(text) or text[_DAY:].startswith(" "):
        seen = show(value) if isinstance(value, str) else json_type(value)
        return PastMoment(problem=f"is {seen}, not of the form {_FORMS}")
    first = moment_of(text, zone)
    if first is None:
        return PastMoment(problem=f"is {show(value)}, which is not a real date and time")
    if len(text) == _DAY:
        length = timedelta(days=1)
    elif text[_MINUTE:].startswith(":"):
        length = timedelta(seconds=1)
    else:
        length = timedelta(minutes=1)
    try:
        return PastMoment(first, first + (length - timedelta(microseconds=1)))
    except OverflowError:
        return PastMoment(first, first)


def judge_past_event(request: EventRequest, view: AccountView, now: datetime) -> PastResult:
    """PST-02 to PST-05, at `now` with its offset; sets `request.occurred` if it is valid."""
    trace = Trace()
    body = request.body
    if not isinstance(body, dict):
        trace.say("ENV-01/past_not_an_object", type=json_type(body))
        return _refused(Outcome("rejected"), {}, trace)
    _check_occurred(body, request, view, now, trace)
    _check_key_value(body, trace)
    if trace.reasons:
        return _refused(Outcome("rejected"), body, trace)
    outcome = judge(request, view, request.occurred or "")
    outcome.trace[:0] = trace.steps
    if outcome.verdict == "rejected":
        return PastResult("SERVER_ERROR", outcome, _message(outcome.answer, outcome))
    event_type = outcome.new_event_type or view.event_type(outcome.event_type_key or "")
    if event_type is not None and not event_type["segmentation"]:
        return _without_segmentation(outcome)
    return PastResult("ACCEPTED", outcome)


def _check_occurred(
    body: Document, request: EventRequest, view: AccountView, now: datetime, trace: Trace
) -> None:
    """PST-02 and PST-04."""
    value = body.get("occurred")
    if not filled(value):
        trace.say("PST-02/missing", mend=_occurred_meant(body))
        return
    zone: tzinfo = timezone.utc
    local = local_moment(value)
    if local is not None and local.tzinfo is None:
        zone = view.zone_of(contact_of(request, view))
        trace.say("PST-02/local", value=value, zone=str(zone))
    moment = read_moment(value, zone)
    if moment.first is None:
        readings = dates_meant(value, view.zone_of(None))
        read = readings[0] if len(readings) == 1 else UNKNOWN
        mend = mending.set_field("occurred", read)
        trace.say("PST-02/invalid", mend=mend, problem=moment.problem)
        return
    request.occurred = f"{moment.first.isoformat(timespec='milliseconds')[:-6]}Z"
    depth = view.settings.past_event_depth_days
    if moment.first > now:
        trace.say("PST-03/in_future", value=value, now=now.isoformat(timespec="seconds"))
    elif moment.first < now - timedelta(days=depth):
        trace.say("PST-04/too_deep", value=value, depth=depth)
    else:
        trace.say("PST-02/occurred", occurred=request.occurred)
        trace.say("PST-04/recent", depth=depth)


def _occurred_meant(body: Document) -> Edit:
    near_name = near("occurred", [each for each in body if each not in ENVELOPE])
    if near_name is not None:
        return mending.rename_field(near_name, "occurred")
    params = fields_of(body.get("params"))
    name = next((each for each in ("occurred", "date") if filled(params.get(each))), None)
    if name is None:
        return mending.unknown_field("occurred")

    def take(draft: Draft) -> None:
        draft.set_field("occurred", params[name])
        if name == "occurred":
            draft.remove(name)

    return take


def _check_key_value(body: Document, trace: Trace) -> None:
    """PST-02: only the keyValue tells past events apart; that of an order event is its order."""
    if not filled(body.get("keyValue")):
        order = as_text(fields_of(body.get("params")).get("externalOrderId"))
        known = filled(order) and body.get("eventTypeKey") in ORDER_EVENTS
        mend = mending.set_field("keyValue", order) if known else mending.unknown_field("keyValue")
        trace.say("PST-02/key_value_missing", "keyValue", mend=mend)


def _refused(outcome: Outcome, sent: dict[str, Any], trace: Trace) -> PastResult:
    key = sent.get("eventTypeKey")
    outcome.event_type_key = key if isinstance(key, str) and key.strip() else None
    key_value = as_text(sent.get("keyValue"))
    outcome.key_value = outcome.event_key = key_value if filled(key_value) else None
    outcome.params = sent.get("params")
    outcome.reasons, outcome.trace, outcome.mends = trace.reasons, trace.steps, trace.mends
    outcome.hint = hint_for("accepted", trace.fixes)
    outcome.answer = told(trace.failures(), _ANSWERED_FAULTS)
    status = next((_STATUS_OF[each] for each in trace.reasons if each in _STATUS_OF), None)
    outcome.status = 400
    return PastResult(status or "SERVER_ERROR", outcome, _message(outcome.answer, outcome))


def _without_segmentation(outcome: Outcome) -> PastResult:
    """PST-03: only events of types that take part in segmentation are taken over."""
    if outcome.verdict == "recorded":
        trace = Trace()
        key = outcome.event_type_key
        switch = mending.Arrange("PUT", f"/_mock/event-types/{key}", {"segmentation": True})
        trace.say("SEG-01/past_off", "eventTypeKey", mend=switch, key=key)
        outcome.mends = [*outcome.mends, *trace.mends]
        outcome.verdict, outcome.status = "rejected", 400
        outcome.trace += trace.steps
        outcome.reasons.append("segmentation_disabled")
        outcome.hint = hint_for("accepted", trace.fixes)
        outcome.answer = trace.failures()[0]
    faults = [step.message for step in outcome.trace if step.rule == "SEG-01"]
    return PastResult("EVENT_SEGMENTATION_DISABLED", outcome, _message(faults[0], outcome))


def _message(fault: str, outcome: Outcome) -> str:
    return f"{fault}; {outcome.hint}" if outcome.hint else fault
