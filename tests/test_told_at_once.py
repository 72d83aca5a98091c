"""A run of minutes says a failure when it happens, and what was running when it is interrupted."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TESTS = """
def test_fails():
    assert 1 == 2

def test_is_interrupted():
    raise KeyboardInterrupt
"""


def test_a_failure_and_an_interrupted_test_are_named(pytester: pytest.Pytester) -> None:
    pytester.syspathinsert(Path(__file__).parent)
    pytester.makeconftest(
        "from told_at_once import ToldAtOnce\n"
        "def pytest_configure(config):\n"
        "    config.pluginmanager.register(ToldAtOnce(config))\n"
    )
    pytester.makepyfile(TESTS)
    bare = ("-q", "-p", "no:cacheprovider", "-p", "no:yespo_mock", "-p", "no:xdist")
    done = pytester.runpytest_inprocess(*bare, no_reraise_ctrlc=True)
    done.stdout.fnmatch_lines(
        [
            "FAILED *::test_fails (call): assert 1 == 2",
            "INTERRUPTED *::test_is_interrupted",
            "*= FAILURES =*",
        ]
    )
