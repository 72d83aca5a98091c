"""CONTRIBUTING.md and docs/adding-a-rule.md, followed word for word in a copy of the project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from console import comparable, steps
from documents import APPLY, CHANGES_THE_PROJECT, ROOT, Block, blocks

_NOT_COPIED = ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "benchmarks")
_PASSED = re.compile(r"\d+ passed.* in [\d.]+s.*")


def apply(block: Block, folder: Path) -> None:
    """Do with a block what its comment says: a patch, a new file, or the end of one that is."""
    how, _, where = block.marker.removeprefix(APPLY).partition(" ")
    if how == "diff":
        applied = subprocess.run(
            ["git", "apply", "-"],
            input=block.text.encode(),
            cwd=folder,
            capture_output=True,
            check=False,
        )
        assert applied.returncode == 0, f"{block}: {applied.stderr.decode()}"
    elif how == "file":
        assert not (folder / where).exists()
        (folder / where).write_text(block.text, "utf-8")
    else:
        target = folder / where.removeprefix("of ")
        target.write_text(target.read_text("utf-8") + block.text, "utf-8")


@pytest.mark.full
@pytest.mark.timeout(300)  # it runs a good part of the project's tests, one after the other
@pytest.mark.parametrize("page", CHANGES_THE_PROJECT, ids=lambda page: page.name)
def test_the_page_changes_the_project(page: Path, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    copytree(ROOT, folder, ignore=_NOT_COPIED)
    for block in blocks(page):
        if block.marker.startswith(APPLY):
            apply(block, folder)
    # The copy is what is run, and what is run there does not count as coverage of the project.
    clean = {name: text for name, text in os.environ.items() if not name.startswith("COV")}
    environment = {**clean, "PYTHONPATH": str(folder), "COLUMNS": "80", "NO_PROXY": "*"}
    own = f"{Path(sys.executable).parent}{os.sep}"
    for command, shown in steps(page):
        done = subprocess.run(
            ["bash", "-c", command.replace(".venv/bin/", own)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=250,
            check=False,
        )
        printed, wanted = (_PASSED.sub("(passed)", each) for each in (done.stdout, shown))
        assert comparable(printed) == comparable(wanted), f"$ {command}\n{done.stderr}"
