"""ENV-16, IDN-09 and IDN-10: the commonest mistakes come first in the hint."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.documents.account_settings import IdentifierRule

ANN = {1: {"email": "ann@shop.test", "phone": "380501234567", "externalCustomerId": "AV1"}}


@pytest.mark.parametrize(
    ("key_value", "added"),
    [
        ("ann@shop.test", '{"name":"email","value":"ann@shop.test"}'),
        ("380501234567", '{"name":"phone","value":"380501234567"}'),
        ("AV1", '{"name":"externalCustomerId","value":"AV1"}'),
    ],
)
@pytest.mark.parametrize("phone", [..., "+380000000000"], ids=["nobody sent", "nobody's phone"])
def test_an_identifier_in_key_value_only(case: Any, key_value: str, added: str, phone: Any) -> None:
    """IDN-10: whatever else matches nobody, or is missing with it."""
    body = {**case.order(phone=phone), "keyValue": key_value}
    outcome = case.judge(body, case.view(ANN))
    assert outcome.verdict == "ignored"
    assert outcome.hint == f"would be applied if {added} were among the params"
    assert "but keyValue does not identify" in case.steps(outcome, "IDN-10")[0]


def test_other_faults_come_after_it(case: Any) -> None:
    body = {**case.order(phone=..., date=...), "keyValue": "ann@shop.test"}
    assert case.judge(body, case.view(ANN)).hint == (
        'would be applied if date were filled and {"name":"email","value":"ann@shop.test"} were'
        " among the params"
    )


def test_a_custom_event_would_be_linked(case: Any) -> None:
    outcome = case.judge({"eventTypeKey": "visit", "keyValue": "1"}, case.view(ANN))
    assert outcome.hint == (
        'would be linked to contact 1 if {"name":"contactId","value":"1"} were among the params'
    )


def test_under_an_own_rule_only_its_parameter_counts(case: Any) -> None:
    """IDN-05."""
    rule = IdentifierRule("token", "externalCustomerId")
    body = {**case.order(phone=...), "keyValue": "AV1"}
    assert case.judge(body, case.view(ANN, identifier_rule=rule)).hint == (
        "would be applied if externalCustomerId, email or phone of a known contact were sent and"
        ' {"name":"token","value":"AV1"} were among the params'
    ) or case.judge(body, case.view(ANN, identifier_rule=rule)).hint == (
        'would be applied if {"name":"token","value":"AV1"} were among the params'
    )


def test_a_key_value_taken_from_the_params_says_nothing_new(case: Any) -> None:
    """ENV-05: it is the parameter itself."""
    body = case.order(phone="+380 50 123-45-67")
    del body["keyValue"]
    assert case.steps(case.judge(body, case.view(ANN)), "IDN-10") == []


@pytest.mark.parametrize("name", ["parameters", "Params", "param", "data"])
def test_params_under_another_name(case: Any, name: str) -> None:
    """ENV-16."""
    body = case.order()
    body[name] = body.pop("params")
    outcome = case.judge(body)
    assert outcome.verdict == "ignored"
    assert "params_misnamed" in outcome.warnings
    assert outcome.hint == f"would be applied if `{name}` were named `params`"


@pytest.mark.parametrize(
    "value", [[], [1], [{"name": "a"}], {"name": "a", "value": 1}, "x"], ids=str
)
def test_what_is_no_list_of_params_is_left_alone(case: Any, value: Any) -> None:
    body = {"eventTypeKey": "visit", "keyValue": "x", "data": value}
    told = case.judge(body).warnings
    assert told == [*(["field_ignored"] if value else []), "contact_identifier_missing"]


def test_without_key_value_it_would_be_accepted(case: Any) -> None:
    body = {"eventTypeKey": "visit", "parameters": [{"name": "email", "value": "a@b.c"}]}
    outcome = case.judge(body)
    assert (outcome.verdict, outcome.hint) == (
        "rejected",
        "would be accepted if `parameters` were named `params`",
    )


def test_a_deleted_contact_is_named_as_deleted(case: Any) -> None:
    """IDN-09."""
    gone = {"id": 9, "deleted": True, "deletedAt": "2026-01-01T00:00:00Z"}
    view = case.view({}, deleted={("phone", "380501234567"): gone})
    outcome = case.judge(case.order(), view)
    assert outcome.hint == (
        "would be applied if deleted contact 9 were restored, or imported again"
    )
    assert "contact 9, which was deleted 2026-01-01T00:00:00Z" in case.steps(outcome, "IDN-09")[0]
