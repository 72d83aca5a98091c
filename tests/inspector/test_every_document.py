"""Every page and every read × every kept document × every field that is missing or another.

What does not fit is refused when it is imported; what is taken can be shown.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from mock_server.emulator import Emulator, EmulatorError, StateError
from mock_server.emulator.examples import EXAMPLES, demo_shop
from mock_server.frame.app import create_app
from mock_server.model import EventRequest

UI = "/_mock/ui/a/default"
READS = (
    *(f"{UI}/", f"{UI}/?tab=dropped", f"{UI}/?show=1", f"{UI}/?q=1", f"{UI}/?tab=warned"),
    *(f"{UI}/events/1", f"{UI}/events/2", f"{UI}/events/3", f"{UI}/try?event=1", f"{UI}/fixes"),
    *(f"{UI}/orders", f"{UI}/orders/12345679", f"{UI}/orders/1001", f"{UI}/contacts"),
    *(f"{UI}/contacts/1", f"{UI}/event-types", f"{UI}/analytics", f"{UI}/rfm", f"{UI}/settings"),
    *(f"{UI}/messages", f"{UI}/messages/1", f"{UI}/preview?event=1", f"{UI}/rules"),
    *("/_mock/events", "/_mock/events/1", "/_mock/orders", "/_mock/orders/12345679"),
    *("/_mock/contacts", "/_mock/contacts/1", "/_mock/event-types", "/_mock/settings"),
    *("/_mock/fixes", "/_mock/outbox", "/_mock/workflows", "/_mock/summary", "/_mock/metrics"),
    *("/_mock/analytics", "/_mock/analytics/rfm", "/_mock/analytics/revenue"),
    *("/api/v1/contacts", "/api/v1/groups", "/api/v1/account/info", "/api/v1/contact/1"),
)
KEY = {"Authorization": "Basic YW55OmtleQ=="}
GONE = object()
OTHERS = {
    "gone": GONE,
    "null": None,
    "number": 7,
    "text": "x",
    "list": ["x"],
    "object": {"x": "x"},
}


def _filled() -> Emulator:
    emulator = Emulator(seeds=[demo_shop()])
    account = emulator.account()
    lost = ({"eventTypeKey": "x"}, {**EXAMPLES["orderCreated"], "params": []})
    for event in (*EXAMPLES.values(), *lost):
        account.generate_event(EventRequest(event))
    return emulator


def _state() -> dict[str, Any]:
    with _filled() as emulator:
        state: dict[str, Any] = json.loads(json.dumps(emulator.export_state()))
    return state


STATE = _state()
PLACES = [
    (table, key, field)
    for table, documents in STATE.items()
    if isinstance(documents, dict) and table not in ("meta", "_default")
    for key, document in list(documents.items())[: 1 if table != "events" else 2]
    for field in sorted(document)
]


@pytest.fixture(scope="module")
def web() -> Iterator[tuple[Emulator, FlaskClient]]:
    with Emulator() as emulator:
        yield emulator, create_app(emulator).test_client()


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_what_is_taken_can_be_shown(
    web: tuple[Emulator, FlaskClient], place: tuple[str, str, str]
) -> None:
    emulator, client = web
    table, key, field = place
    broken = []
    for name, other in OTHERS.items():
        state = copy.deepcopy(STATE)
        if other is GONE:
            del state[table][key][field]
        else:
            state[table][key][field] = other
        try:
            emulator.import_state(state)
        except (EmulatorError, StateError):
            continue
        statuses = {path: client.get(path, headers=KEY).status_code for path in READS}
        broken += [(name, path) for path, status in statuses.items() if status >= 500]
    assert not broken
