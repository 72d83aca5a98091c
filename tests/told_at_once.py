"""Say a failure when it happens, and which tests were running when the run is interrupted.

With pytest-xdist and `-q` a run of minutes prints dots until its end; a test that hangs is not
named at all.
"""

from __future__ import annotations

import pytest


class ToldAtOnce:
    """A plugin of the process that reports: it sees the tests of all workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._running: dict[str, None] = {}

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Remember that a test has begun."""
        self._running[nodeid] = None

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Forget a test that has ended."""
        self._running.pop(nodeid, None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name a test that has failed, with the reason in one line."""
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            reason = str(getattr(crash, "message", report.longrepr)).partition("\n")[0]
            self._write(f"FAILED {report.nodeid} ({report.when}): {reason[:200]}")

    def pytest_keyboard_interrupt(self) -> None:
        """Name the tests that were running."""
        for nodeid in self._running:
            self._write(f"INTERRUPTED {nodeid}")

    def _write(self, line: str) -> None:
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write(f"\n{line}\n", flush=True, red=True)  # it stands among dots
