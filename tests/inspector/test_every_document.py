"""Every page, read and write × every kept document × every field that is missing or another.

What does not fit is refused when it is imported; what is taken can be shown, and can be changed.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from mock_server import jsonio
from mock_server.emulator import Emulator, EmulatorError, StateError
from mock_server.emulator.examples import EXAMPLES, demo_shop
from mock_server.frame.app import Doors
from mock_server.rules.outcome import EventRequest

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
    *("/_mock/rfm", "/_mock/revenue", "/_mock/coverage", "/_mock/state", "/_mock/check"),
    *("/_mock/outbox/1", "/_mock/accounts", "/_mock/schemas/orderCreated"),
    *("/api/v1/contacts", "/api/v1/groups", "/api/v1/account/info", "/api/v1/contact/1"),
)
_ORDER = {
    "totalCost": 5,
    "status": "INITIALIZED",
    "date": "2026-11-20T10:11:00",
    "externalCustomerId": "AV13760",
    "currency": "UAH",
}
_FIELDS = {"fields": [{"id": 12, "value": "x"}], "firstName": "C"}


def _order(kind: str, **params: Any) -> dict[str, Any]:
    given = {"externalOrderId": "12345679", "phone": "380501234567", **params}
    listed = [{"name": name, "value": value} for name, value in given.items()]
    return {"eventTypeKey": kind, "keyValue": "380501234567", "params": listed}


_CONTACT = {"channels": [{"type": "email", "value": "first.customer@example.com"}]}
WRITES: tuple[tuple[str, str, Any], ...] = (
    ("POST", "/api/v2/event", _order("orderUpdated", storeId="new")),
    ("POST", "/api/v2/event", _order("orderUpdated", externalOrderId="1001", storeId="new")),
    ("POST", "/api/v2/event", _order("orderDelivered")),
    ("GET", "/_mock/revenue", None),
    ("GET", "/_mock/rfm", None),
    ("GET", f"{UI}/analytics", None),
    ("GET", f"{UI}/rfm", None),
    ("POST", "/api/v2/event", _order("orderCancelled", externalOrderId="nowhere")),
    ("POST", "/api/v2/event", EXAMPLES["orderCreated"]),
    ("POST", "/api/v2/event", {"eventTypeKey": "visit", "keyValue": "12"}),
    ("POST", "/api/v1/orders", {"orders": [{**_ORDER, "externalOrderId": "12345679"}]}),
    ("POST", "/api/v1/orders", {"orders": [{**_ORDER, "externalOrderId": "1001"}]}),
    ("POST", "/_mock/seed", demo_shop()),
    ("POST", "/_mock/contacts", {"email": "first.customer@example.com", "firstName": "B"}),
    ("POST", "/api/v1/contact", _CONTACT),
    ("POST", "/api/v1/contacts", {"contacts": [_CONTACT], "dedupeOn": "email"}),
    ("POST", "/api/v1/contacts", {"contacts": [_FIELDS], "dedupeOn": "fieldId", "fieldId": 12}),
    ("PUT", "/_mock/event-types/orderCreated", {"validateParams": True}),
    ("PATCH", "/_mock/settings", {"strict": False}),
    ("POST", "/_mock/segments/preview", {"eventTypeKey": "orderCreated"}),
    ("DELETE", "/api/v1/contact/1", None),
    ("POST", "/_mock/reset", {"keep": ["events", "contacts"]}),
    ("DELETE", "/_mock/outbox", None),
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
    "true": True,
    "empty text": "",
    "empty list": [],
    "empty object": {},
    "huge number": jsonio.loads(b"1" + b"0" * 400),
    "huge text": "x" * 70_000,
}


def _filled() -> Emulator:
    emulator = Emulator(seeds=[demo_shop()])
    account = emulator.account()
    lost = ({"eventTypeKey": "x"}, {**EXAMPLES["orderCreated"], "params": []})
    for event in (*EXAMPLES.values(), *lost):
        account.generate_event(EventRequest(event))
    web = Client(Doors(emulator))
    contact = {**_CONTACT, **_FIELDS, "address": {"town": "t"}}
    whole = {"contacts": [contact], "dedupeOn": "email", "groupNames": ["g"]}
    assert web.post("/api/v1/contacts", json=whole, headers=KEY).status_code == 200
    unsubscribed = {"emails": ["z@z.z"]}
    web.post("/api/v1/emails/unsubscribed/add", json=unsubscribed, headers=KEY)
    web.post("/api/v1/auth/token", json={}, headers=KEY)
    return emulator


def _state() -> dict[str, Any]:
    with _filled() as emulator:
        state: dict[str, Any] = json.loads(json.dumps(emulator.export_state()))
    return state


STATE = _state()


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of each field of a document, those inside of it included; of a list the first."""
    if isinstance(value, dict):
        for name in sorted(value):
            yield (*path, name)
            yield from _paths(value[name], (*path, name))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from _paths(value[0], (*path, 0))


def _some(table: str, documents: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The first of a table; of the history also the last: it tells what differs."""
    if table == "history":
        return [documents[0], documents[-1]]
    return documents[: 2 if table == "events" else 1]


PLACES = [
    (table, key, *path)
    for table, documents in STATE.items()
    if isinstance(documents, dict) and table not in ("meta", "_default")
    for key, document in _some(table, [*documents.items()])
    for path in _paths(document)
]


@pytest.fixture(scope="module")
def web() -> Iterator[tuple[Emulator, FlaskClient]]:
    with Emulator() as emulator:
        yield emulator, Client(Doors(emulator))


@pytest.mark.edited_state
@pytest.mark.parametrize("table", dict.fromkeys(place[0] for place in PLACES))
@pytest.mark.parametrize(
    ("name", "is_inside"),  # inside of a field the kinds of values do not differ as much
    [
        ("gone", False),
        *(pytest.param(each, False, marks=pytest.mark.full) for each in OTHERS if each != "gone"),
        *(
            pytest.param(each, True, marks=pytest.mark.full)
            for each in ("gone", "null", "number", "empty list", "empty object", "huge number")
        ),
    ],
)
def test_what_is_taken_can_be_shown_and_changed(
    web: tuple[Emulator, FlaskClient], table: str, name: str, is_inside: bool
) -> None:
    emulator, client = web
    broken = []
    for place in PLACES:
        if place[0] != table or (len(place) > 3) is not is_inside:
            continue
        state = copy.deepcopy(STATE)
        holder = state
        for step in place[:-1]:
            holder = holder[step]
        if OTHERS[name] is GONE:
            del holder[place[-1]]
        else:
            holder[place[-1]] = OTHERS[name]
        try:
            emulator.import_state(state)
        except (EmulatorError, StateError) as refused:
            if f'"{place[0]}"' not in str(refused):
                broken.append((place, "import", str(refused)))
            continue
        asked = [("GET", path, None) for path in READS]
        for method, path, body in (*asked, *WRITES):
            answer = client.open(path, method=method, json=body, headers=KEY)
            if answer.status_code >= 500:
                broken.append((place, method, path))
    assert not broken, broken
