"""The runners of the contract scenarios in other languages run all of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[2]
RUNNERS = {
    "node": ("contracts.test.mjs", ("node", "--test", "--test-reporter=tap"), r"# pass (\d+)"),
    "phpunit": ("ContractsTest.php", ("phpunit",), r"OK \((\d+) tests"),
}


@pytest.mark.parametrize("program", RUNNERS)
def test_every_scenario_passes(program: str, tmp_path: Path) -> None:
    file, command, passed = RUNNERS[program]
    if shutil.which(program) is None:
        text = f"not run: there is no {program}"
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    shutil.copy(ROOT / "examples" / "contracts" / file, tmp_path)
    ours = [sys.executable, "-m", "mock_server"]
    subprocess.run([*ours, "contracts", "export", "scenarios"], cwd=tmp_path, check=True)
    environment = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    done = subprocess.run(
        [*ours, "exec", "--", *command, file],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    found = re.search(passed, done.stdout)
    assert found is not None
    assert int(found[1]) == len(list((ROOT / "fixtures" / "contracts").glob("*.json")))
