"""The record of an event: what is stored of it, and what the control API shows of it."""

from typing import Any

from mock_server.emulator.history import effect_of
from mock_server.ledger.findings import shown_step
from mock_server.model import Document
from mock_server.rules.outcome import EventRequest, Outcome
from mock_server.state import AccountState

_SENT = ("eventTypeKey", "keyValue", "params")


_LEFT_OUT = ("occurred", "causedBy", "hint", "effect")
"""Fields that a stored record lacks where they are null."""


def event_record(request: EventRequest, outcome: Outcome, account: str, now: str) -> Document:
    """An event's whole record, its trace not in words, its `body` if nothing else tells it."""
    record: Document = {
        "eventId": outcome.event_id,
        "account": account,
        "eventTypeKey": outcome.event_type_key,
        "verdict": outcome.verdict,
        "reasons": outcome.reasons,
        "warnings": outcome.warnings,
        "contactId": outcome.contact_id,
        "externalOrderId": outcome.external_order_id,
        "receivedAt": now,
        "occurred": request.occurred,
        "apiVersion": request.api_version,
        "keyValue": outcome.key_value,
        "eventKey": outcome.event_key,
        "params": outcome.params,
        "causedBy": outcome.caused_by,
        "hint": outcome.hint,
        "effect": outcome.effect,
        "trace": [step.stored() for step in outcome.trace],
    }
    if not outcome.segmented:  # SEG-03; a record that does not say it took part
        record["segmented"] = False
    body = request.body
    if body is None:
        record["body"] = request.text
    elif not _tells(record, body):
        record["body"] = body
    return record


def stored_record(record: Document, history_id: int) -> Document:
    """The record as kept: less nulls, what is told twice (ORD-18) or in `history_id`'s line."""
    stored = record.copy()
    if stored["eventKey"] == stored["externalOrderId"]:
        del stored["eventKey"]
    for name in _LEFT_OUT:
        if stored[name] is None:
            del stored[name]
    if "effect" in stored:
        stored["effect"] = history_id
    return stored


def whole_record(stored: Document, state: AccountState) -> Document:
    """A stored record with what it lacks, or some of that if written by hand."""
    told = {
        **dict.fromkeys(_LEFT_OUT),
        "eventKey": stored.get("externalOrderId"),
        **stored,
        "effect": effect_of(stored, state),
    }
    record = {name: told[name] for name in _IN_ORDER if name in told}
    record.update({name: each for name, each in stored.items() if name not in record})
    return record


def _tells(record: Document, body: Any) -> bool:
    return (
        isinstance(body, dict)
        and len(body) == 3
        and body.get("eventTypeKey") == record["eventTypeKey"]
        and body.get("keyValue") == record["keyValue"]
        and "params" in body
        and body["params"] is record["params"]  # an object of v3 is recorded as a list
    )


_IN_ORDER = tuple(event_record(EventRequest({}), Outcome("recorded", segmented=False), "", ""))
"""The order of the fields of a record: those of searches, then what was sent, then the rest."""


def in_words(record: Document) -> Document:
    """A record with the steps of its trace, if there are any, in words."""
    trace = record.get("trace")
    steps = trace if isinstance(trace, list) else []
    return {**record, "trace": [shown_step(each) for each in steps]}


def event_document(record: Document) -> Document:
    """A whole record as it is read: in words, and with its `body` as sent."""
    document = in_words(record)
    if "body" not in record:
        document["body"] = {name: record.get(name) for name in _SENT}
    return document


def outcome_document(outcome: Outcome) -> Document:
    """An outcome as JSON, for answers: verdict, reasons, warnings, hint, trace and effect."""
    return {
        "eventId": outcome.event_id,
        "verdict": outcome.verdict,
        "reasons": outcome.reasons,
        "warnings": outcome.warnings,
        "hint": outcome.hint,
        "causedBy": outcome.caused_by,
        "eventTypeKey": outcome.event_type_key,
        "keyValue": outcome.key_value,
        "eventKey": outcome.event_key,
        "contactId": outcome.contact_id,
        "externalOrderId": outcome.external_order_id,
        "effect": outcome.effect,
        "trace": [shown_step(step.stored()) for step in outcome.trace],
        "answer": {"status": outcome.status, "body": outcome.answer},
    }
