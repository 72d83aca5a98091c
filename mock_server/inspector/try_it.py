"""Try it: an event in an editor, explained before it is sent and after."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from mock_server import jsonio
from mock_server.emulator import Emulator, outcome_document
from mock_server.emulator.examples import EXAMPLES
from mock_server.inspector.events import body_text, difference
from mock_server.inspector.pages import account_of, to
from mock_server.model import EventRequest


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/try")
    def try_it() -> str:
        text = jsonio.pretty(
            EXAMPLES.get(request.args.get("example", ""), EXAMPLES["orderCreated"])
        )
        event_id = request.args.get("event", "")
        if event_id.isdecimal() and len(event_id) < 12:
            text = body_text(account_of(emulator).event(int(event_id)))
        return _page(text)

    @pages.post("/try")
    def explain_or_send() -> str | Response:
        text = request.form.get("body", "")
        event = _event(text)
        account = account_of(emulator)
        if request.form.get("do") == "send":
            return to(f"/events/{account.generate_event(event).event_id}")
        explained = jsonio.loads(jsonio.dumps(outcome_document(account.explain(event))))
        return _page(text, explained)

    def _page(text: str, outcome: dict[str, object] | None = None) -> str:
        effect = outcome["effect"] if outcome else None
        return render_template(
            "inspector/try.html",
            page="try",
            text=text,
            outcome=outcome,
            examples=list(EXAMPLES),
            difference=difference(effect if isinstance(effect, dict) else None),
        )


def _event(text: str) -> EventRequest:
    sent = text.encode()
    event = EventRequest(None, "v2", len(sent))
    try:
        event.body = jsonio.loads(sent)
    except jsonio.MalformedJson as error:
        event.malformed, event.text = str(error), text
    return event
