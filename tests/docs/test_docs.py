"""Every `console` block of the documents is executed, and its output compared."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mock_server.hosting import HostedEmulator

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_TIMES = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT|\d{4}-\d\d-\d\dT[\d:.]+Z?")
ADDRESS = "localhost:9380"


def _steps(document: Path) -> list[tuple[str, str]]:
    """The commands of a document, each with the output it shows."""
    steps: list[tuple[str, str]] = []
    for block in _BLOCK.findall(document.read_text("utf-8")):
        for line in block.splitlines(keepends=True):
            if line.startswith("$ "):
                steps.append((line[2:].rstrip("\n"), ""))
            else:
                command, shown = steps[-1]
                steps[-1] = (command, shown + line)
    return steps


def _comparable(text: str) -> str:
    lines = _TIMES.sub("(time)", text).replace("\r", "").splitlines()
    return "\n".join(line.rstrip() for line in lines).strip()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.name)
def test_commands_do_what_the_document_shows(document: Path, hosted: HostedEmulator) -> None:
    """The document's own server is a fresh one, in memory."""
    address = hosted.url.removeprefix("http://")
    # What the document installs into .venv is what runs this test.
    own = f"{Path(sys.executable).parent}{os.sep}"
    environment = {**os.environ, "PATH": own + os.pathsep + os.environ["PATH"], "COLUMNS": "80"}
    for command, shown in _steps(document):
        ran = subprocess.run(
            ["bash", "-c", command.replace(ADDRESS, address).replace(".venv/bin/", own)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            env=environment,
            timeout=50,
            check=False,
        )
        printed = ran.stdout.replace(address, ADDRESS)
        assert _comparable(printed) == _comparable(shown), f"$ {command}\n{ran.stderr}"
