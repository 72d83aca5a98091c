"""ENV-11, ENV-20, ENV-21, ORD-22 to ORD-25 and ITM-08: what is judged as before, and warned of."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_server.emulator.event_bodies import read_event
from mock_server.rules import judge
from mock_server.rules.event.shapes import fields_of
from mock_server.rules.order.shop_values import (
    amounts_meant,
    currency_meant,
    dates_meant,
    status_meant,
)


def said(outcome: Any, rule: str) -> list[tuple[str, str | None]]:
    """The findings of a rule, each with the parameter it is said of."""
    return [(step.finding, step.param) for step in outcome.trace if step.rule == rule]


# ENV-11


@pytest.mark.parametrize(
    ("letters", "escaped", "size", "finding"),
    [
        ("", True, 19_999, "size"),
        ("", True, 20_000, "nearly"),
        ("", True, 20_480, "nearly"),
        ("", True, 20_481, "too_large"),
        ("ж" * 100, True, 20_000, "nearly_escaped"),
        ("ж" * 10, True, 20_200, "nearly"),
        ("ж" * 100, False, 20_000, "nearly"),
        ("ж" * 100, True, 20_500, "escaped"),
        ("😀" * 100, True, 21_000, "escaped"),
        ("ж" * 100, True, 21_000, "too_large"),
        ("\\u0436" * 100, True, 20_500, "too_large"),
    ],
)
def test_a_large_body_and_what_its_escapes_cost(
    case: Any, letters: str, escaped: bool, size: int, finding: str
) -> None:
    """ENV-11."""
    body = case.event("visit", text=letters)
    more = size - len(json.dumps(body, ensure_ascii=escaped).encode())
    data = json.dumps(case.event("visit", text=letters + "x" * more), ensure_ascii=escaped)
    request = read_event(data.encode(), "v2")
    assert request.size == size
    outcome = judge(request, case.view(), case.NOW)
    assert said(outcome, "ENV-11") == [(f"ENV-11/{finding}", None)]
    if finding != "size":
        assert request.unescaped == len(json.dumps(json.loads(data), ensure_ascii=False).encode())


# ENV-20


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        pytest.param(lambda body: [body], "list_of_events", id="a list"),
        pytest.param(lambda body: {"events": [body, body]}, "list_of_events", id="events"),
        pytest.param(lambda body: {"event": body}, "list_of_events", id="event"),
        pytest.param(json.dumps, "json_in_text", id="encoded twice"),
        pytest.param(
            lambda body: {**body, "params": dict(enumerate_text(body["params"]))},
            "numbered_keys",
            id="a PHP list with gaps",
        ),
        pytest.param(
            lambda body: {**body, "params": [{"name": "order", "value": named(body)}]},
            "inside_param",
            id="the order in one param",
        ),
        pytest.param(
            lambda body: {**body, "params": [{"name": "o", "value": json.dumps(named(body))}]},
            "inside_param",
            id="the order in one param, as text",
        ),
        pytest.param(
            lambda body: {**body, "params": [{"name": "params", "value": body["params"]}]},
            "inside_param",
            id="params in params",
        ),
        pytest.param(
            lambda body: {"eventTypeKey": body["eventTypeKey"], **named(body)}, "beside", id="flat"
        ),
    ],
)
def test_a_shape_is_recognised(case: Any, change: Any, finding: str) -> None:
    """ENV-20: the verdict is that of the other rules, the way out is that of the shape."""
    outcome = case.judge(change(case.order()))
    assert outcome.verdict in ("ignored", "rejected")
    assert [each for each, _ in said(outcome, "ENV-20")] == [f"ENV-20/{finding}"] or finding in (
        "inside_param",
        "numbered_keys",
    )
    assert f"ENV-20/{finding}" in [each for each, _ in said(outcome, "ENV-20")]
    assert " and " not in (outcome.hint or "").partition(" if ")[2].partition("(")[0] or (
        finding == "beside"
    )


def enumerate_text(params: list[Any]) -> list[tuple[str, Any]]:
    """Params by their numbers, with a gap."""
    return [(str(index * 2), each) for index, each in enumerate(params)]


def named(body: Any) -> dict[str, Any]:
    """The params by name."""
    return {each["name"]: each["value"] for each in body["params"]}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("<br>Warning: in shop.php\n%s", "before"),
        ("\ufeff%s", "before"),
        ("%s\n0", "after"),
        ("{warning} %s }", "before and after"),
        ("nothing", None),
        ("{", None),
    ],
)
def test_text_around_the_json_is_named(case: Any, text: str, where: str | None) -> None:
    """ENV-20."""
    data = text.replace("%s", json.dumps(case.order())).encode()
    outcome = judge(read_event(data, "v2"), case.view(), case.NOW)
    steps = [step.message for step in outcome.trace if step.rule == "ENV-20"]
    assert (f"with other text {where} it" in steps[0]) if where else steps == []
    assert outcome.reasons == ["malformed_body"]


# ENV-21


@pytest.mark.parametrize(
    ("value", "finding"),
    [
        *[(text, "left_over") for text in ("undefined", "[object Object]", "NaN", "None")],
        *[(text, "left_over") for text in ("true", "False", True, False)],
        *[(text, "template") for text in ("{{name}}", "Hi ${first.name}!", "%s", "Mr. %(name)s")],
        ("Tea &amp; Coffee", "entity"),
        ("Jeanne d&#039;Arc", "entity"),
        *[(text, None) for text in ("Tea & Coffee", "R&D;", "50% discount", "{a}", "None of it")],
        *[(text, None) for text in ("%d0%bf", "100%", "", "&nosuch;", 5)],
    ],
)
@pytest.mark.parametrize("where", ["firstName", "items[0].name"])
def test_left_over_values_are_warned_of(
    case: Any, where: str, value: Any, finding: str | None
) -> None:
    """ENV-21."""
    if where == "firstName":
        outcome = case.judge(case.order(firstName=value))
    elif value == "":
        return
    else:
        outcome = case.judge(case.order(items=[case.item(name=value)]))
    assert outcome.verdict == "applied"
    assert said(outcome, "ENV-21") == ([(f"ENV-21/{finding}", where)] if finding else [])
    assert ("value_suspicious" in outcome.warnings) is (finding is not None)


@pytest.mark.parametrize("value", ["undefined", "none", "null", "nan"])
def test_of_identifiers_their_own_rule_speaks(case: Any, value: str) -> None:
    """ENV-21."""
    outcome = case.judge(case.order(externalCustomerId=value))
    assert said(outcome, "ENV-21") == []


# ORD-22 and ORD-23

LOST = {"eventId": 3, "eventTypeKey": "orderDelivered", "verdict": "ignored"}


@pytest.mark.parametrize(
    ("key", "status", "warned"),
    [
        ("orderDelivered", "INITIALIZED", True),
        ("orderCancelled", "INITIALIZED", True),
        ("orderDelivered", "DELIVERED", False),
    ],
)
@pytest.mark.parametrize("sent", ["orderCreated", "orderUpdated"])
def test_what_came_before_its_order_is_named(
    case: Any, sent: str, key: str, status: str, warned: bool
) -> None:
    """ORD-22."""
    view = case.view(lost={"12345679": {**LOST, "eventTypeKey": key}})
    outcome = case.judge(case.order(sent, status=status), view)
    assert outcome.verdict == "applied"
    assert outcome.warnings == (["earlier_event_lost"] if warned else [])
    exists = case.view(lost=view.lost, orders=[case.existing()])
    assert "earlier_event_lost" not in case.judge(case.order("orderUpdated"), exists).warnings


@pytest.mark.parametrize(
    ("had", "sent", "findings"),
    [
        ({"date": "2026-05-14T10:11:00"}, {"date": "2026-05-14T10:10:59"}, ["date"]),
        ({"date": "2026-05-14T10:11:00"}, {"date": "2026-05-14T10:11:00Z"}, []),
        ({"date": "2026-05-14T10:11:00"}, {"date": "2026-05-14T11:11:00+02:00"}, ["date"]),
        ({"date": "2026-05-14T10:11:00"}, {"date": "2026-05-15T00:00:00"}, []),
        ({"date": "yesterday"}, {"date": "2026-05-15T00:00:00"}, []),
        ({"status": "IN_PROGRESS"}, {"status": "INITIALIZED"}, ["status"]),
        ({"status": "DELIVERED"}, {"status": "INITIALIZED", "date": "2020-01-01T00:00:00"}, []),
        ({"status": "INITIALIZED"}, {"status": "ABANDONED_SHOPPING_CART"}, []),
        ({"date": "2026-05-14T10:11:00"}, {"status": ..., "date": ...}, []),
    ],
)
def test_an_order_that_goes_back_is_warned_of(
    case: Any, had: Any, sent: Any, findings: list[str]
) -> None:
    """ORD-23."""
    existing = case.existing(**{"status": "INITIALIZED", "date": "2020-05-14T10:11:00", **had})
    changes = {"status": "IN_PROGRESS", "date": ..., "items": ..., "totalCost": ..., **sent}
    outcome = case.judge(case.order("orderUpdated", **changes), case.view(orders=[existing]))
    assert outcome.verdict == "applied"
    assert said(outcome, "ORD-23") == [(f"ORD-23/{each}", each) for each in findings]


# ORD-24


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *[(word, "INITIALIZED") for word in ("pending", "wc-on-hold", "New", "нове")],
        *[(word, "IN_PROGRESS") for word in ("processing", "Paid", "в обробці", "відправлено")],
        *[(word, "DELIVERED") for word in ("completed", "complete", "Виконано", "closed")],
        *[(word, "CANCELLED") for word in ("canceled", "refunded", "voided", "скасовано")],
        *[(word, "ABANDONED_SHOPPING_CART") for word in ("checkout-draft", "abandoned_cart")],
        *[(word, None) for word in ("", "whatever", 5, None)],
    ],
)
def test_statuses_of_shop_systems(word: Any, status: str | None) -> None:
    """ORD-24."""
    assert status_meant(word) == status


@pytest.mark.parametrize(
    ("value", "readings"),
    [
        ("2026-11-30 12:05:06", ["2026-11-30T12:05:06"]),
        ("2026/11/30", ["2026-11-30T00:00:00"]),
        ("30.11.2026 12:05", ["2026-11-30T12:05:00"]),
        ("03.04.2026", ["2026-04-03T00:00:00"]),
        ("30/11/2026", ["2026-11-30T00:00:00"]),
        ("11/30/2026 01:05 pm", ["2026-11-30T13:05:00"]),
        ("12/01/2026 12:00:00 AM", ["2026-01-12T00:00:00", "2026-12-01T00:00:00"]),
        ("03/03/2026", ["2026-03-03T00:00:00"]),
        ("Nov 30, 2026, 12:05:06 PM", ["2026-11-30T12:05:06"]),
        ("Mon, 30 Nov 2026 12:05:06 +0000", ["2026-11-30T12:05:06"]),
        ("20261130120506", ["2026-11-30T12:05:06"]),
        (1796040306, ["2026-11-30T12:05:06"]),
        ("1796040306000", ["2026-11-30T12:05:06"]),
        ({"date": "2026-11-30 12:05:06.000000", "timezone": "UTC"}, ["2026-11-30T12:05:06"]),
        *[(value, []) for value in ("31.02.2026", "soon", 12, True, None, [], "5 Foo 2026")],
    ],
)
def test_dates_of_shop_systems(value: Any, readings: list[str]) -> None:
    """ORD-24."""
    assert dates_meant(value) == readings


@pytest.mark.parametrize(
    ("value", "readings"),
    [
        ("1 200,50", ["1200.50"]),
        ("1\u202f200", ["1200"]),
        ("1\u00a0200,5 грн.", ["1200.5"]),
        ("1,200.50", ["1200.50"]),
        ("1.200,50", ["1200.50"]),
        ("1,200,300", ["1200300"]),
        ("1.200.300", ["1200300"]),
        ("1,200", ["1200", "1.200"]),
        ("0,200", ["0.200"]),
        ("-12,5", ["-12.5"]),
        ("$ 12", ["12"]),
        ("12.30 UAH", ["12.30"]),
        ("€12,00", ["12.00"]),
        ("free", ["0"]),
        *[(value, []) for value in ("10%", "ten", "", "1,20,3", None, True, {})],
    ],
)
def test_amounts_of_shop_systems(value: Any, readings: list[str]) -> None:
    """ORD-24."""
    assert amounts_meant(value) == readings


@pytest.mark.parametrize(
    ("value", "code"),
    [("uah", "UAH"), (" EUR ", "EUR"), ("грн", "UAH"), ("$", "USD"), ("zł", "PLN"), ("?", None)],
)
def test_currencies_of_shop_systems(case: Any, value: str, code: str | None) -> None:
    """ORD-24, ORD-07."""
    assert currency_meant(value) == code
    outcome = case.judge(case.order(currency=value))
    assert outcome.warnings == ["currency_unknown"]
    assert said(outcome, "ORD-24") == ([("ORD-24/read", "currency")] if code else [])


@pytest.mark.parametrize(
    ("changes", "findings", "hint"),
    [
        ({"status": "completed"}, ["status"], "status were DELIVERED"),
        ({"date": "14.05.2026"}, ["read"], "date were 2026-05-14T00:00:00"),
        (
            {"date": "03/04/2026"},
            ["two_ways"],
            "date were 2026-04-03T00:00:00 or 2026-03-04T00:00:00",
        ),
        ({"totalCost": "1 200,50"}, ["read"], "totalCost were 1200.50"),
        ({"totalCost": "1,200"}, ["two_ways"], "totalCost were 1200 or 1.200"),
        ({"totalCost": "ten"}, [], "totalCost were a number such as 258.0"),
    ],
)
def test_the_hint_is_the_documented_value(
    case: Any, changes: Any, findings: list[str], hint: str
) -> None:
    """ORD-24."""
    outcome = case.judge(case.order(**changes))
    assert (outcome.verdict, outcome.hint) == ("ignored", f"would be applied if {hint}")
    assert [each for each, _ in said(outcome, "ORD-24")] == [f"ORD-24/{x}" for x in findings]


# ORD-25 and ITM-08


@pytest.mark.parametrize("name", ["discount", "shipping", "taxes"])
@pytest.mark.parametrize(
    ("value", "warned"),
    [
        ("10%", True),
        ("free", True),
        ({}, True),
        (True, True),
        ("10.5", False),
        (-3, False),
        ("", False),
    ],
)
def test_extras_are_numbers(case: Any, name: str, value: Any, warned: bool) -> None:
    """ORD-25."""
    outcome = case.judge(case.order(**{name: value}))
    assert outcome.verdict == "applied"
    assert outcome.warnings == (["amount_invalid"] if warned else [])
    assert said(outcome, "ORD-25") == ([("ORD-25/not_a_number", name)] if warned else [])
    if value != "":
        assert outcome.effect.after[name] == value


@pytest.mark.parametrize(
    ("total", "extras", "fits"),
    [
        (90, {"discount": "-10.00"}, True),
        (90, {"shipping": 10}, True),
        (85, {"discount": -10, "taxes": -5}, True),
        (80, {"discount": -10}, False),
        ("258.0", {}, False),
    ],
)
def test_extras_of_any_sign(case: Any, total: Any, extras: Any, fits: bool) -> None:
    """ITM-08."""
    items = [case.item(cost=100)]
    outcome = case.judge(case.order(totalCost=total, items=items, **extras))
    assert outcome.warnings == ([] if fits else ["total_mismatch"])
    assert said(outcome, "ITM-08") == ([("ITM-08/fits", "totalCost")] if fits else [])


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        ([{"name": "a", "value": 1}], {"a": 1}),
        ([{"a": 1, "b": 2}], {"a": 1, "b": 2}),
        ([{"name": "a"}, {"name": "b"}], {}),
        ([7, 8], {}),
        ("text", {}),
    ],
)
def test_fields_are_read_where_they_can_be(value, fields):
    """ENV-20: an object, or a list of names and values, stands inside one param."""
    assert fields_of(value) == fields
