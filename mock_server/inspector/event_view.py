"""One event as a page shows it, and as the pane next to the list does."""

import shlex
from dataclasses import dataclass
from typing import Any

from flask import g, request
from werkzeug.http import HTTP_STATUS_CODES

from mock_server import jsonio
from mock_server.emulator import Account, JournalEntry, catalogue
from mock_server.emulator.event_bodies import body_text, is_beginning
from mock_server.emulator.schemas import unknown_contact
from mock_server.inspector.addresses import root_of
from mock_server.inspector.differences import changes_of
from mock_server.inspector.fix_view import fix_view, report
from mock_server.inspector.pages import emulator_here
from mock_server.inspector.rows import (
    SHAPES,
    Names,
    cell_text,
    event_link,
    list_of,
    texts_of,
)
from mock_server.inspector.timeline import bubbles
from mock_server.ledger.codes import code_meaning
from mock_server.ledger.findings import near_misses
from mock_server.model import DROPPED, LANGUAGES, WIRE_VERSIONS, Document
from mock_server.pages.marked_body import Line, around_marks, marked_body, places_of
from mock_server.pages.sentences import sentence
from mock_server.pages.snippets import snippet

LEADS = {
    "applied": "An order was created or changed.",
    "recorded": "Accepted and stored; it is not an order event.",
    "ignored": "Your shop got 200 and an empty body, but no order was changed.",
    "rejected": "Not accepted: answered with an error.",
}
"""What a verdict means, in a sentence."""

_WOULD = {
    "applied": "An order would be created or changed.",
    "recorded": "It would be accepted and stored; it is not an order event.",
    "ignored": "Your shop would get 200 and an empty body, and no order would be changed.",
    "rejected": "It would not be accepted: the answer would be an error.",
}


@dataclass(frozen=True)
class StepRow:
    """A step of the trace. `statement` is what its rule says."""

    rule: str
    result: str
    message: str
    param: str
    statement: str


@dataclass(frozen=True)
class CodeRow:
    """A reason or a warning, with what it means."""

    kind: str
    code: str
    meaning: str
    way_out: str
    rules: list[str]


def event_view(event: Document, account: Account) -> Document:
    """Put an event document into words, for a page or a pane.

    `is_stump`: `body` is only the beginning of what was sent. `where` are the lines of it around
    those that failed, `marks` their paths (JSON) with what is wrong. `fault` is the injected fault
    that hit its request, `addable` the identifiers under which the missing contact can be added.
    """
    trace = [each for each in list_of(event.get("trace")) if isinstance(each, dict)]
    steps = [step_row(each) for each in trace]
    verdict = cell_text(event.get("verdict"))
    contact_id, number = event.get("contactId"), event.get("eventId") or 0
    body = marked_body(event)
    entry = account.journal.of_event(number)
    was_sent = event.get("apiVersion") in WIRE_VERSIONS
    is_stump = is_beginning(event)
    return {
        "number": number,
        "title": _title(event),
        "verdict": verdict,
        "shape": SHAPES.get(verdict, "?"),
        "lead": (LEADS if event.get("eventId") else _WOULD).get(verdict, ""),
        "sentence": sentence(event),
        "hint": cell_text(event.get("hint")),
        "near": [step_row(each) for each in near_misses(trace)],
        "codes": code_rows(event),
        "caused_by": event_link(event.get("causedBy"), account),
        "type": cell_text(event.get("eventTypeKey")),
        "order": cell_text(event.get("externalOrderId")),
        "contact_id": contact_id if isinstance(contact_id, int) else None,
        "who": Names(account).of(contact_id),
        "at": cell_text(event.get("receivedAt")),
        "version": cell_text(event.get("apiVersion")),
        "failed": [each for each in steps if each.result == "failed"],
        "others": [each for each in steps if each.result != "failed"],
        "changes": changes_of(event.get("effect")),
        "body": body,
        "where": around_marks(body),
        "marks": [(jsonio.text_of(path), said) for path, said in places_of(event).items()],
        "fix": None if is_stump else fix_view(event.get("body"), event.get("fix")),
        "report": _report(event, trace, body),
        "is_stump": is_stump,
        "was_sent": was_sent and not is_stump,
        "answer": _answer(entry),
        "fault": None if entry is None else entry.fault,
        "curl": _curl(event),
        "snippets": _snippets(event),
        "addable": unknown_contact(event),
        "messages": bubbles(account, {number} if number else ()),
    }


