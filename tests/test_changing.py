"""A part of an event is changed by its path, and a path that leads nowhere is told."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server.emulator.changing import path_steps, read_value, with_value, without_value
from mock_server.emulator.errors import InvalidError


def event(**params: Any) -> dict[str, Any]:
    listed = [{"name": name, "value": value} for name, value in params.items()]
    return {"eventTypeKey": "a", "keyValue": "k", "params": listed}


ITEMS = [{"name": "x"}, {"name": "y"}]


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("eventTypeKey", {**event(items=ITEMS), "eventTypeKey": 5}),
        ("keyValue", {**event(items=ITEMS), "keyValue": 5}),
        ("params", {**event(), "params": 5}),
        ("params[0].name", {**event(), "params": [{"name": 5, "value": ITEMS}]}),
        ("items", event(items=5)),
        ("total", event(items=ITEMS, total=5)),
        ("items[0]", event(items=[5, {"name": "y"}])),
        ("items[1].name", event(items=[{"name": "x"}, {"name": 5}])),
        ("items[2]", event(items=[*ITEMS, 5])),
        ("items[2].url", event(items=[*ITEMS, {"url": 5}])),
        ("items[2][0]", event(items=[*ITEMS, [5]])),
        ("new.part", event(items=ITEMS, new={"part": 5})),
        ("new[0].part", event(items=ITEMS, new=[{"part": 5}])),
    ],
)
def test_a_value_is_put_at_its_path(path: str, changed: Any) -> None:
    before = event(items=ITEMS)
    assert with_value(before, path, 5) == changed
    assert before == event(items=[{"name": "x"}, {"name": "y"}]), "left as it was"


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("keyValue", {name: each for name, each in event(items=ITEMS).items() if name[0] != "k"}),
        ("items", event()),
        ("items[0]", event(items=ITEMS[1:])),
        ("items[1]", event(items=ITEMS[:1])),
        ("items[1].name", event(items=[{"name": "x"}, {}])),
    ],
)
def test_what_is_at_a_path_is_taken_out(path: str, left: Any) -> None:
    assert without_value(event(items=ITEMS), path) == left


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("items[3]", r"there is no 3 in a list of 2\."),
        ("items[3].name", r"there is no 3 in a list of 2\."),
        ("items.name", r"there is no 'name' in a list of 2\."),
        ("items.name.x", r"there is no 'name' in a list of 2\."),
        ("items[0][1]", r"there is no 1 in an object with name\."),
        ("items[0][1].x", r"there is no 1 in an object with name\."),
        ("keyValue.x", "there is no 'x' in the value \"k\""),
    ],
)
def test_a_path_that_leads_nowhere_is_told(path: str, told: str) -> None:
    with pytest.raises(InvalidError, match=told):
        with_value(event(items=ITEMS), path, 5)


@pytest.mark.parametrize("path", ["total", "items[2]", "items[0].url", "items.name", "keyValue[0]"])
def test_what_is_not_there_cannot_be_taken_out(path: str) -> None:
    with pytest.raises(InvalidError, match="there is no"):
        without_value(event(items=ITEMS), path)


@pytest.mark.parametrize("path", ["", "[0]", "items[", "items[x]", "items]", "a..b", "items[0]]"])
def test_what_is_no_path_is_told(path: str) -> None:
    with pytest.raises(InvalidError, match="is not a path"):
        path_steps(path)


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ('"3"', "3"), ("null", None), ("[1]", [1]), ("Kyiv", "Kyiv")]
)
def test_a_value_is_json_or_text(text: str, value: Any) -> None:
    assert read_value(text) == value
