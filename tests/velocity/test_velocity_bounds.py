"""The bounds of the template language, each on both of its sides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from mock_server.velocity import STEPS, Budget, Run, TemplateError, parse
from mock_server.velocity.tools import tools
from tests.velocity.test_velocity import NOW, text_of


def spent(template: str, **names: Any) -> int:
    """How many steps a template takes."""
    budget = Budget()
    parse(template).start(Run({**tools(NOW), **names}, budget))
    return STEPS - budget.left


def test_a_tool_costs_what_it_reads() -> None:
    """A pattern is read character by character: 20 for each of its characters and 100 more."""
    pattern = "d " * 50
    plain = spent("$numberTool.integer(1)")
    short = spent("$dateTool.currentDate('d')")
    long = spent(f"$dateTool.currentDate('{pattern}')")
    assert 20 <= short - plain <= 25
    assert 20 <= long - short <= 25
    with pytest.raises(TemplateError, match="does too much"):
        spent(f"#foreach($i in [1..1500])$dateTool.currentDate('{pattern}')#end")


@pytest.mark.parametrize(("new", "is_fine"), [(99, True), (100, False)])
def test_replace_grows_a_text_up_to_its_bound(new: int, is_fine: bool) -> None:
    """It is told before it is done: what replaces may be found a thousand times."""
    names = {"s": "a" * 1000, "new": "b" * new}
    template = "$s.replace('a', $new).length()"
    if is_fine:
        assert text_of(template, **names) == "99000"
    else:
        with pytest.raises(TemplateError, match="a text grew beyond 100000 characters"):
            text_of(template, **names)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1E+2", "100"),
        ("1.50E+3", "1500"),
        ("1E+29", "1" + "0" * 29),
        ("1E+30", "1E+30"),
        ("1E-29", "0." + "0" * 28 + "1"),
        ("1E-30", "1E-30"),
    ],
)
def test_a_number_is_written_out_as_far_as_anybody_reads(number: str, text: str) -> None:
    assert text_of("$n", n=Decimal(number)) == text


def test_a_quoted_text_counts_only_where_it_is_written() -> None:
    long = "x" * 90_000
    template = '#set($t = "$s.")' * 7
    assert text_of(f"{template}ok", s=long) == "ok"
    with pytest.raises(TemplateError, match="longer than 500000 characters"):
        text_of(f"{template}{'$t' * 6}", s=long)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


DEEP = {
    "blocks": lambda depth: ("#if($y)" * depth + "x" + "#end" * depth, "x"),
    "lists": lambda depth: ("#set($l = " + "[" * depth + "1" + "]" * depth + ")x", "x"),
    "values": lambda depth: ("$v", "[" * depth + "1" + "]" * depth),
    "looked at": lambda _: ("$m.values().size()", "1"),
    "compared": lambda _: ("#if($v == $v)x#end", "x"),
}


@pytest.mark.parametrize(
    ("kind", "deepest"),  # a condition and a text in brackets are levels of their own
    [("blocks", 29), ("lists", 28), ("values", 30), ("looked at", 30), ("compared", 30)],
)
def test_nothing_is_nested_deeper_than_30(kind: str, deepest: int) -> None:
    template, text = DEEP[kind](deepest)
    assert text_of(template, v=nested(deepest), m={"a": nested(deepest)}, y=True) == text
    template, _ = DEEP[kind](deepest + 1)
    with pytest.raises(TemplateError, match="nested more than 30 deep"):
        text_of(template, v=nested(deepest + 1), m={"a": nested(deepest + 1)}, y=True)


@pytest.mark.parametrize("zone", ["GMT+23:59", "GMT-23:59", "UTC+1", "+0930"])
def test_a_time_zone_is_less_than_a_day_away(zone: str) -> None:
    assert len(text_of(f"$dateTool.currentDate('HH:mm', '{zone}')")) == 5


@pytest.mark.parametrize("zone", ["GMT+24:00", "GMT-24:00", "GMT+99", "GMT+23:60", "Kyiv"])
def test_what_is_a_day_away_is_not_a_time_zone(zone: str) -> None:
    with pytest.raises(TemplateError, match="is not a time zone such as"):
        text_of(f"$dateTool.currentDate('HH:mm', '{zone}')")


@pytest.mark.parametrize("index", ["-1", "2", "1.5", "-0.5", "'1'"])
def test_an_index_is_one_of_the_list(index: str) -> None:
    assert text_of("$l[0] $l.get(1) $l.get(1.0)", l=["a", "b"]) == "a b b"
    with pytest.raises(TemplateError, match="index"):
        text_of(f"$l.get({index})", l=["a", "b"])
