"""The programs in the documents do what the pages say: they are taken from them and run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copy, which

import pytest
from documents import (
    DOCS,
    FAILURE,
    NODE_COMMAND,
    NODE_PROGRAM,
    PROGRAMS,
    Block,
    all_blocks,
    blocks,
)

RECIPES = DOCS / "recipes.md"
# What the pages call "your code".
SHOP = Path(__file__).with_name("shop.py")


def run(folder: Path, marker: str, text: str) -> subprocess.CompletedProcess[str]:
    named = re.match(r"# (\w+\.py)\n", text)
    name = named[1] if named else "program.py"
    folder.joinpath(name).write_text(text, "utf-8")
    copy(SHOP, folder)
    copy(DOCS.parent / "fixtures/seeds/shop.json", folder)
    return subprocess.run(
        [sys.executable, *(("-m", "pytest", "-q") if marker == "run: pytest" else ()), name],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={
            **os.environ,
            "PYTHONPATH": str(folder),
            "PYTHONWARNINGS": "error",
            "NO_PROXY": "*",
        },
        timeout=50,
        check=False,
    )


@pytest.mark.full
@pytest.mark.parametrize(
    "block", [each for each in all_blocks() if each.marker in PROGRAMS], ids=str
)
def test_a_program_runs(tmp_path: Path, block: Block) -> None:
    done = run(tmp_path, block.marker, block.text)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.full
def test_the_first_recipe_fails_as_it_says(tmp_path: Path) -> None:
    (shown,) = [each.text for each in blocks(RECIPES) if each.marker == FAILURE]
    text = next(each.text for each in blocks(RECIPES) if each.marker == "run: pytest")
    url = '"url": "https://shop.example.com/cup"'
    assert url in text
    text = text.replace(url, '"url": ""').replace("    yespo_mock.assert_order", "    # ")
    done = run(tmp_path, "run: pytest", text)
    assert done.returncode == 1
    assert shown.strip() in done.stdout


NODE = which("node")
if NODE is not None:  # what can run here

    @pytest.mark.full
    @pytest.mark.parametrize(("sent", "code"), [("visit", 0), ("orderDelivered", 3)])
    def test_the_node_recipe_runs_under_exec(tmp_path: Path, sent: str, code: int) -> None:
        """The command as the page gives it; an order event that is dropped ends it with 3."""
        (text,) = [each.text for each in blocks(RECIPES) if each.marker == NODE_PROGRAM]
        (command,) = [each.text for each in blocks(RECIPES) if each.marker == NODE_COMMAND]
        tmp_path.joinpath("orders.test.mjs").write_text(text.replace("visit", sent), "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "mock_server", *command.split()[1:]],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=50,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert sent in done.stderr


@pytest.mark.parametrize(
    "block", [each for each in all_blocks() if each.language == "json"], ids=str
)
def test_json_is_json(block: Block) -> None:
    json.loads(block.text)
