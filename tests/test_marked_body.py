"""The body of an event with the places marked that were found wanting."""

from __future__ import annotations

from typing import Any

import pytest

from mock_server import jsonio
from mock_server.emulator import Emulator
from mock_server.emulator.event_bodies import read_event
from mock_server.emulator.examples import EXAMPLES
from mock_server.pages.marked_body import Line, around_marks, marked_body

ITEM = EXAMPLES["orderCreated"]["params"][-1]["value"][0]


def marks(body: Any) -> list[tuple[str, bool]]:
    """The marked lines of a body that was sent: their text, and whether it is not in the body."""
    with Emulator() as emulator:
        account = emulator.account()
        account.add_contact({"phone": "380501234567", "externalCustomerId": "AV13760"})
        data = body if isinstance(body, bytes) else jsonio.dumps(body)
        outcome = account.generate_event(read_event(data, "v2"))
        lines = marked_body(account.event(outcome.event_id or 0))
    present = [each.text for each in lines if not each.is_absent]
    if not isinstance(body, bytes):
        assert jsonio.loads("\n".join(present).encode()) == body
    return [(each.text.strip(), each.is_absent) for each in lines if each.note]


def order(**changes: Any) -> Any:
    params = {each["name"]: each["value"] for each in EXAMPLES["orderCreated"]["params"]}
    params |= changes
    kept = {name: each for name, each in params.items() if each is not ...}
    return {
        **EXAMPLES["orderCreated"],
        "params": [{"name": name, "value": each} for name, each in kept.items()],
    }


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        (order(), []),
        (order(date="tomorrow"), [('"value": "tomorrow"', False)]),
        (order(totalCost=...), [('"totalCost"', True)]),
        (order(items=[{**ITEM, "cost": "x"}]), [('"cost": "x",', False)]),
        (
            order(items=[ITEM, {"externalItemId": "2", **dict.fromkeys(("cost", "quantity"), 1)}]),
            [('"name"', True), ('"url"', True), ('"imageUrl"', True)],
        ),
        (order(items="none"), [('"value": "none"', False)]),
        ({**order(), "keyValue": ["a"]}, [('"keyValue": [', False)]),
        ({"eventTypeKey": "", "keyValue": "1"}, [('"eventTypeKey": "",', False)]),
        (b"{broken", []),
    ],
)
def test_the_failing_places_are_marked(body: Any, marked: list[tuple[str, bool]]) -> None:
    assert sorted(marks(body)) == sorted(marked)


def test_a_body_of_very_many_levels_is_shown_without_marks() -> None:
    deep: Any = "x"
    for _ in range(190):
        deep = [deep]
    assert marks({"eventTypeKey": "a", "keyValue": deep}) in ([], [('"keyValue": [', False)])


@pytest.mark.parametrize(
    ("marked", "shown"),
    [
        ([], ""),
        ([0], "01234⋯"),
        ([4], "012345678⋯"),
        ([5], "⋯123456789⋯"),
        ([3, 12], "0123456789abcdef"),
        ([3, 13], "01234567⋯9abcdef"),
        ([11], "⋯789abcdef"),
        ([10], "⋯6789abcde⋯"),
    ],
)
def test_around_the_marks_a_few_lines_are_shown_and_gaps_where_lines_are_left_out(
    marked: list[int], shown: str
) -> None:
    lines = [
        Line(text, "wrong" if place in marked else "")
        for place, text in enumerate("0123456789abcdef")
    ]
    assert "".join(each.text.strip() for each in around_marks(lines)) == shown
