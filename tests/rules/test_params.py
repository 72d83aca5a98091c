"""ENV-07 to ENV-09: the params of an event."""

from __future__ import annotations

from typing import Any

import pytest

GOOD = {"name": "phone", "value": "380501234567"}


def judged(case: Any, params: Any) -> Any:
    return case.judge({"eventTypeKey": "visit", "keyValue": "1", "params": params})


@pytest.mark.parametrize(
    ("params", "reason", "failed", "hint", "answer"),
    [
        pytest.param(
            {"phone": "1"},
            "param_malformed",
            ("ENV-07", "params"),
            "params were an array of objects with name and value",
            "params is an object, not an array",
            id="ENV-07 an object",
        ),
        pytest.param(
            "[]",
            "param_malformed",
            ("ENV-07", "params"),
            "params were an array of objects with name and value",
            "params is text, not an array",
            id="ENV-07 text",
        ),
        pytest.param(
            [GOOD, ["a", "b"]],
            "param_malformed",
            ("ENV-07", "params[1]"),
            "params[1] were an object with name and value",
            "params[1] is an array, not an object",
            id="ENV-07 an array in the array",
        ),
        pytest.param(
            ["name"],
            "param_malformed",
            ("ENV-07", "params[0]"),
            "params[0] were an object with name and value",
            "params[0] is text, not an object",
            id="ENV-07 text in the array",
        ),
        pytest.param(
            [GOOD, {"name": "a"}],
            "param_malformed",
            ("ENV-07", "params[1]"),
            "params[1] had a value",
            "params[1] has no value",
            id="ENV-07 no value",
        ),
        pytest.param(
            [{"value": 1}],
            "param_malformed",
            ("ENV-07", "params[0]"),
            "params[0] had a name",
            "params[0] has no name",
            id="ENV-07 no name",
        ),
        pytest.param(
            [{"name": None, "value": 1}],
            "param_malformed",
            ("ENV-08", "params[0].name"),
            "params[0].name were text",
            "params[0].name is null, not text",
            id="ENV-08 null",
        ),
        pytest.param(
            [{"name": 5, "value": 1}],
            "param_malformed",
            ("ENV-08", "params[0].name"),
            "params[0].name were text",
            "params[0].name is a number, not text",
            id="ENV-08 a number",
        ),
        pytest.param(
            [{"name": ["a"], "value": 1}],
            "param_malformed",
            ("ENV-08", "params[0].name"),
            "params[0].name were text",
            "params[0].name is an array, not text",
            id="ENV-08 an array",
        ),
        pytest.param(
            [{"name": " \t", "value": 1}],
            "param_malformed",
            ("ENV-08", "params[0].name"),
            "params[0].name were filled",
            "params[0].name is blank",
            id="ENV-08 blank",
        ),
        pytest.param(
            [{"name": "n" * 101, "value": 1}],
            "param_name_too_long",
            ("ENV-08", "params[0].name"),
            "params[0].name had at most 100 characters",
            "params[0].name has 101 characters, more than 100",
            id="ENV-08 101 characters",
        ),
        pytest.param(
            [GOOD, {"name": "b", "value": 1}, GOOD],
            "param_name_duplicate",
            ("ENV-09", "params[2].name"),
            'param "phone" were sent once',
            'param "phone" is sent more than once',
            id="ENV-09 twice",
        ),
    ],
)
def test_params_are_rejected(
    case: Any, params: Any, reason: str, failed: Any, hint: str, answer: str
) -> None:
    outcome = judged(case, params)
    assert case.say(outcome) == (
        "rejected",
        [reason],
        [],
        [failed],
        f"would be accepted if {hint}",
    )
    assert (outcome.status, outcome.answer) == (400, answer)
    assert outcome.params == params


@pytest.mark.parametrize(
    ("params", "seen"),
    [
        pytest.param(None, "noted there are no params", id="ENV-07 null"),
        pytest.param([], "passed params is an empty array", id="ENV-07 empty"),
        pytest.param([GOOD], "passed 1 params, each with name and value", id="ENV-07 one"),
        pytest.param(
            [GOOD, {"name": "a", "value": None}],
            "passed 2 params, each with name and value",
            id="ENV-07 a value of null is present",
        ),
        pytest.param(
            [{**GOOD, "comment": 1}],
            "passed 1 params, each with name and value",
            id="ENV-07 more than name and value",
        ),
        pytest.param(
            [{"name": "n" * 100, "value": 1}],
            "passed 1 params, each with name and value",
            id="ENV-08 100 characters",
        ),
        pytest.param(
            [{"name": "a", "value": 1}, {"name": "A", "value": 1}, {"name": "a ", "value": 1}],
            "passed 3 params, each with name and value",
            id="ENV-09 names are compared exactly",
        ),
    ],
)
def test_params_are_accepted(case: Any, params: Any, seen: str) -> None:
    outcome = judged(case, params)
    assert outcome.verdict == "recorded"
    assert case.steps(outcome, "ENV-07") == [seen]


def test_params_may_be_absent(case: Any) -> None:
    """ENV-07."""
    outcome = case.judge({"eventTypeKey": "visit", "keyValue": "1"})
    assert outcome.verdict == "recorded"
    assert case.steps(outcome, "ENV-07") == ["noted there are no params"]


def test_name_is_sent_twice_even_if_once_it_has_no_value(case: Any) -> None:
    """ENV-07, ENV-09: both are told, so that mending one does not uncover the other."""
    params = [{"name": "a"}, {"name": "a", "value": 1}, {"name": "a"}]
    assert case.say(judged(case, params)).failed == [
        ("ENV-07", "params[0]"),
        ("ENV-09", "params[1].name"),
        ("ENV-07", "params[2]"),
        ("ENV-09", "params[2].name"),
    ]


def test_rules_that_hold_are_in_the_trace_of_broken_params(case: Any) -> None:
    """ENV-07, ENV-08, ENV-09."""
    steps = case.steps(judged(case, [GOOD, GOOD]), "ENV-07", "ENV-08", "ENV-09")
    assert [step.split()[0] for step in steps] == ["failed", "passed", "passed"]
    steps = case.steps(judged(case, [5]), "ENV-07", "ENV-08", "ENV-09")
    assert [step.split()[0] for step in steps] == ["failed", "passed", "passed"]


def test_identifier_is_read_from_params_that_are_broken_elsewhere(case: Any) -> None:
    """ENV-05, ENV-07: only what is wrong is told."""
    body = {"eventTypeKey": "visit", "params": [5, GOOD]}
    assert case.judge(body).reasons == ["param_malformed"]


@pytest.mark.parametrize(("version", "is_taken"), [("v1", False), ("v2", False), ("v3", True)])
def test_only_the_third_version_takes_an_object(case: Any, version: Any, is_taken: bool) -> None:
    """ENV-17: and records it as an array."""
    sent = {"phone": "380501234567", "page": 7}
    body = {"eventTypeKey": "visit", "keyValue": "k", "params": sent}
    outcome = case.judge(body, None, version)
    assert (outcome.verdict == "recorded") is is_taken
    assert (outcome.contact_id == 7) is is_taken
    assert outcome.params == (case.params(sent) if is_taken else sent)
    assert [each.finding for each in outcome.trace if each.rule == "ENV-17"] == (
        ["ENV-17/object"] if is_taken else []
    )
