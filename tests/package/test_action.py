"""The GitHub Action: its YAML as a runner reads it, and its shell as a job runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import which
from xml.etree import ElementTree

import pytest
import requests
import yaml

from mock_server.emulator.examples import EXAMPLES

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
SCRIPTS = sorted((ROOT / ".github/action").glob("*.sh"))

needs_bash = pytest.mark.skipif(which("bash") is None, reason="there is no bash here")


def test_its_inputs_reach_the_scripts_and_its_outputs_come_from_them():
    start, report = ACTION["runs"]["steps"]
    assert ACTION["runs"]["using"] == "composite"
    used = {each.removeprefix("${{ inputs.").removesuffix(" }}") for each in start["env"].values()}
    assert set(ACTION["inputs"]) - {"command"} <= used
    assert all(each["description"] for each in ACTION["inputs"].values())
    assert all("shell" in each for each in (start, report))
    written = (ROOT / ".github/action/start.sh").read_text("utf-8")
    for name, output in ACTION["outputs"].items():
        assert output["value"] == f"${{{{ steps.start.outputs.{name} }}}}"
        assert f'echo "{name}=' in written


def test_the_yaml_of_the_recipes_is_well_formed_and_names_inputs_that_exist():
    text = (ROOT / "docs/recipes.md").read_text("utf-8")
    read = [yaml.safe_load(each) for each in re.findall(r"```yaml\n(.*?)```", text, re.S)]
    assert len(read) >= 4
    steps = [step for each in read for step in each.get("steps", ())]
    used = [step.get("with", {}) for step in steps if "yespo-mock@" in step.get("uses", "")]
    assert len(used) == 2
    assert {name for each in used for name in each} <= set(ACTION["inputs"])


@needs_bash
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda each: each.name)
def test_the_shell_is_well_formed(script):
    subprocess.run(["bash", "-n", script], check=True)


def test_the_hook_of_pre_commit_is_a_command_that_exists():
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert (hook["language"], hook["require_serial"]) == ("python", True)
    examples = ROOT / "fixtures/examples"
    # A file may hold a later event alone, and files come in the order of their names.
    alone, after = examples / "order-delivered.json", examples / "order-updated.json"
    for file, code in ((alone, 0), (after, 0), (ROOT / "setup.cfg", 1)):
        command = [sys.executable, "-m", "mock_server", *hook["entry"].split()[1:], file]
        assert subprocess.run(command, capture_output=True, check=False).returncode == code


@needs_bash
def test_a_job_starts_it_sends_and_reports(tmp_path):
    """With the emulator that is installed already; nothing is downloaded."""
    installed = tmp_path / "bin"
    installed.mkdir()
    (installed / "yespo-mock").write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m mock_server "$@"\n'
    )
    (installed / "yespo-mock").chmod(0o755)
    files = {
        name: tmp_path / name for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")
    }
    inputs = {name: each["default"] for name, each in ACTION["inputs"].items()}
    environment = {
        **{name: value for name, value in os.environ.items() if "YESPO" not in name},
        **{name: str(path) for name, path in files.items()},
        "VERSION": "",
        "OPTIONS": "--strict",
        "PORT": "0",
        "PYTHON": sys.executable,
        "FAIL_ON": inputs["fail-on"],
        "REPORT": inputs["report"],
        "GITHUB_ACTIONS": "true",
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{installed}{os.pathsep}{os.environ['PATH']}",
    }

    def step(script: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", ROOT / ".github/action" / script],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=60,
            check=False,
        )

    assert "was not started in this job" in step("report.sh").stderr
    started = step("start.sh")
    assert started.returncode == 0, started.stderr
    given = dict(line.split("=", 1) for line in files["GITHUB_ENV"].read_text().splitlines())
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    assert outputs["api-url"] == given["YESPO_API_URL"] == f"{given['YESPO_MOCK_URL']}/api"
    answer = requests.post(
        f"{given['YESPO_API_URL']}/v2/event",
        json=EXAMPLES["orderCreated"],
        auth=("shop", given["YESPO_API_KEY"]),
        timeout=10,
    )
    assert answer.status_code == 422  # --strict
    reported = step("report.sh")
    assert reported.returncode == 3
    assert "::error title=yespo-mock" in reported.stdout
    summary = files["GITHUB_STEP_SUMMARY"].read_text()
    assert "contact_not_found" in summary
    assert "::error" not in summary
    (case,) = ElementTree.parse(outputs["junit"]).iter("testcase")
    assert case.find("failure") is not None
    assert '"orderCreated"' in Path(outputs["state"]).read_text()
