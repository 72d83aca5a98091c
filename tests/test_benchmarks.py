"""The benchmarks run; what they measure is nobody's business here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import instructions, kinds

ROOT = Path(__file__).parent.parent


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)


@pytest.mark.full
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
    assert "and its first event" in start["milliseconds"]
    assert found["benchmarks"]["route"]["summary"]["byVerdict"]["applied"] == 200


@pytest.mark.full
def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    done = bench("sise")
    assert done.returncode == 2
    assert "no benchmark is called sise; there are size, start, route" in done.stderr


def test_a_request_is_counted_as_the_difference_of_two_runs() -> None:
    assert instructions.per_request({50: 4_000, 400: 354_000}) == 1000
    assert instructions.per_request({400: 354_000, 50: 4_000}) == 1000


def test_what_cachegrind_counted_is_read_from_its_report() -> None:
    assert instructions.counted("==7== \n==7== I   refs:      4,138,245,073\n") == 4_138_245_073
    assert instructions.counted("==7== I refs: 12") == 12
    with pytest.raises(RuntimeError, match="did not say what it counted: Killed"):
        instructions.counted("Killed")


def test_without_valgrind_nothing_is_counted_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with instructions.CONSOLE.capture() as said:
        assert instructions.run(quick=True) == {}
    assert said.get() == "instructions: valgrind is not installed, so nothing is counted.\n"


@pytest.mark.full
def test_health_is_measured_beside_requests_of_each_route(tmp_path: Path) -> None:
    found = kinds.kinds(b"{}")
    for method, rule in kinds.every_route():
        path = kinds.path_of(rule)
        assert any(each.method == method and each.path.startswith(path) for each in found.values())
    output = tmp_path / "results.json"
    done = bench("--quick", "--output", str(output), "health")
    assert (done.returncode, done.stderr) == (0, "")
    figures = json.loads(output.read_text("utf-8"))["benchmarks"]["health"]
    assert all(0 < each < 10_000 for each in figures["looks"].values())
