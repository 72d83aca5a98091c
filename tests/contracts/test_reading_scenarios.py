"""A malformed scenario is refused with its place; the JSON Schema refuses the same files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mock_server.contracts import MalformedScenario, read_scenario
from mock_server.contracts.line_and_column import locate

ROOT = Path(__file__).parents[2]
VALIDATOR = Draft202012Validator(
    json.loads((ROOT / "fixtures/contract.schema.json").read_text("utf-8"))
)
SOUND = """{
  "scenario": "a sound one",
  "rules": ["ENV-01"],
  "given": {"contacts": [{"phone": "1"}], "eventTypes": [{"eventTypeKey": "visit"}]},
  "steps": [
    {"request": {"method": "POST", "path": "/api/v2/event", "body": {}},
     "response": {"status": 400, "headers": {"Allow": null}},
     "event": {"verdict": "rejected", "trace": [{"rule": "ENV-02", "result": "failed"}]},
     "capture": {"name": "/id"}}
  ],
  "then": {"orders": {"404": null}, "events": [{"verdict": "rejected"}]}
}
"""

MALFORMED = [
    ('"scenario": "a sound one"', '"scenario": ""', "2:15: $.scenario: Is empty"),
    ('"scenario": "a sound one",', "", "1:1: $.scenario: Missing data for required field"),
    ('"rules": ["ENV-01"]', '"rules": []', "3:12: $.rules: Is empty"),
    ('"rules": ["ENV-01"]', '"rules": "ENV-01"', "3:12: $.rules: Not a valid list"),
    ('"POST"', '"SEND"', "6:28: $.steps[0].request.method: Must be one of"),
    ('"/api/v2/event"', '"api/v2/event"', "6:44: $.steps[0].request.path: Begins with a /"),
    ('"body": {}', '"boddy": {}', "6:70: $.steps[0].request.boddy: Unknown field"),
    ('"body": {}', '"body": {}, "text": ""', ": $.steps[0].request.text: Has body or text"),
    ('"status": 400', '"status": "400"', "7:29: $.steps[0].response.status: Not a valid integer"),
    ('"status": 400,', "", "7:18: $.steps[0].response.status: Missing data"),
    ('"verdict": "rejected", "t', '"verdict": "lost", "t', "8:27: $.steps[0].event.verdict"),
    ('"result": "failed"', '"result": "bad"', "$.steps[0].event.trace[0].result: Must be one of"),
    ('"name": "/id"', '"name": "id"', "9:26: $.steps[0].capture.name: Is no JSON Pointer"),
    ('{"404": null}', '{"404": 1}', "11:30: $.then.orders.404: Not a valid mapping type"),
    ('"phone": "1"', '"fone": "1"', "4:35: $.given.contacts[0].fone: Unknown field"),
    ('"then": {', '"thenn": {', "11:12: $.thenn: Unknown field"),
]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    file = tmp_path / "sound.json"
    file.write_text(SOUND, "utf-8")
    return file


def test_a_sound_scenario_is_read(sound: Path) -> None:
    scenario = read_scenario(sound)
    assert (scenario.name, scenario.rules) == ("a sound one", ("ENV-01",))
    assert VALIDATOR.is_valid(json.loads(SOUND))


@pytest.mark.parametrize(("what", "by", "told"), MALFORMED, ids=[each[2] for each in MALFORMED])
def test_a_malformed_scenario_is_refused_with_its_place(
    sound: Path, what: str, by: str, told: str
) -> None:
    assert SOUND.count(what) == 1
    text = SOUND.replace(what, by)
    sound.write_text(text, "utf-8")
    with pytest.raises(MalformedScenario) as refused:
        read_scenario(sound)
    assert str(refused.value).startswith(f"{sound}:")
    assert told in str(refused.value)
    assert not VALIDATOR.is_valid(json.loads(text))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b'{\n  "scenario": }', ":2:15: not JSON: "),
        (b"", ":1:1: not JSON: "),
        (b"\xff{}", ": not JSON: "),
        (b"[]", ":1:1: $: a scenario is a JSON object"),
    ],
)
def test_what_is_not_an_object_is_refused(sound: Path, sent: bytes, told: str) -> None:
    sound.write_bytes(sent)
    with pytest.raises(MalformedScenario, match=r"sound\.json") as refused:
        read_scenario(sound)
    assert told in str(refused.value)


def test_a_rule_that_the_ledger_lacks_is_refused(sound: Path) -> None:
    sound.write_text(SOUND.replace('["ENV-01"]', '["ENV-01", "ENV-999"]'), "utf-8")
    with pytest.raises(MalformedScenario, match=r":3:23: \$\.rules\[1\]: There is no rule ENV-999"):
        read_scenario(sound)


def test_all_faults_are_told_in_the_order_of_the_file(sound: Path) -> None:
    text = SOUND.replace('"POST"', '"SEND"').replace('"then": {', '"thenn": {')
    sound.write_text(text.replace("a sound one", ""), "utf-8")
    with pytest.raises(MalformedScenario) as refused:
        read_scenario(sound)
    lines = str(refused.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["2", "6", "11"]


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(MalformedScenario, match="cannot be read"):
        read_scenario(tmp_path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.data(), st.sampled_from([None, 1, "\t"]))
def test_every_value_of_a_document_is_found_at_its_place(
    document: Any, data: st.DataObject, indent: Any
) -> None:
    path: list[Any] = []
    value = document
    while isinstance(value, (list, dict)) and value and data.draw(st.booleans()):
        keys = range(len(value)) if isinstance(value, list) else sorted(value)
        path.append(data.draw(st.sampled_from(keys)))
        value = value[path[-1]]
    text = json.dumps(document, indent=indent)
    line, column = locate(text, path)
    rest = "\n".join(text.split("\n")[line - 1 :])[column - 1 :]
    assert json.JSONDecoder().raw_decode(rest)[0] == value
