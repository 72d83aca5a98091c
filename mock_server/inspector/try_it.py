"""Try it: an event in an editor, explained before it is sent and after."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.http import HTTP_STATUS_CODES

from mock_server import jsonio
from mock_server.emulator import Account, Emulator, outcome_document
from mock_server.emulator.event_bodies import body_text, read_event
from mock_server.emulator.examples import EXAMPLES
from mock_server.inspector.events import difference
from mock_server.inspector.pages import account_of
from mock_server.model import WIRE_VERSIONS, ApiVersion, Document, WireAnswer

Send = Callable[[dict[str, Any], bytes, str, str], WireAnswer]
"""Sends an event as a client would: environ of the page, body, version, Authorization header."""


def add(pages: Blueprint, emulator: Emulator, send: Send) -> None:
    """Add these pages."""

    @pages.get("/try")
    def try_it() -> str:
        text = jsonio.pretty(
            EXAMPLES.get(request.args.get("example", ""), EXAMPLES["orderCreated"])
        )
        version = "v2"
        event_id = request.args.get("event", "")
        if event_id.isdecimal() and len(event_id) < 12:
            event = account_of(emulator).event(int(event_id))
            text = body_text(event, indented=True)
            version = _version(event["apiVersion"])
        return _page(text, version)

    @pages.post("/try")
    def explain_or_send() -> str:
        # A browser ends the lines of a form with CR LF; nobody typed that.
        text = request.form.get("body", "").replace("\r\n", "\n")
        version = _version(request.form.get("version"))
        account = account_of(emulator)
        if request.form.get("do") == "send":
            return _sent(account, text, version, request.form.get("key", "").strip())
        event = read_event(text.encode(), version)
        explained = jsonio.loads(jsonio.dumps(outcome_document(account.explain(event))))
        return _page(text, version, explained)

    @pages.post("/events/<int:event_id>/again")
    def send_again(event_id: int) -> str:
        account = account_of(emulator)
        event = account.event(event_id)
        return _sent(account, body_text(event), _version(event["apiVersion"]), "")

    def _sent(account: Account, text: str, version: ApiVersion, key: str) -> str:
        """Send an event through the whole application; by an API key, or to this account."""
        if key:
            authorization = "Basic " + b64encode(f"inspector:{key}".encode()).decode()
        else:
            authorization = f"Bearer {account.resources.tokens.own()}"
        answer = send(request.environ, text.encode(), version, authorization)
        outcome = None
        if answer.event_id is not None:
            whose = emulator.account(answer.account or account.name)
            outcome = whose.event(answer.event_id)
        return _page(text, version, outcome, answer)

    def _page(
        text: str,
        version: str,
        outcome: Document | None = None,
        answer: WireAnswer | None = None,
    ) -> str:
        effect = outcome.get("effect") if outcome else None
        return render_template(
            "inspector/try.html",
            page="try",
            text=text,
            api_version=version,
            versions=WIRE_VERSIONS,
            key=request.form.get("key", ""),
            outcome=outcome,
            answer=answer,
            wire=None if answer is None else _as_received(answer),
            examples=list(EXAMPLES),
            difference=difference(effect),
        )


def _version(text: str | None) -> ApiVersion:
    return next((each for each in WIRE_VERSIONS if each == text), WIRE_VERSIONS[0])


def _as_received(answer: WireAnswer) -> str:
    """The answer as it came over the wire, for people."""
    if answer.status is None:
        return ""
    head = [f"HTTP/1.1 {answer.status} {HTTP_STATUS_CODES.get(answer.status, '')}"]
    head += [f"{name}: {value}" for name, value in answer.headers]
    return "\n".join(head) + "\n\n" + answer.body.decode("utf-8", "replace")
