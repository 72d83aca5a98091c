"""ENV-01, ENV-05, ENV-06, ENV-10, ENV-11, and all faults together: the envelope of an event."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.rules.outcome import Step

LONG_KEY = "k" * 101
LONG_VALUE = "v" * 301


def rejected(reason: str, rule: str, param: str | None, hint: str) -> tuple[Any, ...]:
    return "rejected", [reason], [], [(rule, param)], f"would be accepted if {hint}"


# ENV-01: the body


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        pytest.param([], "an array, not a JSON object", id="ENV-01 array"),
        pytest.param("text", "text, not a JSON object", id="ENV-01 text"),
        pytest.param(5, "a number, not a JSON object", id="ENV-01 number"),
        pytest.param(True, "a boolean, not a JSON object", id="ENV-01 boolean"),
        pytest.param(None, "null, not a JSON object", id="ENV-01 null"),
    ],
)
def test_body_that_is_no_object_is_rejected(case: Any, body: Any, seen: str) -> None:
    outcome = case.judge(body)
    assert case.say(outcome) == rejected(
        "malformed_body", "ENV-01", None, "the body were a JSON object"
    )
    assert (outcome.status, outcome.answer) == (400, f"the body is {seen}")
    assert outcome.params is None


def test_body_that_is_not_json_is_rejected_with_the_place(case: Any) -> None:
    """ENV-01."""
    outcome = case.judge(None, malformed="unexpected character at line 1 column 3")
    assert outcome.reasons == ["malformed_body"]
    assert outcome.answer == "the body is not JSON: unexpected character at line 1 column 3"


@pytest.mark.parametrize(
    ("extra", "notes"),
    [
        pytest.param({}, [], id="nothing unknown"),
        pytest.param(
            {"eventtypekey": "x"},
            [("ENV-20/ignored", "eventtypekey")],
            id="one that is there too",
        ),
        pytest.param({"comment": "x"}, [("ENV-20/ignored", "comment")], id="unknown"),
        pytest.param({"comment": " "}, [("ENV-01/unknown_field", "comment")], id="blank"),
        pytest.param({"comment": []}, [("ENV-01/unknown_field", "comment")], id="empty"),
        pytest.param({"occurred": "2026-01-01"}, [("ENV-20/occurred", "occurred")], id="occurred"),
        pytest.param(
            {"items": [1], "Email": "a@b.c"}, [("ENV-20/beside", "params")], id="params beside"
        ),
    ],
)
def test_fields_that_no_rule_reads_are_warned_of_unless_they_are_empty(
    case: Any, extra: Any, notes: list[Any]
) -> None:
    """ENV-01, ENV-20."""
    outcome = case.judge({**case.event("visit", phone="380501234567"), **extra})
    assert outcome.verdict == "recorded"
    said = [(step.finding, step.param) for step in outcome.trace if step.rule == "ENV-20"]
    said += [(step.finding, step.param) for step in outcome.trace if step.rule == "ENV-01"][1:]
    assert said == (notes or [("ENV-20/in_place", None)])
    warned = any(finding.startswith("ENV-20/") for finding, _ in notes)
    assert outcome.warnings == (["field_ignored"] if warned else [])


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("eventtypekey", "eventTypeKey"),
        ("event_type_key", "eventTypeKey"),
        ("eventType", "eventTypeKey"),
        ("event", "eventTypeKey"),
        ("key", "keyValue"),
        ("KeyValue", "keyValue"),
    ],
)
def test_misspelt_field_of_the_body_is_a_near_miss(case: Any, name: str, meant: str) -> None:
    """ENV-20."""
    body = case.event("visit", phone="380501234567")
    body[name] = body.pop(meant)
    outcome = case.judge(body)
    step = next(step for step in outcome.trace if step.rule == "ENV-20")
    assert step.message.endswith(f"is left alone; did you mean {meant}?")
    assert "field_ignored" in outcome.warnings


def test_of_very_many_unknown_fields_the_first_five_are_noted(case: Any) -> None:
    """ENV-20."""
    body = {**case.event("visit"), **{f"extra{number}": 1 for number in range(7)}}
    notes = [step.param for step in case.judge(body).trace if step.rule == "ENV-20"]
    assert notes == [f"extra{number}" for number in range(5)]


# ENV-05 and ENV-06: an event identifies somebody


@pytest.mark.parametrize("key_value", [..., None, "", " \n"])
@pytest.mark.parametrize(
    ("params", "kept"),
    [
        pytest.param({"contactKey": "k", "pushToken": "t"}, "t", id="push token"),
        pytest.param({"pushToken": "t", "phone": "1"}, "1", id="phone before push token"),
        pytest.param({"Phone": 1, "EMAIL": "a@b.c"}, "a@b.c", id="email before phone"),
        pytest.param(
            {"email": "a@b.c", "externalCustomerId": "x"}, "x", id="external ID before email"
        ),
        pytest.param(
            {"externalCustomerId": "x", "contact_ID": 9}, "9", id="contact ID before external ID"
        ),
        pytest.param(
            {"externalCustomerId": "null", "sms": "1"}, "1", id='not an external ID of "null"'
        ),
    ],
)
def test_missing_key_value_comes_from_the_params(
    case: Any, key_value: Any, params: Any, kept: str
) -> None:
    """ENV-05."""
    body = {**case.event("visit", **params), "keyValue": key_value}
    if key_value is ...:
        del body["keyValue"]
    outcome = case.judge(body)
    assert (outcome.verdict, outcome.key_value) == ("recorded", kept)
    (note,) = case.steps(outcome, "ENV-05")
    assert note.endswith(f': "{kept}"')
    assert [step.finding for step in outcome.trace if step.rule == "ENV-06"] == [
        "ENV-06/identifier"
    ]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="ENV-06 nothing at all"),
        pytest.param({"email": " ", "phone": None}, id="ENV-06 nothing filled"),
        pytest.param({"contactKey": "k"}, id="ENV-06 a contact key does not count"),
        pytest.param({"externalCustomerId": "null"}, id="ENV-06 nor does the text null"),
    ],
)
def test_event_that_names_nobody_is_rejected(case: Any, params: Any) -> None:
    body = {"eventTypeKey": "visit", "params": case.params(params)}
    assert case.told(body) == rejected(
        "identifier_missing",
        "ENV-06",
        "keyValue",
        "keyValue (or an identifier, such as phone) were filled",
    )


# ENV-10: values


@pytest.mark.parametrize("value", [{"a": [1]}, [1, 2]])
def test_v1_warns_of_a_nested_value(case: Any, value: Any) -> None:
    """ENV-10."""
    body = case.event("visit", phone="380501234567", more=value)
    assert case.judge(body, version="v2").warnings == []
    outcome = case.judge(body, version="v1")
    assert (outcome.verdict, outcome.warnings) == ("recorded", ["v1_value_not_string"])
    (note,) = case.steps(outcome, "ENV-10")
    assert note.startswith("noted v1 documents values as text; more is an ")


@pytest.mark.parametrize("value", ["text", 1, 1.5, True, None, '{"a": 1}'])
def test_v1_accepts_plain_values(case: Any, value: Any) -> None:
    """ENV-10."""
    outcome = case.judge(case.event("visit", phone="380501234567", more=value), version="v1")
    assert (outcome.verdict, outcome.warnings) == ("recorded", [])
    assert case.steps(outcome, "ENV-10") == ["passed v1: no value is an array or object"]


# ENV-11: size


@pytest.mark.parametrize(("size", "verdict"), [(20480, "applied"), (20481, "rejected")])
def test_body_has_at_most_20_kb(case: Any, size: int, verdict: str) -> None:
    """ENV-11."""
    outcome = case.judge(case.order(), size=size)
    assert outcome.verdict == verdict
    assert outcome.status == (200 if verdict == "applied" else 413)


def test_body_that_is_too_large_is_read_all_the_same(case: Any) -> None:
    """ENV-11: the record of a dropped order names the order, so that it can be blamed later."""
    outcome = case.judge({**case.order(), "keyValue": LONG_VALUE}, size=30000)
    assert case.say(outcome) == (
        "rejected",
        ["body_too_large", "key_value_too_long"],
        [],
        [("ENV-11", None), ("ENV-04", "keyValue")],
        (
            "would be accepted if the body had at most 20480 bytes"
            " and keyValue had at most 300 characters"
        ),
    )
    assert (outcome.status, outcome.external_order_id) == (413, "12345679")


@pytest.mark.parametrize(
    ("malformed", "reasons"),
    [
        pytest.param(None, ["body_too_large"], id="ENV-11 not parsed"),
        pytest.param("cut off", ["body_too_large", "malformed_body"], id="ENV-11 not JSON either"),
    ],
)
def test_body_that_is_too_large_and_unread(case: Any, malformed: Any, reasons: list[str]) -> None:
    outcome = case.judge(None, size=999999, malformed=malformed)
    assert (outcome.verdict, outcome.status, outcome.reasons) == ("rejected", 413, reasons)
    assert outcome.answer.startswith("the body has 999999 bytes, more than 20480 (20 KB)")


# All of them


def test_all_faults_of_an_envelope_are_reported_together(case: Any) -> None:
    """ENV-02, ENV-03, ENV-04, ENV-07, ENV-08, ENV-09, ENV-11."""
    body = {
        "eventTypeKey": LONG_KEY + "?",
        "keyValue": {},
        "params": [
            5,
            {"name": "a"},
            {"value": 1},
            {"name": "", "value": 1},
            {"name": "n" * 101, "value": 1},
            {"name": "twice", "value": 1},
            {"name": "twice", "value": 2},
        ],
    }
    outcome = case.judge(body, size=20481)
    assert outcome.reasons == [
        "body_too_large",
        "event_type_key_too_long",
        "event_type_key_forbidden_character",
        "key_value_malformed",
        "param_malformed",
        "param_name_too_long",
        "param_name_duplicate",
    ]
    assert case.say(outcome).failed == [
        ("ENV-11", None),
        ("ENV-02", "eventTypeKey"),
        ("ENV-03", "eventTypeKey"),
        ("ENV-04", "keyValue"),
        ("ENV-07", "params[0]"),
        ("ENV-07", "params[1]"),
        ("ENV-07", "params[2]"),
        ("ENV-08", "params[3].name"),
        ("ENV-08", "params[4].name"),
        ("ENV-09", "params[6].name"),
    ]
    assert outcome.answer.count("; ") == 9, "each fault once"


def test_answer_and_hint_of_very_many_faults_stay_short(case: Any) -> None:
    """ENV-07: every fault is in the trace; the wire and the hint tell of the first ones."""
    outcome = case.judge({"eventTypeKey": "visit", "keyValue": "1", "params": [1] * 500})
    assert len(case.say(outcome).failed) == 500
    assert outcome.answer.endswith("params[19] is a number, not an object; and 480 more")
    assert outcome.hint.endswith(" and 495 more faults in the trace were mended")


def test_notes_of_the_transport_stand_at_the_head(case: Any) -> None:
    """WIRE-05's warning, for one."""
    step = Step("WIRE-05/assumed")
    notes = ((step, "content_type_missing"), (step, "content_type_missing"), (step, None))
    outcome = case.judge(case.order(), notes=notes)
    assert outcome.trace[:3] == [step] * 3
    assert (outcome.verdict, outcome.warnings) == ("applied", ["content_type_missing"])
