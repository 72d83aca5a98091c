"""The recipes for containers can be red: their shell lines are run against a real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests
import yaml
from documents import DOCS

from mock_server import MockServer
from mock_server.emulator.examples import EXAMPLES

ROOT = DOCS.parent
RECIPES = (DOCS / "recipes.md").read_text("utf-8")
READ = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", RECIPES, re.DOTALL)]


def github() -> list[str]:
    (job,) = [
        each["jobs"]["test"] for each in READ if "services" in each.get("jobs", {}).get("test", ())
    ]
    return [step["run"] for step in job["steps"] if "run" in step]


def gitlab() -> list[str]:
    (job,) = [each["test"] for each in READ if "script" in each.get("test", ())]
    return list(job["script"])


def compose() -> list[str]:
    """What docker would run in the containers of each line of the recipe."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    named = re.findall(r"^docker compose run --rm (\w+)$", RECIPES, re.MULTILINE)
    assert named == ["shop", "check"]
    return [" ".join(["yespo-mock", *services[named[-1]]["command"]])]


LINES = {"GitHub": github(), "GitLab": gitlab(), "compose": compose()}


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A shop whose own tests are green, and our program, on the PATH."""
    programs = {"npm": "true", "yespo-mock": f'exec "{sys.executable}" -m mock_server "$@"'}
    for name, line in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("recipe", LINES)
@pytest.mark.parametrize(
    ("sent", "is_green"),
    [
        (["orderCreated"], True),
        (["orderCreated", "orderDelivered"], True),
        (["orderDelivered"], False),
        ([], False),
    ],
)
def test_a_recipe_is_red_when_an_order_was_lost(tools, recipe, sent, is_green):
    with MockServer() as mock:
        mock.add_contact(phone="380501234567", externalCustomerId="AV13760")
        for key in sent:
            auth = ("shop", mock.api_key)
            url = f"{mock.api_url}/v2/event"
            assert requests.post(url, json=EXAMPLES[key], auth=auth, timeout=10).ok
        lines = re.sub(r"http://[\w.-]+:9380", mock.url, "\n".join(LINES[recipe]))
        environment = {
            **os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "NO_PROXY": "*",
        }  # fmt: skip
        done = subprocess.run(
            ["sh", "-ec", lines],
            capture_output=True,
            text=True,
            env=environment,
            cwd=tools,
            timeout=60,
            check=False,
        )
    assert (done.returncode == 0) is is_green, done.stdout + done.stderr
    if sent and not is_green:
        assert "order 12345679 is unknown" in done.stdout
