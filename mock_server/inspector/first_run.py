"""The first page, before anything has come in: three steps that tick themselves, and code."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request

from mock_server.emulator import Account, EventQuery
from mock_server.emulator.examples import EXAMPLES, demo_shop
from mock_server.inspector.addresses import to
from mock_server.inspector.event_view import key_for_examples
from mock_server.inspector.pages import account_here, emulator_here, ui
from mock_server.model import LANGUAGES
from mock_server.pages.snippets import snippet


@dataclass(frozen=True)
class FirstStep:
    """A step of the checklist, and whether it is done."""

    text: str
    is_done: bool


@dataclass(frozen=True)
class FirstRun:
    """The steps, and an event as code in each language."""

    steps: list[FirstStep]
    has_contacts: bool
    has_events: bool
    snippets: list[tuple[str, str]]


def first_run(account: Account) -> FirstRun | None:
    """The steps left until the first order is applied; None once it is."""
    if emulator_here().read_only or account.records(EventQuery(verdict="applied", limit=0)).total:
        return None
    counts = account.counts()
    has_contacts, has_events = bool(counts["contacts"]), bool(counts["events"])
    steps = [
        FirstStep("There is a contact that orders can belong to.", has_contacts),
        FirstStep("An event has come in.", has_events),
        FirstStep("An order event was applied.", is_done=False),
    ]
    code: list[tuple[str, str]] = []
    if not has_events:
        event, api_url = EXAMPLES["orderCreated"], f"{request.host_url}api"
        key = key_for_examples()
        code = [(title, snippet(event, each, api_url, key)) for each, title in LANGUAGES.items()]
    return FirstRun(steps, has_contacts, has_events, code)


@ui.post("/demo")
def _load_demo_shop() -> Response:
    account_here().seed(demo_shop())
    return to("/", "seeded")
