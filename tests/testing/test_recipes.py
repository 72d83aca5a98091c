"""The recipes do what they say: their blocks are taken from the page and run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

PAGE = (Path(__file__).parents[2] / "docs/recipes.md").read_text("utf-8")
BLOCK = re.compile(r"<!-- (?:run: )?(\w+) -->\n```\w+\n(.*?)```", re.DOTALL)
BLOCKS = [(kind, text) for kind, text in BLOCK.findall(PAGE)]
RUNNERS = {"pytest": ("-m", "pytest", "-q", "-W", "error"), "unittest": ("-W", "error")}


def _run(folder: Path, kind: str, text: str) -> subprocess.CompletedProcess[str]:
    name = re.search(r"\A# (\w+\.py)\n", text)[1]
    folder.joinpath(name).write_text(text, "utf-8")
    return subprocess.run(
        [sys.executable, *RUNNERS[kind], name],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=50,
        check=False,
    )


@pytest.mark.parametrize(
    ("kind", "text"), [each for each in BLOCKS if each[0] in RUNNERS], ids=lambda each: each[:28]
)
def test_a_recipe_runs(tmp_path, kind, text):
    done = _run(tmp_path, kind, text)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_first_recipe_fails_as_it_says(tmp_path):
    (shown,) = [text for kind, text in BLOCKS if kind == "shows"]
    _, text = BLOCKS[0]
    url = '"url": "https://shop.example.com/cup"'
    assert url in text
    text = text.replace(url, '"url": ""').replace("    yespo_mock.assert_order", "    # ")
    done = _run(tmp_path, "pytest", text)
    assert done.returncode == 1
    assert shown.strip() in done.stdout


def test_all_kinds_of_recipes_are_found():
    assert [kind for kind, _ in BLOCKS] == ["pytest", "shows", "unittest", "pytest", "node"]


NODE = which("node")
if NODE is not None:  # what can run here

    @pytest.mark.parametrize(("sent", "code"), [("visit", 0), ("orderDelivered", 3)])
    def test_the_node_recipe_runs_under_exec(tmp_path, sent, code):
        """The command as the page gives it; an order event that is dropped ends it with 3."""
        (text,) = [text for kind, text in BLOCKS if kind == "node"]
        (command,) = re.findall(r"^    yespo-mock (exec .* -- node --test)$", PAGE, re.MULTILINE)
        tmp_path.joinpath("orders.test.mjs").write_text(text.replace("visit", sent), "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "mock_server", *command.split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=50,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert sent in done.stderr
