"""A good order event, spoiled in one to four ways out of all that the rules can find, and its fix.

If a fix says that it is complete, the corrected body is applied; what was right stays as it was.
"""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from mock_server import jsonio
from mock_server.emulator.event_bodies import read_event
from mock_server.emulator.fixing import applied, fix_document
from mock_server.rules import fix as fixing
from mock_server.rules.outcome import EventRequest

Body = Any
Spoil = Callable[[Body], Body]

GOOD = {
    "eventTypeKey": "orderCreated",
    "keyValue": "k1",
    "params": [
        {"name": "externalOrderId", "value": "1001"},
        {"name": "phone", "value": "380501234567"},
        {"name": "totalCost", "value": "1200.50"},
        {"name": "status", "value": "DELIVERED"},
        {"name": "date", "value": "2025-11-30T12:05:06"},
        {"name": "currency", "value": "UAH"},
        {"name": "gift", "value": "yes"},
        {
            "name": "items",
            "value": [
                {
                    "externalItemId": "200600",
                    "name": "Kettle",
                    "category": "kitchen",
                    "quantity": 1,
                    "cost": "1200.50",
                    "url": "https://shop.test/200600",
                    "imageUrl": "https://shop.test/200600.png",
                }
            ],
        },
    ],
}


def param(body: Body, name: str) -> Body:
    return next(each for each in body["params"] if each["name"] == name)


def setting(name: str, value: Any) -> Spoil:
    def spoil(body: Body) -> Body:
        param(body, name)["value"] = value
        return body

    return spoil


def renaming(name: str, other: str) -> Spoil:
    def spoil(body: Body) -> Body:
        param(body, name)["name"] = other
        return body

    return spoil


def of_item(name: str, value: Any, other: str | None = None) -> Spoil:
    def spoil(body: Body) -> Body:
        item = param(body, "items")["value"][0]
        item[other or name] = item.pop(name) if value is ... else value
        return body

    return spoil


def items(change: Callable[[Any], Any]) -> Spoil:
    def spoil(body: Body) -> Body:
        param(body, "items")["value"] = change(param(body, "items")["value"])
        return body

    return spoil


def dropping(name: str) -> Spoil:
    def spoil(body: Body) -> Body:
        body["params"] = [each for each in body["params"] if each["name"] != name]
        return body

    return spoil


def named(body: Body) -> Body:
    return {each["name"]: each["value"] for each in body["params"]}


def field(name: str, value: Any) -> Spoil:
    def spoil(body: Body) -> Body:
        body[name] = value
        return body

    return spoil


def field_named(name: str, other: str) -> Spoil:
    def spoil(body: Body) -> Body:
        body[other] = body.pop(name)
        return body

    return spoil


def beside(*names: str) -> Spoil:
    def spoil(body: Body) -> Body:
        for name in names:
            body[name] = param(body, name)["value"]
            dropping(name)(body)
        return body

    return spoil


def twice(body: Body) -> Body:
    body["params"].append(copy.deepcopy(body["params"][0]))
    return body


def key_only(body: Body) -> Body:
    body["keyValue"] = param(body, "phone")["value"]
    return dropping("phone")(body)


