"""A template that runs away lets others go on: it rests again and again."""

from __future__ import annotations

from contextlib import suppress

import pytest

from mock_server.velocity import STEPS, Budget, Run, TemplateError, parse, running
from mock_server.velocity.tools import tools
from tests.velocity.test_velocity import HOSTILE, NOW

BUSY = {
    "loops": HOSTILE["loops"],
    "doubling list": HOSTILE["doubling list"],
    "much missing": HOSTILE["much missing"],
    "long sum": "#set($x = " + "1+" * 45_000 + "1)",
    "conditions": "#if($a.b.c == 1)x#end " * 4_500,
    "dates": "#foreach($i in [1..9999])$dateTool.currentDate('" + "d " * 40 + "')#end",
    "splitting": "#set($s = '" + "a," * 45_000 + "')#foreach($i in [1..99])$s.split(',')#end",
    "looking up": "#set($l = [1..9999])#foreach($i in [1..99])#if($l.contains('x'))#end#end",
    "near names": "#set($m = {"
    + ",".join(f"'{'ab' * 20}{number}': 1" for number in range(300))
    + "})"
    + "".join(f"$m.get('{'ba' * 20}{number}')" for number in range(900)),
}


@pytest.mark.parametrize("name", BUSY)
def test_a_hostile_template_rests_again_and_again(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rests: list[None] = []
    monkeypatch.setattr(running, "rest", lambda: rests.append(None))
    parse.cache_clear()
    with suppress(TemplateError):
        parse(BUSY[name]).start(Run({**tools(NOW), "a": "A"}))
    assert len(rests) > 5


def test_a_template_of_a_shop_needs_no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[None] = []
    monkeypatch.setattr(running, "rest", lambda: rests.append(None))
    run = Run({"items": [{"name": "Tea"}] * 20})
    parse("#foreach($item in $items)$velocityCount. $!item.get('name')\n#end").start(run)
    assert run.text.count("Tea") == 20
    assert rests == []


def test_what_a_template_has_done_is_gone_from_its_budget() -> None:
    budget = Budget()
    parse("$a$a").start(Run({"a": 1}, budget))
    assert 0 < STEPS - budget.left < 20
    with pytest.raises(TemplateError, match="does too much"):
        parse("$a$a").start(Run({"a": 1}, Budget(1)))
