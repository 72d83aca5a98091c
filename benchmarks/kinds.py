"""What `benchmarks.health` asks of each route: the largest that the route takes, or asks for."""

import json
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from benchmarks.common import order_event
from mock_server import openapi
from mock_server.emulator import Emulator
from mock_server.frame.app import Doors
from mock_server.routes import VARIABLE

UI = "/_mock/ui/a/default"
LARGE = 1_000_000
"""About the most that a route under `/_mock` takes."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A request. One that `destroys` what others look at is measured with a state put back."""

    method: str
    path: str
    body: bytes = b""
    type: str = "application/json"
    destroys: bool = False


def _emails(count: int, first: int = 0) -> list[dict[str, Any]]:
    return [
        {"channels": [{"type": "email", "value": f"new{n}@shop.test"}], "firstName": "A"}
        for n in range(first, first + count)
    ]


def _order(number: int) -> dict[str, Any]:
    params = order_event(f"bulk{number}")["params"]
    return {each["name"]: each["value"] for each in params}


def _past(number: int) -> dict[str, Any]:
    return {**order_event(f"past{number}"), "occurred": "2026-11-23T12:00:00"}


_EVENT = order_event("one", padding=15_000)
_TEMPLATE = "#foreach($i in [1..5000])$i.x #end$!data.items"
_MESSAGE = {"name": "m", "subject": "s", "htmlText": "x" * 9_000, "text": "t", "title": "t"}
_SENT = {"from": "a@b.test", "subject": "s", "htmlText": "$data", "text": "t"}
_RECIPIENTS = [f"buyer{n}@example.com" for n in range(200)]
_SEED = {
    "contacts": [{"email": f"seeded{n}@shop.test"} for n in range(5000)],
    "orders": [_order(n) | {"email": f"seeded{n}@shop.test"} for n in range(5000)],
}
_IDS = [*range(1, 201)]
# By the beginning of a route, what it is sent.
BODIES: dict[str, Any] = {
    "POST /api/v": _EVENT,
    "POST /api/v1/past_events": {"events": [_past(n) for n in range(1000)]},
    "POST /api/v2/past_events": {"events": [_past(n) for n in range(1000)]},
    "POST /api/v3/past_events": {"events": [_past(n) for n in range(1000)]},
    "POST /api/v1/contact": _emails(1)[0],
    "PUT /api/v1/contact": _emails(1)[0],
    "POST /api/v1/contacts": {"contacts": _emails(3000), "dedupeOn": "email", "groupNames": ["g"]},
    "POST /api/v1/contact/subscribe": {"contact": _emails(1)[0], "groups": ["g"]},
    "PUT /api/v1/contact/1/subscriptions": {"subscriptions": [f"k{n}" for n in range(1000)]},
    "POST /api/v1/emails": {"emails": _RECIPIENTS},
    "POST /api/v1/orders": {"orders": [_order(n) for n in range(1000)]},
    "POST /api/v1/group": {"contactIds": _IDS},
    "POST /api/v1/message/": {**_SENT, "emails": _RECIPIENTS, "phones": ["380501234567"]},
    "POST /api/v1/message/1/send": {"recipients": _RECIPIENTS},
    "POST /api/v1/message/1/smartsend": {"recipients": [{"locator": each} for each in _RECIPIENTS]},
    "POST /api/v1/messages": _MESSAGE,
    "PUT /api/v1/messages": _MESSAGE,
    "POST /api/v1/site": {"domain": "shop.test"},
    "POST /api/v1/auth/contact": {"email": "buyer1@example.com"},
    "POST /api/v1/apps": {"tokens": [{"token": f"t{n}", "active": True} for n in range(1000)]},
    "POST /api/v1/promocodes": {"promocodes": [{"code": f"c{n}"} for n in range(1000)]},
    "POST /_mock/seed": _SEED,
    "POST /_mock/reset": {},
    "POST /_mock/explain": _EVENT,
    "POST /_mock/fix": _EVENT,
    "POST /_mock/contacts": {"email": "c@x.test"},
    "POST /_mock/messages": {"channel": "email", **_SENT, "name": "m"},
    "POST /_mock/messages/preview": {"template": _TEMPLATE, "params": {"a": "1"}},
    "POST /_mock/workflows": {
        "eventTypeKey": "e",
        "channel": "email",
        "recipient": "$email",
        "template": "t",
    },
    "POST /_mock/faults": {"match": {"path": "/api/v1/version"}, "times": 1, "status": 503},
    "PUT /_mock/clock": {"advance": "P1D"},
    "PUT /_mock/event-types": {"segmentation": True},
    "POST /_mock/segments/preview": {"eventTypeKey": "orderCreated"},
    f"POST {UI}/reset": {"sure": "yes"},
    f"POST {UI}/demo": {"sure": "yes"},
    f"POST {UI}/contacts": {"email": "page@x.test"},
    f"POST {UI}/contacts/1/delete": {"sure": "yes", "erase": "yes"},
    f"POST {UI}/event-types": {"eventTypeKey": "orderCreated", "segmentation": "on"},
    f"POST {UI}/try": {"body": json.dumps(_EVENT), "do": "explain"},
    f"POST {UI}/preview": {"template": _TEMPLATE, "event": "1"},
}
_DESTROY = (
    "DELETE /api/v1/past_events",
    "DELETE /api/v1/contact",
    "POST /_mock/reset",
    "PUT /_mock/state",
    "DELETE /_mock/outbox",
    f"POST {UI}/reset",
    f"POST {UI}/import",
    f"POST {UI}/demo",
    f"POST {UI}/contacts/1/delete",
)
_PATHS = {"account": "default", "external_order_id": "f7", "order_id": "f7", "key": "orderCreated"}
_PATHS |= {"event_type_key": "orderCreated", "rule_id": "ENV-05", "language": "uk", "app": "1"}
_PATHS |= {"token": "t1", "session_id": "none"}
_SEARCHES = ("nowhere", "kettle", "reason:contact_not_found", "rule:ITM-02", "contact:1")
# Beside each route as it is: with what makes it look at most, or answer most.
_QUERIES = {
    "GET /_mock/events": ("limit=1000", "limit=1000&q=kettle", "q=nowhere", "verdict=ignored"),
    "GET /_mock/events/wait": ("timeout=0.01&count=100000",),
    "GET /_mock/orders": ("limit=1000", "q=nowhere", "status=DELIVERED", "contact=1"),
    "GET /_mock/contacts": ("limit=1000", "q=nowhere"),
    "GET /_mock/outbox": ("limit=1000", "q=nowhere"),
    "GET /_mock/outbox/wait": ("timeout=0.01&count=10000",),
    "GET /_mock/requests": ("limit=1000", "refused=true&limit=1000"),
    "GET /_mock/fixes": ("limit=1000", "q=nowhere"),
    "GET /_mock/rfm": ("limit=1000",),
    "GET /_mock/revenue": ("limit=1000", "from=2020-01-01&to=2030-01-01"),
    "GET /_mock/accounts": ("limit=1000",),
    "GET /_mock/check": ("failOn=ignored,rejected,refused",),
    "GET /api/v1/contacts": ("maxrows=500", "email=nobody@x.test", "firstname=nobody"),
    "GET /api/v1/contacts/email": ("email=buyer1@example.com",),
    "GET /api/v1/group/1/contacts": ("maxrows=500",),
    "GET /api/v1/promocodes": ("limit=1000",),
    "DELETE /api/v1/past_events": ("from=2020-01-01T00:00:00&to=2030-01-01T00:00:00",),
    "DELETE /api/v1/contact": ("externalCustomerId=buyer&erase=true",),
    f"GET {UI}/": (*(f"q={each}" for each in _SEARCHES), "offset=19000", "tab=dropped", "show=50"),
    f"GET {UI}/orders": ("q=nowhere", "offset=9000", "status=DELIVERED"),
    f"GET {UI}/contacts": ("q=nowhere",),
    f"GET {UI}/jump": ("q=nowhere", "q=1"),
    f"GET {UI}/order": ("id=f7",),
    f"GET {UI}/preview": ("event=50",),
    f"GET {UI}/try": ("event=50&fix",),
    f"GET {UI}/rules": ("q=nowhere",),
    f"GET {UI}/messages": ("q=nowhere",),
    f"GET {UI}/fixes": ("since=2026-01-01",),
}


