"""The benchmarks run; what they measure is nobody's business here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.full

ROOT = Path(__file__).parent.parent


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)


def test_tables_are_printed_and_figures_written(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    done = bench("--quick", "--output", str(output), "size", "start", "route", "inspector")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Cost against stored events" in done.stdout
    assert "yespo-mock serve, until it answers" in done.stdout
    assert "beyond the no-op route" in done.stdout
    assert "history, first page" in done.stdout
    found = json.loads(output.read_text("utf-8"))
    assert found["quick"] is True
    assert set(found["benchmarks"]) == {"size", "start", "route", "inspector"}
    ratios = found["benchmarks"]["size"]["ratios"]
    assert all(by_size["100"] == 1 for by_size in ratios.values())
    start = found["benchmarks"]["start"]
    assert start["ratios"]["python -c 'import flask'"] == 1
    assert "its first event" in start["milliseconds"]
    assert found["benchmarks"]["route"]["summary"]["byVerdict"]["applied"] == 200


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    done = bench("sise")
    assert done.returncode == 2
    assert "no benchmark is called sise; there are size, start, route" in done.stderr
