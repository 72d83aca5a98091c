"""Event history, and one event: what was sent, what became of it, and why."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template, request

from mock_server import jsonio
from mock_server.emulator import Account, Emulator, EventQuery, NotFoundError, catalogue
from mock_server.emulator.explanations import near_misses
from mock_server.inspector.pages import PAGE_SIZE, account_of, offset, to
from mock_server.model import VERDICTS, Document, EventRequest

_FILTERS = ("q", "type", "verdict", "reason", "contact", "order")


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""

    @pages.get("/")
    def history() -> str | Response:
        account = account_of(emulator)
        newest = _newest(account)
        if request.args.get("newest") == newest:
            return Response(status=204)  # nothing new: the page stays as it is
        asked = {name: request.args[name].strip() for name in _FILTERS if request.args.get(name)}
        found = account.events(replace(_query(account, asked), offset=offset()))
        return render_template(
            "inspector/events.html",
            page="events",
            found=found,
            asked=asked,
            newest=newest,
            offset=offset(),
            size=PAGE_SIZE,
            verdicts=VERDICTS,
            types=sorted(each["eventTypeKey"] for each in account.event_types()),
            reasons=sorted(account.summary()["byReason"]),
        )

    @pages.get("/events/<int:event_id>")
    def event(event_id: int) -> str:
        account = account_of(emulator)
        found = account.event(event_id)
        return render_template(
            "inspector/event.html",
            page="events",
            event=found,
            trace=[_step(each) for each in found["trace"]],
            near=near_misses(found["trace"]),
            difference=difference(found.get("effect")),
            body=body_text(found),
            curl=_curl(found),
            contact=_contact(account, found.get("contactId")),
        )

    @pages.post("/events/<int:event_id>/again")
    def send_again(event_id: int) -> Response:
        account = account_of(emulator)
        sent = account.event(event_id)
        body = sent["body"]
        size = len(jsonio.dumps(body))
        event = EventRequest(body, sent["apiVersion"], size)
        if body is None or isinstance(body, str):
            event = EventRequest(
                None, sent["apiVersion"], size, malformed="as it was before", text=body
            )
        outcome = account.generate_event(event)
        return to(f"/events/{outcome.event_id}")


def body_text(event: Document) -> str:
    """The body of an event as sent, for people."""
    body = event["body"]
    return body if isinstance(body, str) else jsonio.pretty(body)


def difference(effect: Document | None) -> list[tuple[str, str | None, str | None]]:
    """The fields of an order that an event changed: name, before (None: none), after."""
    if effect is None:
        return []
    before, after = effect.get("before") or {}, effect["after"]
    names = dict.fromkeys((*before, *after))
    return [
        (name, _value(before, name), _value(after, name))
        for name in names
        if before.get(name) != after.get(name)
    ]


def _value(document: Document, name: str) -> str | None:
    if document.get(name) is None:
        return None
    value = document[name]
    return value if isinstance(value, str) else jsonio.pretty(value)


def _newest(account: Account) -> str:
    """What changes with each event, each reset and each import."""
    counts = account.counts()
    page = account.events(EventQuery(limit=1))
    newest = page.items[0]["eventId"] if page.items else 0
    return f"{newest}.{counts['events']}"


def _query(account: Account, asked: dict[str, Any]) -> EventQuery:
    filters = {**asked}
    if "contact" in filters:
        filters["contact"] = account.contact_id_of(filters["contact"])
    return EventQuery(**filters, limit=PAGE_SIZE)


def _step(step: Document) -> Document:
    known = catalogue.RULES.get(step["rule"])
    return {**step, "statement": known.statement if known else None}


def _contact(account: Account, contact_id: int | None) -> Document | None:
    try:
        return None if contact_id is None else account.contact(contact_id)
    except NotFoundError:
        return None  # erased since


def _curl(event: Document) -> str:
    body = event["body"]
    text = body if isinstance(body, str) else jsonio.text_of(body)
    version = event["apiVersion"] if event["apiVersion"] in ("v1", "v2") else "v2"
    return (
        f"curl -u any:key -X POST {request.host_url}api/{version}/event"
        f" -H 'Content-Type: application/json' -d {shlex.quote(text)}"
    )
