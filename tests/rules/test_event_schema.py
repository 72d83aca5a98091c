"""ENV-02 to ENV-04: eventTypeKey and keyValue."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.rules.event.schema import FORBIDDEN_CHARACTERS, EventSchema

LONG_KEY = "k" * 101
LONG_VALUE = "v" * 301


def rejected(reason: str, rule: str, param: str | None, hint: str) -> tuple[Any, ...]:
    return "rejected", [reason], [], [(rule, param)], f"would be accepted if {hint}"


# ENV-02 and ENV-03: eventTypeKey


@pytest.mark.parametrize(
    ("key", "reason", "rule", "hint", "answer"),
    [
        pytest.param(
            ...,
            "event_type_key_missing",
            "ENV-02",
            "were filled",
            "eventTypeKey is missing",
            id="ENV-02 missing",
        ),
        pytest.param(
            None,
            "event_type_key_missing",
            "ENV-02",
            "were filled",
            "eventTypeKey is not filled",
            id="ENV-02 null",
        ),
        pytest.param(
            " \t",
            "event_type_key_missing",
            "ENV-02",
            "were filled",
            "eventTypeKey is not filled",
            id="ENV-02 blank",
        ),
        pytest.param(
            5,
            "event_type_key_missing",
            "ENV-02",
            "were text",
            "eventTypeKey is a number, not text",
            id="ENV-02 number",
        ),
        pytest.param(
            ["visit"],
            "event_type_key_missing",
            "ENV-02",
            "were text",
            "eventTypeKey is an array, not text",
            id="ENV-02 array",
        ),
        pytest.param(
            LONG_KEY,
            "event_type_key_too_long",
            "ENV-02",
            "had at most 100 characters",
            "eventTypeKey has 101 characters, more than 100",
            id="ENV-02 101 characters",
        ),
        pytest.param(
            "a<b;a<",
            "event_type_key_forbidden_character",
            "ENV-03",
            "had none of < ;",
            'eventTypeKey "a<b;a<" has forbidden characters: < ;',
            id="ENV-03 two characters",
        ),
    ],
)
def test_event_type_key_is_rejected(
    case: Any, key: Any, reason: str, rule: str, hint: str, answer: str
) -> None:
    body = {**case.event("", phone="380501234567"), "eventTypeKey": key}
    if key is ...:
        del body["eventTypeKey"]
    outcome = case.judge(body)
    assert case.say(outcome) == rejected(reason, rule, "eventTypeKey", f"eventTypeKey {hint}")
    assert (outcome.status, outcome.answer) == (400, answer)
    assert outcome.event_type_key == (key if isinstance(key, str) and key.strip() else None)
    assert outcome.new_event_type is None


@pytest.mark.parametrize("key", ["k" * 100, "a b", "відвідування", "a.b:c_d-e(f)&=+#"])
def test_event_type_key_is_accepted(case: Any, key: str) -> None:
    """ENV-02, ENV-03."""
    outcome = case.judge(case.event(key, phone="380501234567"))
    assert (outcome.verdict, outcome.event_type_key) == ("recorded", key)
    assert case.steps(outcome, "ENV-03") == ["passed no forbidden character"]


@pytest.mark.parametrize("character", list("<;’\\/|\"`'^?!,>"))
def test_forbidden_character_rejects_the_event_wherever_it_is(case: Any, character: str) -> None:
    """ENV-03 and ENV-04: each of the fourteen, in the key and in the value."""
    assert character in FORBIDDEN_CHARACTERS
    body = {"eventTypeKey": f"a{character}b", "keyValue": f"{character}1"}
    assert case.told(body) == (
        "rejected",
        ["event_type_key_forbidden_character", "key_value_forbidden_character"],
        [],
        [("ENV-03", "eventTypeKey"), ("ENV-04", "keyValue")],
        (
            f"would be accepted if eventTypeKey had none of {character}"
            f" and keyValue had none of {character}"
        ),
    )


def test_there_are_fourteen_forbidden_characters() -> None:
    """ENV-03."""
    assert len(FORBIDDEN_CHARACTERS) == 14


# ENV-04: keyValue


@pytest.mark.parametrize(
    ("key_value", "reasons", "hint"),
    [
        pytest.param(
            LONG_VALUE,
            ["key_value_too_long"],
            "keyValue had at most 300 characters",
            id="ENV-04 301 characters",
        ),
        pytest.param(
            "a?b",
            ["key_value_forbidden_character"],
            "keyValue had none of ?",
            id="ENV-04 forbidden character",
        ),
        pytest.param(
            "!" + LONG_VALUE,
            ["key_value_too_long", "key_value_forbidden_character"],
            "keyValue had at most 300 characters and keyValue had none of !",
            id="ENV-04 both",
        ),
        pytest.param(
            {"id": 1}, ["key_value_malformed"], "keyValue were text or a number", id="ENV-04 object"
        ),
        pytest.param(
            [1], ["key_value_malformed"], "keyValue were text or a number", id="ENV-04 array"
        ),
        pytest.param(
            True, ["key_value_malformed"], "keyValue were text or a number", id="ENV-04 boolean"
        ),
    ],
)
def test_key_value_is_rejected(case: Any, key_value: Any, reasons: list[str], hint: str) -> None:
    body = {**case.event("visit", phone="380501234567"), "keyValue": key_value}
    failed = [("ENV-04", "keyValue")] * len(reasons)
    assert case.told(body) == (
        "rejected",
        reasons,
        [],
        failed,
        f"would be accepted if {hint}",
    )


@pytest.mark.parametrize(
    ("key_value", "kept"),
    [
        pytest.param("v" * 300, "v" * 300, id="ENV-04 300 characters"),
        pytest.param(380501234567, "380501234567", id="ENV-04 integer"),
        pytest.param(1.5, "1.5", id="ENV-04 fraction"),
        pytest.param(0, "0", id="ENV-04 zero"),
    ],
)
def test_key_value_is_kept_as_text(case: Any, key_value: Any, kept: str) -> None:
    outcome = case.judge({**case.event("visit"), "keyValue": key_value})
    assert (outcome.verdict, outcome.key_value, outcome.event_key) == ("recorded", kept, kept)


def test_schema_describes_its_fields_for_the_reference() -> None:
    """ENV-02, ENV-04, ENV-07: what the OpenAPI document is made of."""
    fields = EventSchema().load_fields
    assert {name: field.required for name, field in fields.items()} == {
        "eventTypeKey": True,
        "keyValue": False,
        "params": False,
    }
    assert fields["eventTypeKey"].metadata["maxLength"] == 100
    assert fields["keyValue"].metadata["maxLength"] == 300
