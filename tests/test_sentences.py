"""What became of an event, in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mock_server.emulator import Emulator
from mock_server.pages.sentences import BLANK, sentence
from mock_server.rules.outcome import EventRequest


def said(*events: Any) -> str:
    """The sentence of the last of these events."""
    with Emulator() as emulator:
        account = emulator.account()
        account.add_contact({"phone": "380501234567", "externalCustomerId": "AV13760"})
        ids = [account.generate_event(EventRequest(each)).event_id for each in events]
        return sentence(account.event(ids[-1] or 0))


def test_of_an_applied_event_it_is_what_changed(example: Callable[..., Any]) -> None:
    created = example()
    told = said(created).replace(BLANK, " ")
    assert told.startswith("created, INITIALIZED, 1 item, 258.00 UAH")
    updated = {**example(status="IN_PROGRESS", items=[]), "eventTypeKey": "orderUpdated"}
    assert said(created, updated).startswith("status INITIALIZED → IN_PROGRESS, items changed")
    delivered = {**example(), "eventTypeKey": "orderDelivered"}
    assert "status INITIALIZED → DELIVERED" in said(created, delivered)
    assert "totalCost 258.0 → 7" in said(
        created, {**example(totalCost=7), "eventTypeKey": "orderUpdated"}
    )


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"totalCost": "a lot"}, 'totalCost "a lot" is not a number'),
        ({"items": "none", "date": "now"}, "(and 1 more)"),
        ({"phone": "1", "externalCustomerId": ...}, 'no contact has phone "1"'),
    ],
)
def test_of_a_dropped_event_it_is_what_is_wrong(
    example: Callable[..., Any], changes: Any, wrong: str
) -> None:
    assert wrong in said(example(**changes))


def test_of_a_recorded_event_it_is_the_warning(example: Callable[..., Any]) -> None:
    assert "did you mean orderCreated" in said({**example(), "eventTypeKey": "OrderCreated"})


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"verdict": "ignored"},
        {"verdict": "ignored", "reasons": ["x"], "trace": None},
        {"verdict": "applied", "effect": {"after": None}},
        {"verdict": "applied", "effect": {"before": 1, "after": {"items": 3}}, "trace": [1]},
        {"verdict": "recorded", "warnings": ["y"], "trace": [{}]},
    ],
)
def test_a_document_that_lacks_fields_has_a_sentence_too(event: Any) -> None:
    assert isinstance(sentence(event), str)


def test_one_fault_is_told_alone_and_the_others_are_counted(example: Callable[..., Any]) -> None:
    assert said(example(date="now")).count("more") == 0
    assert said(example(date="now", totalCost="x", status="x")).endswith("(and 2 more)")


def test_a_long_value_is_cut() -> None:
    def change(value: str) -> str:
        effect = {"before": {"note": None}, "after": {"note": value}}
        return sentence({"verdict": "applied", "effect": effect})

    assert change("x" * 40) == f"note none → {'x' * 40}"
    assert change("x" * 41) == f"note none → {'x' * 39}…"


@pytest.mark.parametrize(
    ("changed", "end"),
    [("abc", "c 1 → 2"), ("abcd", "c 1 → 2, 1 more fields"), ("abcde", "c 1 → 2, 2 more fields")],
)
def test_three_fields_that_changed_are_told(changed: str, end: str) -> None:
    effect = {"before": dict.fromkeys(changed, 1), "after": dict.fromkeys(changed, 2)}
    told = sentence({"verdict": "applied", "effect": effect})
    assert told == f"a 1 → 2, b 1 → 2, {end}"
