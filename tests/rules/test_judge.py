"""The judge as a whole: what holds for every event, whatever is sent and whatever is known."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_server import jsonio
from mock_server.documents.account_settings import IdentifierRule
from mock_server.ledger.catalogue import RULES
from mock_server.ledger.codes import CODES
from mock_server.model import IDENTIFIER_KINDS, ORDER_STATUSES
from mock_server.rules.contact.identifiers import DEFAULT_NAMES
from mock_server.rules.event.event_types import ORDER_EVENTS
from mock_server.rules.order.fields import CONTACT_FIELDS, KNOWN_FIELDS
from mock_server.rules.order.items import REQUIRED as ITEM_FIELDS

quick = settings(derandomize=True)

# Values: any JSON, and such as rules have an opinion about

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=70),
    st.sampled_from([Decimal("1e400"), Decimal("-9e999999999999"), Decimal("0." + "1" * 40)]),
    st.sampled_from(["null", " ", "1e999999", "380501234567", "+380501234567", "A@B.C", "7", "[]"]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ITEMS = st.lists(
    st.one_of(
        JSON,
        st.fixed_dictionaries(
            {name: st.sampled_from([1, "2", "x"]) | JSON for name in ITEM_FIELDS}
        ),
    ),
    max_size=3,
)
VALUES = st.one_of(
    JSON,
    st.sampled_from(ORDER_STATUSES),
    st.sampled_from(["2020-05-14T10:11:00", "2020-05-14", "2021-02-29T00:00:00Z", "UAH", "PLN"]),
    ITEMS,
    ITEMS.map(jsonio.text_of),
)
NAMES = st.one_of(
    st.sampled_from(sorted(KNOWN_FIELDS)),
    st.sampled_from([name for name, _ in DEFAULT_NAMES]),
    st.sampled_from(["uid", "Status", "total_cost", "mobile_sdk", "x" * 101, ""]),
    st.text(max_size=20),
)
GOOD: dict[str, Any] = {
    "externalOrderId": "12345679",
    "totalCost": "990.0",
    "status": "INITIALIZED",
    "date": "2020-05-14T10:11:00",
    "phone": "380501234567",
}
PARAMS = st.one_of(
    st.lists(st.fixed_dictionaries({"name": NAMES, "value": VALUES}), max_size=8),
    st.dictionaries(NAMES, VALUES, max_size=4).map(
        lambda more: [{"name": each, "value": value} for each, value in {**GOOD, **more}.items()]
    ),
    st.lists(st.fixed_dictionaries({}, optional={"name": JSON, "value": JSON}) | JSON, max_size=4),
    JSON,
)
KEYS = st.sampled_from([*ORDER_EVENTS, "OrderCreated", "visit", "a<b", "k" * 101])
BODIES = st.one_of(
    st.fixed_dictionaries({"eventTypeKey": KEYS, "keyValue": st.just("1"), "params": PARAMS}),
    st.fixed_dictionaries(
        {},
        optional={"eventTypeKey": KEYS | JSON, "keyValue": JSON, "params": PARAMS, "other": JSON},
    ),
    JSON,
)

# Accounts: contacts, orders, event types, failures, settings

CONTACTS = st.dictionaries(
    st.integers(1, 9),
    st.dictionaries(
        st.sampled_from(IDENTIFIER_KINDS[1:]),
        st.sampled_from(["380501234567", "+380501234567", "a@b.c", "null", "x"]),
    ),
    max_size=3,
)
TYPES = st.lists(
    st.fixed_dictionaries(
        {
            "eventTypeKey": st.sampled_from([*ORDER_EVENTS, "visit"]),
            "segmentation": st.booleans(),
            "validateParams": st.booleans(),
            "params": st.lists(
                st.fixed_dictionaries({"name": NAMES, "required": st.booleans()}), max_size=2
            ),
        }
    ),
    max_size=2,
)
ORDERS = st.lists(
    st.fixed_dictionaries(
        {"externalOrderId": st.sampled_from(["12345679", "12345680", "7"]), "orderId": st.just(1)},
        optional={
            "status": st.sampled_from(ORDER_STATUSES),
            "contactId": st.integers(1, 9),
            "items": st.lists(st.dictionaries(st.sampled_from(ITEM_FIELDS), SCALARS), max_size=2),
            "totalCost": SCALARS,
            "additionalInfo": st.just({"gift": 1}),
        },
    ),
    max_size=2,
)
FAILURE = {
    "eventId": 3,
    "eventTypeKey": "orderCreated",
    "verdict": "ignored",
    "trace": [{"rule": "ORD-03", "result": "failed", "message": "status is no good"}],
}
VIEWS = st.fixed_dictionaries(
    {
        "contacts": CONTACTS,
        "orders": ORDERS,
        "event_types": TYPES,
        "others": st.just({}) | CONTACTS.map(lambda contacts: {"staging": contacts}),
        "failures": st.sampled_from([{}, {"12345679": FAILURE}]),
        "segmented": st.sampled_from([None, 49, 50]),
        "create_contacts_from_events": st.booleans(),
        "segment_new_event_types": st.booleans(),
        "revenue_from_mobile_sdk_initialized": st.booleans(),
        "identifier_rule": st.none()
        | st.builds(
            IdentifierRule, st.sampled_from(["uid", "Phone"]), st.sampled_from(IDENTIFIER_KINDS)
        ),
    }
)
REQUESTS = st.fixed_dictionaries(
    {"version": st.sampled_from(["v1", "v2", "internal"]), "size": st.sampled_from([0, 20481])}
)


@quick
@given(body=BODIES, known=VIEWS, request=REQUESTS)
def test_every_event_gets_a_verdict_that_agrees_with_its_trace(
    case: Any, body: Any, known: Any, request: Any
) -> None:
    """Whatever is sent, and whatever the account knows; nothing of either is changed."""
    view = case.view(**known)
    sent, orders = copy.deepcopy(body), copy.deepcopy(view.orders)
    outcome = case.judge(body, view, **request)
    check(outcome, body)
    assert (body, view.orders) == (sent, orders), "rules change nothing"
    assert case.judge(body, view, **request) == outcome, "and know of no earlier event"


def check(outcome: Any, body: Any) -> None:
    """What holds for every outcome."""
    failed = [step for step in outcome.trace if step.result == "failed"]
    is_order = outcome.event_type_key in ORDER_EVENTS
    # Verdict, reasons and effect say the same.
    assert (outcome.verdict in ("rejected", "ignored")) is bool(outcome.reasons) is bool(failed)
    assert (outcome.verdict == "applied") is (outcome.effect is not None)
    assert outcome.verdict == "rejected" or is_order is (outcome.verdict != "recorded")
    # So does the wire.
    assert (outcome.verdict == "rejected") is (outcome.status in (400, 413))
    assert (outcome.verdict == "rejected") is bool(outcome.answer)
    assert outcome.status in (200, 400, 413)
    # Every step cites a rule, and every code comes from a rule that may give it.
    assert {step.rule for step in outcome.trace} <= set(RULES)
    reasons = {code for step in failed for code in RULES[step.rule].reasons}
    warnings = {
        code
        for step in outcome.trace
        if step.result == "noted"
        for code in RULES[step.rule].warnings
    }
    assert set(outcome.reasons) <= reasons & set(CODES)
    assert set(outcome.warnings) <= warnings & set(CODES)
    for step in failed:
        assert set(RULES[step.rule].reasons) & set(outcome.reasons)
    assert len(set(outcome.reasons)) == len(outcome.reasons)
    assert len(set(outcome.warnings)) == len(outcome.warnings)
    # A failure has a way out, in one sentence; a trace can be told.
    assert outcome.hint is not None or not outcome.reasons
    assert outcome.hint is None or outcome.hint.startswith("would be ")
    for step in outcome.trace:
        assert step.message
        assert len(step.message) < 2500
    # What is to be stored can be, and nothing is stored of a rejected event.
    assert jsonio.loads(jsonio.dumps(replace(outcome, mends=())))["verdict"] == outcome.verdict
    if outcome.verdict == "rejected":
        assert outcome.effect is outcome.new_event_type is outcome.new_contact is None
    if outcome.effect is not None:
        check_effect(outcome)
    assert outcome.params == (body.get("params") if isinstance(body, dict) else None)


def check_effect(outcome: Any) -> None:
    """What holds for every change of an order (ORD-10, ORD-12, ORD-13, ORD-15, ORD-18)."""
    effect = outcome.effect
    before, after = effect.before, effect.after
    assert effect.order == after["externalOrderId"] == outcome.external_order_id
    assert outcome.event_key == effect.order
    assert (effect.change == "created") is (before is None)
    if before is None:
        assert after["contactId"] == outcome.contact_id is not None
        assert {"totalCost", "status", "date", "orderId", "createdAt"} <= set(after)
    else:
        assert set(before) <= set(after), "nothing is lost"
        assert after.get("contactId") == before.get("contactId")
        assert after["orderId"] == before["orderId"]
    if effect.change == "status":
        assert {name for name in after if after[name] != (before or {}).get(name)} <= {
            "status",
            "updatedAt",
        }


@quick
@given(known=VIEWS, changes=st.dictionaries(NAMES, VALUES, max_size=3), key=KEYS)
def test_what_is_ignored_changes_nothing_and_what_is_applied_is_stored_as_sent(
    case: Any, known: Any, changes: Any, key: str
) -> None:
    """ORD-05, ORD-08, ORD-10."""
    values = {**GOOD, **changes}
    body = {"eventTypeKey": key, "keyValue": "1", "params": case.params(values)}
    outcome = case.judge(body, case.view(**known))
    if outcome.effect is None or outcome.effect.change == "status":
        return
    after = outcome.effect.after
    is_anothers = outcome.effect.before is not None and after.get("contactId") != outcome.contact_id
    for name, value in values.items():
        if name in ("externalOrderId", "items") or value is None:
            continue
        if name in CONTACT_FIELDS and (is_anothers or "contact_not_found" in outcome.warnings):
            continue  # ORD-15
        if name in CONTACT_FIELDS and "contact_identifier_missing" in outcome.warnings:
            continue
        if isinstance(value, str) and not value.strip():
            continue
        kept = after["additionalInfo"] if name in after["additionalInfo"] else after
        assert kept[name] == value
        assert type(kept[name]) is type(value)


@quick
@given(body=BODIES)
def test_hint_for_a_rejected_event_names_what_failed(case: Any, body: Any) -> None:
    """ENV-01 to ENV-09: each parameter of a failed step is spoken of, as long as they are few."""
    outcome = case.judge(body, size=0)
    failed = [step.param or "" for step in outcome.trace if step.result == "failed"]
    if outcome.verdict == "rejected" and len(failed) <= 5:
        for param in failed:
            assert param.removesuffix(".name") in outcome.hint or "were sent once" in outcome.hint


@pytest.mark.parametrize("key", ORDER_EVENTS)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_reading_a_trace_is_enough(case: Any, key: str, version: str) -> None:
    """The rules stand in the order in which they are applied, also those that passed."""
    outcome = case.judge(case.order(key), case.view(orders=[case.existing()]), version=version)
    rules = [step.rule for step in outcome.trace]
    families = [rule.partition("-")[0] for rule in rules]
    assert list(dict.fromkeys(families))[:4] == ["ENV", "SEG", "IDN", "ORD"]
    assert {"ENV-01", "ENV-02", "ENV-03", "ENV-04", "ENV-07", "ENV-08", "ENV-09"} <= set(rules)
    assert {"IDN-01", "IDN-02", "IDN-03", "ORD-15", "ORD-16", "ORD-18", "ORD-20"} <= set(rules)
