"""Every page, read and write × every kept document × every field that is missing or another.

What does not fit is refused by name, whichever way it comes: an import, a file that was edited, a
seed, TinyDB; what is taken can be shown, and can be changed.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from mock_server import jsonio
from mock_server.documents.tables import TABLES
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


INSIDE = ("gone", "null", "number", "empty list", "empty object", "huge number")
"""Inside of a field the kinds of values do not differ as much."""


def _changed(place: tuple[Any, ...], name: str) -> dict[str, Any]:
    """The state with another value at a place, or without it."""
    state = copy.deepcopy(STATE)
    holder = state
    for step in place[:-1]:
        holder = holder[step]
    if OTHERS[name] is GONE:
        del holder[place[-1]]
    else:
        holder[place[-1]] = OTHERS[name]
    return state


@contextmanager
def _imported(state: dict[str, Any], _: tuple[Any, ...], here: Emulator) -> Iterator[Emulator]:
    here.import_state(state)
    yield here


@contextmanager
def _edited(state: dict[str, Any], _: tuple[Any, ...], here: Emulator) -> Iterator[Emulator]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "state.json")
        path.write_bytes(jsonio.dumps(state))
        with Emulator(state=path) as emulator:
            yield emulator


@contextmanager
def _by_db(state: dict[str, Any], place: tuple[Any, ...], here: Emulator) -> Iterator[Emulator]:
    table, number = place[:2]
    document = {name: it for name, it in state[table][number].items() if name != "account"}

    def change(held: dict[str, Any]) -> None:
        held.clear()
        held.update(document)

    here.import_state(STATE)
    here.account().db.table(table).update(change, doc_ids=[int(number)])
    yield here


WAYS = {"import": _imported, "edited file": _edited, "mock.db": _by_db}
REFUSED = (EmulatorError, StateError, ValueError)  # TinyDB's for an id


def _became(
    way: str, place: tuple[Any, ...], name: str, here: Emulator
) -> tuple[str, dict[str, Any] | None]:
    """What a way says of the state with another value: why it refuses it, or what it holds then."""
    with redirect_stderr(StringIO()):  # that somebody else wrote the file
        try:
            with WAYS[way](_changed(place, name), place, here) as emulator:
                state: dict[str, Any] = json.loads(jsonio.dumps(emulator.export_state()))
        except REFUSED as refused:
            return str(refused), None
    for contact in state["contacts"].values():
        contact.pop("changeNumber", None)  # TinyDB's change is a change
    return "", state


def _without_order(state: dict[str, Any]) -> dict[str, Any]:
    return {
        name: sorted(json.dumps(each) for each in table.values()) for name, table in state.items()
    }


@pytest.mark.full
@pytest.mark.parametrize("name", OTHERS)
def test_each_way_in_takes_the_same_and_names_what_it_refuses(
    web: tuple[Emulator, FlaskClient], name: str
) -> None:
    """Of an import what is taken is also shown, and tried, below; the others end in the same."""
    emulator, wrong, taken = web[0], [], 0
    for place in PLACES:
        # Accounts are told apart, and numbered on, by the file; TinyDB has a table of one account.
        if (
            place[0] == "accounts"
            or place[2] == "account"
            or (len(place) > 3 and name not in INSIDE)
        ):
            continue
        spec = TABLES[place[0]]  # TinyDB has ids of its own, which no update changes
        is_id = place[2] == spec.key and spec.key_type == "number"
        ways = [way for way in WAYS if not (is_id and way == "mock.db")]
        said = {way: _became(way, place, name, emulator) for way in ways}
        texts = [text for text, _ in said.values()]
        states = [state for _, state in said.values()]
        if place[2] == spec.key:  # by another id it is the newest of its table, and last in it
            states = [state and _without_order(state) for state in states]
        taken += states[0] is not None
        if any(state != states[0] for state in states):
            wrong.append((place, said))
        elif states[0] is None and not all(_names(place, text) for text in texts):
            wrong.append((place, texts))
    assert not wrong
    assert 0 < taken < len(PLACES)


@pytest.mark.parametrize("name", ["null", "text", "number", "true", "empty list", "empty object"])
def test_a_currency_is_text_or_refused_by_name_each_way(
    web: tuple[Emulator, FlaskClient], name: str
) -> None:
    """ORD-07, for orders, which each version before took as they were sent."""
    (place,) = [each for each in PLACES if each[0] == "orders" and each[2:] == ("currency",)]
    shown = {"null": "", "text": "", "number": "7", "true": "true", "empty list": "[]"}
    said = [_became(way, place, name, web[0])[0] for way in WAYS]
    expected = shown.get(name, "{}")
    order = STATE["orders"][place[1]]["externalOrderId"]
    problem = f'table "orders", document "{order}": "currency" must be a text or null, not '
    for text in said:
        assert (problem + expected in text) if expected else not text
    seed = {**SEED, "orders": [{**SEED["orders"][0], "currency": OTHERS[name]}]}
    answer = web[1].post("/_mock/seed", data=jsonio.dumps(seed))
    assert answer.status_code == (400 if expected else 200)
    assert not expected or "orders[0].currency" in answer.json["message"]


def _names(place: tuple[Any, ...], text: str) -> bool:
    """Whether a refusal says which table, which field, and what is expected, in few words."""
    table, _, field = place[:3]
    said = f'able "{table}"' in text and (f'"{field}' in text or "is there twice" in text)
    return said and len(text.partition("; correct it")[0]) < 400


@pytest.mark.full
@pytest.mark.edited_state
@pytest.mark.parametrize("way", ["edited file", "mock.db"])
@pytest.mark.parametrize("name", ["gone", "empty object"])
@pytest.mark.parametrize("table", ["contacts", "orders", "events", "event_types", "outbox"])
def test_what_is_taken_from_a_file_or_by_tinydb_can_be_shown(
    web: tuple[Emulator, FlaskClient], way: str, name: str, table: str
) -> None:
    broken = []
    for place in PLACES:
        if place[0] != table or place[2] == "account" or len(place) > 3:
            continue
        with redirect_stderr(StringIO()):
            try:
                with WAYS[way](_changed(place, name), place, web[0]) as emulator:
                    client = web[1] if emulator is web[0] else Client(Doors(emulator))
                    asked = [client.get(path, headers=KEY) for path in READS]
                    broken += [(place, it.request.path) for it in asked if it.status_code >= 500]
            except REFUSED:
                continue
    assert not broken


SEED = {
    **demo_shop(),
    "settings": {
        "strict": True,
        "senders": [{"type": "sms", "value": "Shop"}],
        "identifier_rule": {"param": "p", "field": "email"},
    },
    "messages": [{"channel": "sms", "name": "n", "from": "Shop", "text": "t", "tags": ["a"]}],
}
SEED["orders"][0] |= {
    "discount": 5,
    "gift": {"for": ["a"]},
    "additionalInfo": {"currency": 7, "status": "x", "note": {"b": [None]}, "none": None},
}
SEED["eventTypes"][0] |= {"segmentation": True, "params": [{"name": "a", "required": False}]}
SEEDED = [path for path in _paths(SEED) if path[1:2] in ((), (0,)) or path[0] == "settings"]


@pytest.mark.parametrize(
    "name",
    [*(pytest.param(each, marks=pytest.mark.full) for each in OTHERS if each != "null"), "null"],
)
def test_a_seed_is_refused_by_name_or_what_it_makes_is_shown(name: str) -> None:
    wrong = []
    with Emulator() as emulator:
        client = Client(Doors(emulator))
        for place in SEEDED:
            emulator.import_state({})
            seed = copy.deepcopy(SEED)
            holder: Any = seed
            for step in place[:-1]:
                holder = holder[step]
            if OTHERS[name] is GONE:
                del holder[place[-1]]
            else:
                holder[place[-1]] = OTHERS[name]
            answer = client.post("/_mock/seed", data=jsonio.dumps(seed))
            if answer.status_code == 400:
                text = answer.json["message"]
                where = "".join(f"[{each}]" if each == 0 else f".{each}" for each in place)[1:]
                # Or of an order whose contact is another one then.
                is_named = where.partition("]")[0] in text or "no contact has {" in text
                if len(text) > 1000 or not is_named:
                    wrong.append((place, text))
                continue
            if lost := [*_lost(seed, emulator.export_state())]:
                wrong.append((place, lost))
            asked = [answer, *(client.get(path, headers=KEY) for path in READS)]
            wrong += [(place, each.request.path) for each in asked if each.status_code >= 500]
    assert not wrong


def _lost(seed: dict[str, Any], state: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """What of a seed that was taken does not stand in the state; what is blank may be left out."""
    held = {table: [*documents.values()] for table, documents in state.items()}
    for table, given in seed.items():
        found = [
            _flat(each) for each in held.get({"eventTypes": "event_types"}.get(table, table), [])
        ]
        for each in [given] if table == "settings" else given:
            wanted = {*_flat(each).items()}
            if wanted and not any(wanted <= {*document.items()} for document in found):
                yield table, each


def _flat(document: dict[str, Any]) -> dict[str, str]:
    """A document by the names of its fields, however it is written down."""
    named = {
        **document,
        **{
            "phone" if each["type"] == "sms" else each["type"]: each["value"]
            for each in document.get("channels", ())
        },
        **document.get("additionalInfo", {}),
    }
    named["additionalInfo"] = None
    if isinstance(named.get("params"), list):  # what is left out is required
        named["params"] = [{"required": True, **each} for each in named["params"]]
    if isinstance(named.get("items"), list):  # ITM-04: what is nested in an item is kept as text
        named["items"] = [
            {name: _text(value) for name, value in item.items()} for item in named["items"]
        ]
    return {name: text for name, value in named.items() if (text := _text(value).strip())}


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return jsonio.text_of(value)


@pytest.mark.edited_state
@pytest.mark.parametrize(
    "table",
    [  # those of the longest documents take seconds
        pytest.param(each, marks=pytest.mark.full) if each in ("events", "orders") else each
        for each in dict.fromkeys(place[0] for place in PLACES)
    ],
)
@pytest.mark.parametrize(
    ("name", "is_inside"),
    [
        ("gone", False),
        *(pytest.param(each, False, marks=pytest.mark.full) for each in OTHERS if each != "gone"),
        *(pytest.param(each, True, marks=pytest.mark.full) for each in INSIDE),
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
        try:
            emulator.import_state(_changed(place, name))
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