# Mistakes whose right value stands in the body or in the state.
VALUES: dict[str, Spoil] = {
    **{f"status {x}": setting("status", x) for x in ("completed", "delivered", "виконано", "Done")},
    **{
        f"date {x}": setting("date", x)
        for x in (
            "2025-11-30 12:05:06",
            "30.11.2025 12:05:06",
            "2025/11/30 12:05:06",
            "30/11/2025 12:05:06",
            "Nov 30, 2025 12:05:06 PM",
            "Sun, 30 Nov 2025 12:05:06 +0000",
            1764504306,
            "1764504306000",
        )
    },
    **{
        f"total {x}": setting("totalCost", x)
        for x in ("1 200,50", "1,200.50", "1.200,50", "1200,50 грн", "$1200.50", "1\u00a0200.50")
    },
    **{f"cost {x}": of_item("cost", x) for x in ("1 200,50", "1200,50", "UAH 1200.50")},
    **{
        f"{name} named {other}": renaming(name, other)
        for name, other in (
            ("totalCost", "totalcost"),
            ("totalCost", "total_cost"),
            ("externalOrderId", "ExternalOrderID"),
            ("externalOrderId", "externalOrderld"),
            ("status", "Status"),
            ("date", "Date"),
            ("phone", "PhoneNumber"),
            ("phone", "Phone"),
            ("items", "Items"),
        )
    },
    **{
        f"item {name} named {other}": of_item(name, ..., other)
        for name, other in (
            ("imageUrl", "image_url"),
            ("url", "URL"),
            ("externalItemId", "external_item_id"),
            ("quantity", "qty_"[:3] + "ntity"),
        )
    },
    "items as an object": items(lambda value: value[0]),
    "items with gaps": items(lambda value: {"0": value[0]}),
    "items escaped": items(lambda value: json.dumps(value).replace('"', "&quot;")),
    "item as text": items(lambda value: [json.dumps(value[0])]),
    "phone with a plus": setting("phone", "+380 (50) 123-45-67"),
    "phone as email": renaming("phone", "email"),
    "nobody's phone": setting("phone", "380990000000"),
    "in keyValue only": key_only,
    "the same param twice": twice,
    "params by name": lambda body: {**body, "params": named(body)},
    "params with gaps": lambda body: {
        **body,
        "params": {str(2 * at): each for at, each in enumerate(body["params"])},
    },
    "params as text": lambda body: {**body, "params": json.dumps(body["params"])},
    "params as pairs": lambda body: {
        **body,
        "params": [{each["name"]: each["value"]} for each in body["params"]],
    },
    "params as key and value": lambda body: {
        **body,
        "params": [{"key": each["name"], "value": each["value"]} for each in body["params"]],
    },
    "params misnamed": field_named("params", "parameters"),
    "eventTypeKey misnamed": field_named("eventTypeKey", "event_type"),
    "eventTypeKey in another case": field("eventTypeKey", "OrderCreated"),
    "eventTypeKey as people write": field("eventTypeKey", "orderCreate"),
    "keyValue forbidden": field("keyValue", "a/b"),
    "keyValue too long": field("keyValue", "k" * 301),
    "keyValue an object": field("keyValue", {}),
    "status beside params": beside("status"),
    "all beside params": beside("externalOrderId", "phone", "totalCost", "status", "date"),
    "flat": lambda body: {"eventTypeKey": body["eventTypeKey"], **named(body)},
    "in one param": lambda body: {**body, "params": [{"name": "array", "value": named(body)}]},
    "params in params": lambda body: {
        **body,
        "params": [{"name": "params", "value": body["params"]}],
    },
    "a list": lambda body: [body],
    "events": lambda body: {"events": [body]},
    "encoded twice": json.dumps,
    "after a warning": lambda body: b"<b>Warning</b>: x\n" + jsonio.dumps(body),
    "after a mark": lambda body: b"\xef\xbb\xbf" + jsonio.dumps(body),
    "before text": lambda body: jsonio.dumps(body) + b"\n0",
}
# Mistakes that are only warned of.
WARNED: dict[str, Spoil] = {
    **{f"currency {x}": setting("currency", x) for x in ("uah", "грн", " UAH ")},
    "entity": of_item("name", "Tea &amp; Coffee"),
    "occurred": field("occurred", "2026-01-01"),
    "unknown field": field("shop", "main"),
    "gift as boolean": setting("gift", True),
}
# Mistakes whose right value only the shop knows.
ASKED: dict[str, Spoil] = {
    **{f"no {x}": dropping(x) for x in ("externalOrderId", "totalCost", "status", "date", "phone")},
    **{f"{x} null": setting(x, None) for x in ("totalCost", "status")},
    "status of nobody": setting("status", "sparkling"),
    "date in words": setting("date", "soon"),
    "date of two readings": setting("date", "03/04/2025"),
    "total of two readings": setting("totalCost", "1,200"),
    "total in words": setting("totalCost", "ten"),
    "quantity zero": of_item("quantity", 0),
    "cost negative": of_item("cost", -1),
    "item without url": of_item("url", None),
    "items not JSON": items(lambda _: "[{"),
    "a type too long": field("eventTypeKey", "x" * 101),
    "id an object": setting("externalOrderId", {}),
    "two of one name": lambda body: {
        **body,
        "params": [*body["params"], {"name": "status", "value": "CANCELLED"}],
    },
}
EVERY = {**VALUES, **WARNED, **ASKED}


