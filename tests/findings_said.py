"""Which findings the tests bring about, counted over all workers: none of them may be left unsaid.

A finding is a sentence that a rule can say (`mock_server.ledger`). One that no test brings about
may be wrong, or can never be said; an id in a comment proves nothing. So each step of any trace is
noted when it is taken up, in every worker, and after a run of all tests the findings that
nobody brought about fail it. Those that the contract scenarios bring about are counted apart: what
a client can cause, a scenario shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from mock_server.ledger.findings import FINDINGS
from mock_server.rules.outcome import Step
from mock_server.rules.trace import Trace

SCENARIOS = "tests/contracts/test_contract_scenarios.py"
NOT_BY_SCENARIOS = {"IDN-09/elsewhere": "a scenario has one account"}
"""Findings that no scenario can bring about, with the reason."""

_ROOT = Path(__file__).parent


class _Steps(list[Step]):
    """The steps of a trace, each noted when it is taken up."""

    def __init__(self, said: set[str]) -> None:
        super().__init__()
        self._said = said

    def append(self, step: Step) -> None:
        self._said.add(step.finding)
        super().append(step)

    def __iadd__(self, steps: Iterable[Step]) -> _Steps:  # type: ignore[misc,override]  # any steps
        taken = list(steps)
        self._said.update(step.finding for step in taken)
        super().extend(taken)
        return self


class FindingsSaid:
    """A plugin that notes what is said, and fails a whole run in which something was not."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._by_scenarios: set[str] = set()
        self._by_tests: set[str] = set()
        self._said = self._by_tests
        self._lacking: list[str] = []
        self._watch()

    def _watch(self) -> None:
        plain = Trace.__init__

        def watched(trace: Trace) -> None:
            plain(trace)
            trace.steps = _Steps(self._said)
            trace.add = trace.steps.append

        Trace.__init__ = watched  # type: ignore[method-assign]  # that is the point

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """Note what is said during a scenario apart from the rest."""
        is_scenario = item.nodeid.startswith(SCENARIOS)
        self._said = self._by_scenarios if is_scenario else self._by_tests
        return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a worker has noted."""
        by_scenarios, by_tests = getattr(node, "workeroutput", {}).get("findings", ((), ()))
        self._by_scenarios.update(by_scenarios)
        self._by_tests.update(by_tests)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over what was noted, or judge it."""
        worker: Any = getattr(self._config, "workeroutput", None)
        if worker is not None:
            worker["findings"] = sorted(self._by_scenarios), sorted(self._by_tests)
        elif self._is_whole() and session.exitstatus == pytest.ExitCode.OK:
            self._lacking = list(lacking(self._by_scenarios, self._by_tests))
            if self._lacking:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name what was not said."""
        if self._lacking:
            terminalreporter.section("findings that no test brings about", red=True)
            for line in self._lacking:
                terminalreporter.line(line)

    def _is_whole(self) -> bool:
        """Whether all tests were to run: no folder, file or expression chooses among them."""
        options = ("keyword", "collectonly", "lf", "stepwise")  # the last two need the cache
        chosen = any(getattr(self._config.option, each, None) for each in options)
        places = {Path(each).resolve() for each in self._config.args}
        marked = (
            self._config.option.markexpr
        )  # `make test` and `make test-all` leave out what is long
        return not chosen and "not soak" in marked and places <= {_ROOT, _ROOT.parent}


def lacking(by_scenarios: set[str], by_tests: set[str]) -> Iterable[str]:
    """What is wrong with what was said, as lines."""
    for finding in FINDINGS:
        if finding not in by_scenarios | by_tests:
            yield f"{finding}: by no test at all"
        elif finding not in by_scenarios and finding not in NOT_BY_SCENARIOS:
            yield f"{finding}: by no contract scenario"
    for finding in NOT_BY_SCENARIOS:
        if finding in by_scenarios:
            yield f"{finding}: a scenario brings it about"
