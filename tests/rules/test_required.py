"""ORD-01, ORD-02 and ORD-14: what an order event needs, and names that are almost right."""

from __future__ import annotations

from typing import Any

import pytest

SEND = "externalCustomerId, email or phone of a known contact were sent"
CONTACT = "externalCustomerId / email / phone"
CHANGING = ("orderUpdated", "orderDelivered", "orderCancelled")


@pytest.mark.parametrize("name", ["externalOrderId", "totalCost", "status", "date"])
@pytest.mark.parametrize(
    ("value", "seen"),
    [
        pytest.param(..., "is missing", id="missing"),
        pytest.param(None, "is not filled", id="null"),
        pytest.param("", "is not filled", id="empty"),
        pytest.param(" \t\n", "is not filled", id="blank"),
    ],
)
def test_required_parameter_is_not_filled(case: Any, name: str, value: Any, seen: str) -> None:
    """ORD-01."""
    outcome = case.judge(case.order(**{name: value}))
    assert case.say(outcome) == (
        "ignored",
        ["required_missing"],
        [],
        [("ORD-01", name)],
        f"would be applied if {name} were filled",
    )
    assert case.steps(outcome, "ORD-01") == [f"failed {name} {seen}"]


def test_all_that_is_missing_is_told_together(case: Any) -> None:
    """ORD-01."""
    told = case.told(case.event("orderCreated"))
    assert told == (
        "ignored",
        ["required_missing", "contact_identifier_missing"],
        [],
        [
            ("ORD-01", "externalOrderId"),
            ("ORD-01", "totalCost"),
            ("ORD-01", "status"),
            ("ORD-01", "date"),
            ("ORD-01", CONTACT),
            ("IDN-08", None),
        ],
        "would be applied if externalOrderId, totalCost, status and date were filled and " + SEND,
    )


@pytest.mark.parametrize(
    ("version", "params", "enough"),
    [
        pytest.param("v2", {"phone": "1"}, True, id="ORD-01 phone"),
        pytest.param("v2", {"email": "a@b.c"}, True, id="ORD-01 email"),
        pytest.param("v2", {"externalCustomerId": "x"}, True, id="ORD-01 external ID"),
        pytest.param(
            "v2", {"phone": "", "email": None, "externalCustomerId": "x"}, True, id="ORD-01 one of"
        ),
        pytest.param("v2", {"phone": " ", "email": None}, False, id="ORD-01 none filled"),
        pytest.param("v2", {"externalCustomerId": "null"}, False, id="ENV-12 v2 the text null"),
        pytest.param("v1", {"externalCustomerId": "null"}, True, id="ENV-12 v1 the text null"),
        pytest.param("v2", {"Email": "a@b.c"}, False, id="ORD-02 Email is not email"),
        pytest.param("v2", {"contactKey": "k"}, False, id="ORD-01 other identifiers do not do"),
    ],
)
def test_new_order_names_its_contact(case: Any, version: str, params: Any, enough: bool) -> None:
    body = case.order(**{"phone": ..., "contactId": 7, **params})
    told = case.told(body, version=version)
    assert told.verdict == ("applied" if enough else "ignored")
    assert told.failed == ([] if enough else [("ORD-01", CONTACT)])


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("externalorderid", "externalOrderId"),
        ("external_order_id", "externalOrderId"),
        ("ExternalOrderID", "externalOrderId"),
        ("total_cost", "totalCost"),
        ("TotalCosts", "totalCost"),
        ("Status", "status"),
        ("DATE", "date"),
        ("dates", "date"),
        ("Phone", "phone"),
        ("SMS", "phone"),
        ("userEmail", "email"),
        ("e-mail", "email"),
        ("external-customer-id", "externalCustomerId"),
    ],
)
def test_misspelt_name_is_a_near_miss(case: Any, sent: str, name: str) -> None:
    """ORD-02: letter case counts; the hint is to rename what was sent."""
    contact = name in CONTACT
    value = "380501234567" if contact else case.existing()[name]
    body = case.order(**{"phone" if contact else name: ..., sent: value})
    view = case.view({7: {name: value, "phone": "380501234567"}} if contact else case.ANNA)
    outcome = case.judge(body, view)
    assert ("ORD-01", CONTACT if contact else name) in case.say(outcome).failed
    assert case.steps(outcome, "ORD-02") == [f"noted near miss: {sent} → did you mean {name}?"]
    assert outcome.hint.startswith(f"would be applied if {sent} were named {name}")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"Status": ""}, id="ORD-02 not filled"),
        pytest.param({"state": "DELIVERED"}, id="ORD-02 quite another name"),
        pytest.param({"statusDescription": "new"}, id="ORD-02 a known name of its own"),
    ],
)
def test_other_name_is_no_near_miss(case: Any, other: Any) -> None:
    outcome = case.judge(case.order(status=..., **other))
    assert case.steps(outcome, "ORD-02") == []
    assert outcome.hint == "would be applied if status were filled"


# ORD-14: no id


@pytest.mark.parametrize("key", CHANGING)
def test_a_change_that_names_its_order_has_what_it_needs(case: Any, key: str) -> None:
    """ORD-14."""
    outcome = case.judge(case.order(key), case.view(orders=[case.existing()]))
    (step,) = case.steps(outcome, "ORD-14")
    assert step.startswith("passed")


@pytest.mark.parametrize("key", CHANGING)
@pytest.mark.parametrize("value", [..., None, " "])
def test_change_without_an_order_id_is_ignored(case: Any, key: str, value: Any) -> None:
    """ORD-14."""
    body = case.event(key, externalOrderId=value, phone="380501234567")
    assert case.told(body) == (
        "ignored",
        ["required_missing"],
        [],
        [("ORD-14", "externalOrderId")],
        "would be applied if externalOrderId were filled",
    )


@pytest.mark.parametrize("key", CHANGING)
def test_change_with_a_misspelt_order_id_says_so(case: Any, key: str) -> None:
    """ORD-02, ORD-14."""
    outcome = case.judge(case.event(key, externalOrderID="1"))
    assert case.steps(outcome, "ORD-02") == [
        "noted near miss: externalOrderID → did you mean externalOrderId?"
    ]
    assert outcome.hint == "would be applied if externalOrderID were named externalOrderId"