def spoiled(names: list[str]) -> Any:
    """The good event, spoiled in these ways as far as one leaves the next something to spoil."""
    body: Any = copy.deepcopy(GOOD)
    for name in names:
        if isinstance(body, bytes):
            break
        try:
            body = EVERY[name](copy.deepcopy(body))
        except (StopIteration, KeyError, TypeError, AttributeError):
            continue
    return body


def mended(case: Any, body: Any) -> tuple[EventRequest, Any, Any]:
    """The event, its fix, and what the body comes to once the fix is applied."""
    data = body if isinstance(body, bytes) else jsonio.dumps(body)
    request = read_event(data, "v2")
    view = case.view()
    found = fixing.mend(request, view, case.NOW)
    fix = fix_document(request.body, found)
    if fix is None:
        return request, None, None
    before = copy.deepcopy(request.body)
    corrected = applied(request.body, fix["patch"])
    assert request.body == before
    assert corrected == found.body
    outcome = case.judge(corrected, fixing.Arranged(view, fix["arrange"]))
    if fix["complete"]:
        assert outcome.verdict in ("applied", "recorded"), (fix, outcome.reasons)
        assert fix["unknown"] == []
    return request, fix, corrected


def check_nothing_right_was_touched(corrected: Any) -> None:
    """What no mistake touched is as it was: here the param that no rule knows."""
    if isinstance(corrected, dict) and isinstance(corrected.get("params"), list):
        gifts = [
            x["value"]
            for x in corrected["params"]
            if isinstance(x, dict) and x.get("name") == "gift"
        ]
        assert gifts in (["yes"], [True], [])


@pytest.mark.parametrize("name", [*VALUES, *WARNED])
def test_one_mistake_whose_right_value_is_known_has_a_complete_fix(case: Any, name: str) -> None:
    """ENV-20, ORD-24: the fix is the value itself, and touches nothing else."""
    _, fix, corrected = mended(case, spoiled([name]))
    if name in WARNED and fix is None:
        assert name in ("unknown field", "gift as boolean")
        return
    assert fix["complete"], fix
    check_nothing_right_was_touched(corrected)
    if isinstance(corrected, dict) and name not in WARNED:
        values = named(corrected)
        assert values["status"] == "DELIVERED"
        assert values["date"] == "2025-11-30T12:05:06"
        assert str(values["totalCost"]) == "1200.50"
        assert values["externalOrderId"] == "1001"


@pytest.mark.parametrize("name", ASKED)
def test_what_only_the_shop_knows_is_said_so(case: Any, name: str) -> None:
    """A fix that is not complete names what is unknown, or there is none."""
    _, fix, _ = mended(case, spoiled([name]))
    assert fix is None or not fix["complete"]
    if fix is not None:
        assert fix["unknown"]
        assert all("…" in str(fix["patch"]) for _ in fix["unknown"])


def run(case: Any, count: int, seed: int) -> Counter[str]:
    """Spoil and fix a good event so many times."""
    chosen = random.Random(seed)  # noqa: S311  (it protects nothing)
    tally: Counter[str] = Counter()
    for _ in range(count):
        names = chosen.sample([*EVERY], chosen.randint(1, 4))
        _, fix, corrected = mended(case, spoiled(names))
        tally["complete" if fix and fix["complete"] else "not complete" if fix else "none"] += 1
        if corrected is not None:
            check_nothing_right_was_touched(corrected)
    return tally


def test_a_complete_fix_is_applied_whatever_is_wrong(case: Any) -> None:
    tally = run(case, 300, 1)
    assert tally["complete"] > 100


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_complete_fix_is_applied_in_twenty_thousand_cases(case: Any) -> None:
    tally = run(case, 20_000, 7)
    assert tally["complete"] > 12_000
