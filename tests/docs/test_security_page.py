"""The security page claims no more cases than there are, and no other figures."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = [
    (int(cases.replace(",", "")), re.findall("`(tests/[^`]+)`", tests), tried)
    for tried, cases, tests in re.findall(r"^\| (.+) \| .+ \| ([\d,]+) \| (.+) \|$", PAGE, re.M)
]


def module(path: str) -> Any:
    """A module of tests, with what it tries."""
    spec = spec_from_file_location(Path(path).stem, ROOT / path)
    assert spec is not None
    assert spec.loader is not None
    found = module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_the_page_has_a_table_of_what_was_tried() -> None:
    assert len(ROWS) == PAGE.count("\n| ") - 1  # its head
    assert all((ROOT / each).exists() for _, tests, _ in ROWS for each in tests)


def test_its_figures_are_those_of_the_tests() -> None:
    paths = module("tests/wire/test_one_path.py")
    spellings = sum(len(list(paths.spellings(each))) for each in paths.PROTECTED)
    assert f"{len(paths.PROTECTED)} protected paths in {spellings:,} spellings" in PAGE
    forms = module("tests/test_server_hostile_clients.py").BODIES
    assert f"{len(forms)} forms of two lengths" in PAGE
    readers = module("tests/wire/test_slow_readers.py").READERS
    assert f"{readers} clients that do not read" in PAGE
    clients = module("tests/test_soak_wire.py").CLIENTS
    assert f"{clients} clients on every route" in PAGE


@pytest.mark.full
def test_there_are_as_many_cases_as_it_says() -> None:
    paths = [each for _, tests, _ in ROWS for each in tests]
    line = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", "-m", ""]
    listed = subprocess.run([*line, *paths], capture_output=True, text=True, cwd=ROOT, check=True)
    files = Counter(re.findall(r"^(tests/.+?\.py)::", listed.stdout, re.M))
    for claimed, tests, tried in ROWS:
        there = sum(n for file, n in files.items() if file.startswith(tuple(tests)))
        assert there >= claimed, (tried, there)
