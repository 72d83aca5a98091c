"""A machine without chromium: the tests say what they could not do, or fail where they must not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.full

ONE = "tests/inspector/test_browser.py::test_a_reset_asks_first"


@pytest.mark.parametrize("required", [False, True])
def test_browser_tests_that_cannot_run_are_told_of_or_fail(tmp_path: Path, required: bool) -> None:
    environment = {
        name: value for name, value in os.environ.items() if name != "YESPO_MOCK_REQUIRE_BROWSER"
    }
    environment["PATH"] = str(tmp_path)
    if required:
        environment["YESPO_MOCK_REQUIRE_BROWSER"] = "1"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--no-cov", "-m", "", ONE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == (1 if required else 0), done.stdout
    assert "apt-get install chromium" in done.stdout
    assert ("1 browser tests were SKIPPED" in done.stdout) is not required
