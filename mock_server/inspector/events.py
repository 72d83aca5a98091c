"""Event history, and one event: what was sent, what became of it, and why."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, render_template, request

from mock_server import jsonio
from mock_server.emulator import Account, Emulator, EventQuery, NotFoundError, catalogue
from mock_server.emulator.event_bodies import body_text
from mock_server.inspector.live import Shared
from mock_server.inspector.pages import PAGE_SIZE, account_of, offset, with_query
from mock_server.ledger.codes import CODES
from mock_server.ledger.findings import near_misses
from mock_server.model import VERDICTS, WIRE_VERSIONS, Document

_FILTERS = ("q", "type", "verdict", "reason", "contact", "order")


def add(pages: Blueprint, emulator: Emulator) -> None:
    """Add these pages."""
    shared = Shared()

    @pages.get("/")
    def history() -> str | Response:
        account = account_of(emulator)
        newest = _newest(account)
        shown = request.args.get("newest")
        if shown is None:
            return render_template(
                "inspector/events.html",
                page="events",
                verdicts=VERDICTS,
                types=sorted(each["eventTypeKey"] for each in account.event_types()),
                reasons=_reasons(account),
                **_list(account, newest),
            )
        if shown == newest:
            return Response(status=204)  # nothing new: the page stays as it is

        def part() -> str:
            return render_template("inspector/event_list.html", **_list(account, newest))

        view = (account.name, with_query(newest=None))
        return shared.get(view, part)

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
            body=body_text(found, indented=True),
            was_sent=found["apiVersion"] in WIRE_VERSIONS,
            curl=_curl(found, emulator),
            contact=_contact(account, found.get("contactId")),
        )


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
    page = account.events(EventQuery(limit=1))
    at = page.items[0]["receivedAt"] if page.items else ""
    newest = page.items[0]["eventId"] if page.items else 0
    return f"{newest}.{page.total}.{''.join(filter(str.isdigit, at))}"


def _list(account: Account, newest: str) -> dict[str, Any]:
    """What the list of events shows, by the filter in the address."""
    asked = {name: request.args[name].strip() for name in _FILTERS if request.args.get(name)}
    return {
        "found": account.events(replace(_query(account, asked), offset=offset())),
        "asked": asked,
        "newest": newest,
        "offset": offset(),
        "size": PAGE_SIZE,
    }


def _query(account: Account, asked: dict[str, Any]) -> EventQuery:
    filters = {**asked}
    if "contact" in filters:
        filters["contact"] = account.contact_id_of(filters["contact"])
    return EventQuery(**filters, limit=PAGE_SIZE)


def _reasons(account: Account) -> tuple[tuple[str, dict[str, int | None]], ...]:
    """What the reason filter offers: codes of stored events, the most frequent first; others."""
    stored = account.event_counts("reason")
    frequent = sorted(stored, key=lambda code: (-stored[code], code))
    known = [each.code for each in CODES.values() if "reason" in each.kinds]
    return (
        ("In the history", {code: stored[code] for code in frequent}),
        ("Not in the history", {code: None for code in sorted(known) if code not in stored}),
    )


def _step(step: Document) -> Document:
    known = catalogue.RULES.get(step["rule"])
    return {**step, "statement": known.statement if known else None}


def _contact(account: Account, contact_id: int | None) -> Document | None:
    try:
        return None if contact_id is None else account.contact(contact_id)
    except NotFoundError:
        return None  # erased since


def _curl(event: Document, emulator: Emulator) -> str:
    version = event["apiVersion"] if event["apiVersion"] in WIRE_VERSIONS else WIRE_VERSIONS[0]
    # Where keys are told apart, the right one is known to the shop only.
    is_any = emulator.names.mode == "shared" and not emulator.names.is_limited
    key = "any:key" if is_any else "any:YOUR_API_KEY"
    return (
        f"curl -u {key} -X POST {request.host_url}api/{version}/event"
        f" -H 'Content-Type: application/json' --data-raw {shlex.quote(body_text(event))}"
    )
