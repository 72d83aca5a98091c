"""Templates of a grammar: none raises but `TemplateError`, and no step holds others up."""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from coverage import Coverage

from mock_server.velocity import Run, TemplateError, parse, running
from mock_server.velocity.tools import tools
from tests.velocity.grammar import Grammar

NOW = datetime(2026, 1, 2, 15, 4, 5, 6000, tzinfo=timezone.utc)
LONGEST_STEP = 10 if Coverage.current() is None else 40  # lines that are traced take longer
"""How often the time of `_baseline` a step may take, in the same run."""
IN_EVERY_RUN = 800


_QUICK = 0.02


def _baseline() -> float:
    """Seconds of processor time that a hundred thousand small steps of Python take just now."""
    began = time.thread_time()
    sum(number * number for number in range(100_000))
    return time.thread_time() - began


class StepClock:
    """Runs templates and measures the processor time between two steps of each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._longest = self._last = 0.0
        work = running.Pace.work

        def measured(pace: running.Pace, units: int = 1) -> None:
            self._take()
            work(pace, units)

        monkeypatch.setattr(running.Pace, "work", measured)

    def run(self, template: str) -> bool:
        """Run a template: whether it ended well. One with a long step is tried three times."""
        for _ in range(3):
            self._longest, self._last = 0.0, time.thread_time()
            ended_well = _ends_well(template)
            self._take()
            if self._longest < _QUICK or self._longest < LONGEST_STEP * _baseline():
                return ended_well
        raise AssertionError(f"{template[:2000]!r} has a step of {self._longest:.3f} s")

    def _take(self) -> None:
        now = time.thread_time()
        self._longest = max(self._longest, now - self._last)
        self._last = now


def _ends_well(template: str) -> bool:
    rows = [{"name": f"n{number}", "price": number} for number in range(50)]
    values = {"a": "A", "s": " ab-c ", "l": [1, "2", None, [3]], "m": {"x": 1}, "n": 7}
    data = {"items": rows, "long": "x" * 50_000, "deep": {"l": rows}}
    try:
        parse.__wrapped__(template).start(Run({**tools(NOW), **values, "data": data}))
    except TemplateError:
        return False
    except Exception as error:
        raise AssertionError(f"{template!r} raised {error!r}") from error
    return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[StepClock]:
    gc.disable()  # a collection that falls into a step is not the step's
    yield StepClock(monkeypatch)
    gc.enable()


def test_a_template_of_the_grammar_comes_to_a_text_or_a_problem(clock: StepClock) -> None:
    grammar = Grammar(0)
    ends = Counter(clock.run(grammar.template()) for _ in range(IN_EVERY_RUN))
    assert min(ends[True], ends[False]) > IN_EVERY_RUN // 10


@pytest.mark.full
@pytest.mark.parametrize("seed", range(1, 41))
def test_a_hundred_thousand_templates_come_to_a_text_or_a_problem(
    seed: int, clock: StepClock
) -> None:
    grammar = Grammar(seed)
    for _ in range(2_500):
        clock.run(grammar.template())


COSTLY = {
    "commas": "$numberTool.format('" + "," * 30_000 + "', 1)",
    "quotes": '$dateTool.currentDate("' + "'" * 30_000 + '")',
    "contains list": "#set($l = [1..9999])#foreach($i in [1..99])$l.contains($l)#end",
    "contains text": "#set($s = '" + "a" * 90_000 + "')$s.contains($s.replace('a', 'aa'))",
    "text of a list": "#set($l = [1..9999])#set($k = [$l, $l, $l])#foreach($i in [1..99])$k#end",
    "long names": "#set($s = '" + "k" * 40_000 + "')#set($m = {})"
    "#foreach($i in [1..300])#set($x = $m.put($s + $i, 1))#end$m.get($s)",
    "split": "#set($s = '" + "a," * 45_000 + "')#foreach($i in [1..99])$s.split(',')#end",
    "index": "$a[' $a[\" " * 9_000,
    "accesses": "$a" + ".b" * 49_000,
    "spaces": "$a[" + " " * 50_000 + "#if(" + " " * 40_000,
}


@pytest.mark.parametrize("name", COSTLY)
def test_what_is_costly_is_done_in_small_steps(name: str, clock: StepClock) -> None:
    clock.run(COSTLY[name])
