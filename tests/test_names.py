"""Names are compared in one way, and near ones are proposed by one measure."""

from __future__ import annotations

import time

import pytest

from mock_server.ledger.catalogue import RULES
from mock_server.ledger.codes import CODES
from mock_server.model import ORDER_STATUSES
from mock_server.names import folded, near, nearest, way_out

FIELDS = ("externalOrderId", "externalCustomerId", "email", "phone", "totalCost", "status", "date")


@pytest.mark.parametrize(
    "name", ["total_cost", "TotalCost", "total-cost", "total cost", "TOTALCOST", "Total_Cost"]
)
def test_letter_case_and_separators_do_not_make_another_name(name: str) -> None:
    assert folded(name) == folded("totalCost")
    assert near(name, FIELDS) == "totalCost"


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("mail", FIELDS, "email"),
        ("toatlCost", FIELDS, "totalCost"),
        ("orderId", FIELDS, None),
        ("", FIELDS, None),
        ("___", FIELDS, None),
        ("in progress", ORDER_STATUSES, "IN_PROGRESS"),
        ("canceled", ORDER_STATUSES, "CANCELLED"),
        ("item_requird_missing", CODES, "item_required_missing"),
        ("ITM-2", RULES, "ITM-02"),
        ("--in-memroy", ["--in-memory", "--port"], "--in-memory"),
        ("straße", ["STRASSE"], "STRASSE"),
        ("anything", [], None),
    ],
)
def test_the_name_that_was_probably_meant(
    word: str, known: tuple[str, ...], meant: str | None
) -> None:
    assert near(word, known) == meant


def test_several_near_names_come_with_the_nearest_first() -> None:
    assert nearest("ord-1", ["BLK-01", "ORD-11", "ORD-10"], 3) == ["ORD-11", "ORD-10"]


def test_a_hostile_name_costs_little() -> None:
    known = [f"{'a' * 60}{number}" for number in range(100_000)]
    began = time.perf_counter()
    assert near("a" * 10_000_000, known) is None
    near("a" * 63, known)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("statsu", FIELDS, "Did you mean status?"),
        ("zzz", FIELDS, f"Known: {', '.join(FIELDS)}."),
        ("zzz", map(str, range(50)), f"Known: {', '.join(map(str, range(40)))} and 10 more."),
        ("zzz", (), "There are none."),
    ],
)
def test_the_way_out_names_the_near_one_or_what_there_is(
    word: str, known: tuple[str, ...], said: str
) -> None:
    assert way_out(word, known) == said
