"""The house rule: what the linter, the type checker or coverage lets off has its reason there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = ("mock_server", "tests", "benchmarks", "examples")
# A reason follows in brackets or as a comment of its own, or stands in the line above.
EXCEPTION = re.compile(
    r"# (?:noqa(?P<bare_noqa>:)?|type: ignore(?P<bare_ignore>\[)?|pragma: no cover)"
    r"(?P<codes>[A-Z0-9, a-z\[\]-]*?)(?P<reason>  [(#].*|$)"
)


def exceptions(text: str) -> list[str]:
    """What is let off without a reason or without saying of what, as `line number: line`."""
    lines = text.split("\n")
    wrong = []
    for number, line in enumerate(lines, start=1):
        found = EXCEPTION.search(line)
        if found is None:
            continue
        above = lines[number - 2].strip() if number > 1 else ""
        told = found["reason"].strip() or above.startswith("#")
        is_coverage = "pragma" in found[0]
        if not told or not (is_coverage or found["bare_noqa"] or found["bare_ignore"]):
            wrong.append(f"{number}: {line.strip()}")
    return wrong


def _files() -> list[Path]:
    found = [path for name in SOURCES for path in (ROOT / name).rglob("*.py")]
    return [path for path in (*found, ROOT / "setup.py") if path != Path(__file__)]


def test_every_exception_has_its_reason_beside_it() -> None:
    found = {str(path.relative_to(ROOT)): exceptions(path.read_text("utf-8")) for path in _files()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("line", "is_fine"),
    [
        ("x = 1", True),
        ("x = 1  # noqa: A001  (the vendor's name)", True),
        ("x = 1  # type: ignore[assignment]  # a number then", True),
        ("x = 1  # pragma: no cover  (on Windows)", True),
        ("# Flask documents this.\nx = 1  # type: ignore[assignment,method-assign]", True),
        ("x = 1  # noqa: A001", False),
        ("x = 1  # noqa", False),
        ("x = 1  # noqa  (whatever it is)", False),
        ("x = 1  # type: ignore", False),
        ("x = 1  # type: ignore[assignment]", False),
        ("x = 1  # pragma: no cover", False),
        ("y = 2\nx = 1  # noqa: A001, A002", False),
    ],
)
def test_a_missing_reason_is_seen(line: str, is_fine: bool) -> None:
    assert (exceptions(line) == []) is is_fine


def test_every_exception_of_the_project_has_its_reason_above_or_beside_it() -> None:
    """In pyproject.toml: each code that is left out is named in a comment, or has one beside it."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    general, per_file = text.split("[tool.ruff.lint.per-file-ignores]")
    ignored = general.split("ignore = [")[1].split("]")[0].strip().split("\n")
    assert [line for line in ignored if "#" not in line] == []
    explained = ""
    for line in per_file.split("\n\n")[0].strip().split("\n"):
        if line.startswith("#"):
            explained += line
        else:
            codes = re.findall(r'"([A-Z]+[0-9]+)"', line)
            assert codes
            assert [code for code in codes if code not in explained] == []
            explained = ""
