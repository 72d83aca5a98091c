"""The helpers to be copied into other languages' tests, in those languages' own test runners.

C# is not run: Debian, which the tests are made for, has no .NET.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[2]
HELPERS = ROOT / "examples" / "helpers"
PROJECTS = Path(__file__).parent / "projects"
JARS = Path("/usr/share/java")  # where Debian keeps them
_JUNIT = tuple(
    (
        "junit-platform-console-standalone junit-platform-console junit-platform-launcher "
        "junit-platform-engine junit-platform-commons junit-platform-reporting opentest4j "
        "junit-jupiter-api junit-jupiter-engine junit-jupiter-params apiguardian-api picocli "
        "jackson-core jackson-databind jackson-annotations"
    ).split()
)
_CLASSES = os.pathsep.join((".", *(str(JARS / f"{name}.jar") for name in _JUNIT)))


CONFIRMATION = {
    "eventTypeKey": "orderCreated",
    "channel": "sms",
    "recipient": "${phone}",
    "template": "Order ${eventKey}",
}


@dataclass(frozen=True)
class Runner:
    """A test runner: its files, its commands (the last one runs the tests), what it needs."""

    helper: str
    project: str
    commands: tuple[tuple[str, ...], ...]
    packages: str
    only_applied: tuple[str, ...]

    @property
    def is_here(self) -> bool:
        programs = all(shutil.which(command[0]) for command in self.commands)
        return programs and (self.commands[0][0] != "javac" or (JARS / f"{_JUNIT[0]}.jar").exists())


RUNNERS = {
    "node": Runner(
        "yespo-mock.mjs",
        "orders.test.mjs",
        (("node", "--test", "--test-reporter=spec"),),
        "nodejs",
        ("node", "--test", "--test-name-pattern=applied"),
    ),
    "phpunit": Runner(
        "YespoMock.php",
        "OrdersTest.php",
        (("phpunit", "OrdersTest.php"),),
        "phpunit php-curl",
        ("phpunit", "--filter=testApplied", "OrdersTest.php"),
    ),
    "rspec": Runner(
        "yespo_mock.rb",
        "orders_spec.rb",
        (("rspec", "orders_spec.rb"),),
        "ruby-rspec",
        ("rspec", "-e", "applied", "orders_spec.rb"),
    ),
    "junit": Runner(
        "YespoMock.java",
        "OrdersTest.java",
        (
            ("javac", "-cp", _CLASSES, "YespoMock.java", "OrdersTest.java"),
            (
                *("java", "-cp", _CLASSES, "org.junit.platform.console.ConsoleLauncher"),
                *("--select-class=OrdersTest", "--disable-banner"),
            ),
        ),
        "default-jdk-headless junit5 libjackson2-databind-java",
        (
            *("java", "-cp", _CLASSES, "org.junit.platform.console.ConsoleLauncher"),
            *("--select-method=OrdersTest#applied", "--disable-banner"),
        ),
    ),
}


@pytest.fixture(params=RUNNERS)
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> Runner:
    """A project with the helper and three tests, ready to run in the test's own folder."""
    runner = RUNNERS[request.param]
    if not runner.is_here:
        text = f"not run: it needs Debian's {runner.packages}"
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    shutil.copy(HELPERS / runner.helper, tmp_path)
    shutil.copy(PROJECTS / runner.project, tmp_path)
    for command in runner.commands[:-1]:
        subprocess.run(command, cwd=tmp_path, check=True, timeout=100)
    return runner


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    environment["ORDER_CREATED"] = str(ROOT / "fixtures" / "examples" / "order-created.json")
    seed = folder / "seed.json"
    seed.write_text(json.dumps({"workflows": [CONFIRMATION]}))
    return subprocess.run(
        [sys.executable, "-m", "mock_server", "exec", "--seed", str(seed), "--", *command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=environment,
        timeout=100,
        check=False,
    )


def test_what_was_dropped_or_refused_fails_its_test_and_says_why(
    runner: Runner, tmp_path: Path
) -> None:
    done = run(tmp_path, *runner.commands[-1])
    told = done.stdout + done.stderr
    assert done.returncode not in (0, 2, 126, 127), told
    assert "date is missing" in told
    assert "would be applied if" in told
    assert "POST /api/v2/event was refused: 401 api_key_missing" in told


def test_what_arrived_is_green(runner: Runner, tmp_path: Path) -> None:
    done = run(tmp_path, *runner.only_applied)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("program", "script"), [("node", "setup.mjs"), ("php", "setup.php")])
def test_the_module_of_a_shop_is_set_up(program: str, script: str, tmp_path: Path) -> None:
    """Domain, script, contacts, token, first order, confirmation and its status, under `exec`."""
    if shutil.which(program) is None:
        text = f"not run: there is no {program}"
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    shutil.copy(HELPERS / "yespo-mock.mjs", tmp_path)
    shutil.copy(PROJECTS / script, tmp_path)
    done = run(tmp_path, program, script)
    assert (done.returncode, "set up" in done.stdout) == (0, True), done.stdout + done.stderr


def test_every_helper_that_can_run_is_run() -> None:
    run_here = {runner.helper for runner in RUNNERS.values()}
    assert {path.name for path in HELPERS.iterdir()} - run_here == {"YespoMock.cs"}
