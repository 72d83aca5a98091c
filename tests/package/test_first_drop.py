"""From nothing to the first explained drop, on a machine that has one language beside Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.package.conftest import ROOT, Installed, clean_environment

pytestmark = pytest.mark.full

START = (ROOT / "docs/start.md").read_text("utf-8")
# What the shell of an ordinary machine has, whatever it is used for.
PLAIN = ("sh", "env", "cat")


def commands(section: str) -> list[tuple[str, str]]:
    """The commands that docs/start.md gives under a heading, each with what it prints."""
    text = START.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    block = re.search(r"```console\n(.*?)```", text, re.DOTALL)
    assert block is not None, section
    return [
        (command, shown)
        for command, shown in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", block[1], re.MULTILINE)
    ]


@pytest.mark.network
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("section", "program"), [("I build in Node", "node"), ("I build in PHP", "php")]
)
def test_the_page_leads_to_the_first_drop(
    section: str, program: str, installed: Installed, tmp_path: Path
) -> None:
    found = shutil.which(program)
    if found is None:
        text = f"not run: there is no {program}"
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in (*PLAIN, program):
        (programs / name).symlink_to(Path(shutil.which(name) or name).resolve())
    given = commands(section)
    assert len(given) == 2
    for command, shown in given:
        done = subprocess.run(
            ["sh", "-c", command],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**clean_environment(), "PATH": f"{installed.bin}:{programs}", "COLUMNS": "80"},
            timeout=60,
            check=False,
        )
        printed = "\n".join(line.rstrip() for line in done.stdout.splitlines())
        assert printed.strip() == shown.strip(), done.stderr
        assert done.returncode == (3 if "--fail-on" in command else 0)