def _report(event: Document, trace: list[Document], body: list[Line]) -> str:
    """Write what to paste into an issue tracker about an event that was dropped; "" of others."""
    if event.get("verdict") not in DROPPED or not event.get("eventId"):
        return ""
    link = f"{request.host_url}{root_of(g.account)[1:]}/events/{event['eventId']}"
    hint = cell_text(event.get("hint"))
    return report(_title(event), sentence(event), hint, trace, around_marks(body), link)


def _title(event: Document) -> str:
    """Name an event as a browser's tab does: the order or the number, the type, the verdict."""
    order = cell_text(event.get("externalOrderId"))
    subject = f"Order {order}" if order else f"Event {event.get('eventId') or ''}".rstrip()
    parts = (subject, cell_text(event.get("eventTypeKey")), cell_text(event.get("verdict")))
    return " · ".join(each for each in parts if each)


def step_row(step: Document) -> StepRow:
    """A step of a trace in words."""
    rule = cell_text(step.get("rule"))
    known = catalogue.RULES.get(rule)
    return StepRow(
        rule=rule,
        result=cell_text(step.get("result")) or "noted",
        message=cell_text(step.get("message")),
        param=cell_text(step.get("param")),
        statement=known.statement if known else "",
    )


def code_rows(outcome: Document) -> list[CodeRow]:
    """Explain the reasons and warnings of an event or an outcome."""
    found = []
    for kind, name in (("reason", "reasons"), ("warning", "warnings")):
        for code in texts_of(outcome, name):
            known = code_meaning(code)
            rules = [str(each) for each in known["rules"]]
            found.append(CodeRow(kind, code, known["meaning"], known["wayOut"] or "", rules))
    return found


def key_for_examples() -> str:
    """An API key for examples; where each account has its own, only the shop knows it."""
    names = emulator_here().names
    is_any = names.mode == "shared" and not names.is_limited
    return "key" if is_any else "YOUR_API_KEY"


def _version(event: Document) -> Any:
    return event["apiVersion"] if event.get("apiVersion") in WIRE_VERSIONS else WIRE_VERSIONS[0]


def _curl(event: Document) -> str:
    return (
        f"curl -u any:{key_for_examples()} -X POST {request.host_url}api/{_version(event)}/event"
        f" -H 'Content-Type: application/json' --data-raw {shlex.quote(body_text(event))}"
    )


def _snippets(event: Document) -> list[tuple[str, str]]:
    body = event.get("body")
    if not isinstance(body, dict):
        return []
    api_url = f"{request.host_url}api"
    return [
        (title, snippet(body, language, api_url, key_for_examples(), _version(event)))
        for language, title in LANGUAGES.items()
        if language != "curl"  # which stands there byte by byte as it was sent
    ]


def _answer(entry: JournalEntry | None) -> str:
    """The answer as it was sent, while the journal still has the request; "" after that."""
    if entry is None:
        return ""
    if entry.status is None:
        return "no answer: a fault left the client without one"
    return wire_text(entry.status, entry.headers, entry.answer)


def wire_text(status: int, headers: Any, body: bytes) -> str:
    """An answer as it goes over the wire, for people."""
    head = [f"HTTP/1.1 {status} {HTTP_STATUS_CODES.get(status, '')}"]
    head += [f"{name}: {value}" for name, value in headers]
    return "\n".join(head) + "\n\n" + (body.decode("utf-8", "replace") or "(no body)")