def every_route() -> list[tuple[str, str]]:
    """Method and rule of every route that is declared, and of every page."""
    with Emulator() as emulator:
        pages = [
            (method, rule.rule)
            for rule in Doors(emulator).door("/_mock/ui").url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD"}
            if rule.rule.startswith("/_mock/ui/a/") and "path:" not in rule.rule
        ]
    return [*((each.method, each.rule) for each in openapi.every_route()), *sorted(pages)]


def path_of(rule: str) -> str:
    """A path of a route, of something that the server has."""
    return VARIABLE.sub(lambda each: _PATHS.get(each[2], "1"), rule)


@cache
def _large(size: int) -> bytes:
    """A JSON object of many small values, under names that no route knows."""
    return json.dumps({f"name{n}": [n, {"x": "y"}] for n in range(size // 40)}).encode()


def _as_file(field: str, data: bytes) -> bytes:
    """A form that is sent with a file, and confirmed."""
    head = b'--part\r\nContent-Disposition: form-data; name="%b"'
    file = head % field.encode() + b'; filename="f.json"\r\n\r\n' + data
    return file + b"\r\n" + head % b"sure" + b"\r\n\r\nyes\r\n--part--\r\n"


def kinds(state: bytes) -> dict[str, Kind]:
    """A request by name, at least one for each route; `state` is what is imported."""
    found: dict[str, Kind] = {}
    for method, rule in every_route():
        path = path_of(rule)
        name = f"{method} {path}"
        is_form = path.startswith(UI)
        given = max((each for each in BODIES if name.startswith(each)), key=len, default="")
        body, kind = BODIES.get(given, {}), "application/json"
        sent = b"" if method in ("GET", "DELETE") else json.dumps(body).encode()
        if is_form and sent:
            sent, kind = urlencode(body).encode(), "application/x-www-form-urlencoded"
        if path == "/_mock/state" and method != "GET":
            sent = state
        elif path in (f"{UI}/import", f"{UI}/seed"):
            is_state = path.endswith("import")
            sent = _as_file(*("state", state) if is_state else ("seed", json.dumps(_SEED).encode()))
            kind = "multipart/form-data; boundary=part"
        make = partial(Kind, method, body=sent, type=kind, destroys=name.startswith(_DESTROY))
        if name.startswith("DELETE /api/v1") and name in _QUERIES:
            found |= {f"{name}?{query}": make(path=f"{path}?{query}") for query in _QUERIES[name]}
            continue
        found[name] = make(path=path)
        for query in _QUERIES.get(name, ()):
            found[f"{name}?{query}"] = make(path=f"{path}?{query}")
        if sent and not is_form and method != "DELETE" and path != "/_mock/state":
            found[f"{name} with 1 MB"] = Kind(method, path, _large(LARGE))
    orders = [{**_order(n), "items": _order(n)["items"] * 30} for n in range(1000)]
    whole = json.dumps({"orders": orders}).encode()
    found[f"POST /api/v1/orders with {len(whole) // 1_000_000} MB"] = Kind(
        "POST", "/api/v1/orders", whole
    )
    return found
