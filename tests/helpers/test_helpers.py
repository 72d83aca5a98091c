"""The helpers to be copied into other languages' tests, in those languages' own test runners.

C# is not run: Debian, which the tests are made for, has no .NET.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from mock_server.cli.helper import FILES, helper
from mock_server.cli.init import STACKS

pytestmark = [pytest.mark.full, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
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
    """A test runner: what it runs, the commands (the last one runs the tests), what it needs."""

    language: str
    project: str
    commands: tuple[tuple[str, ...], ...]
    packages: str
    only_applied: tuple[str, ...]
    file: str = ""
    instead: tuple[tuple[str, str], ...] = ()
    is_of_npm: bool = False

    @property
    def is_here(self) -> bool:
        programs = self.is_of_npm or all(shutil.which(command[0]) for command in self.commands)
        return programs and (self.commands[0][0] != "javac" or (JARS / f"{_JUNIT[0]}.jar").exists())


def _of_npm(name: str, language: str, file: str, take: str, *arguments: str) -> Runner:
    """A runner of the npm registry, which takes the project of node:test with other imports."""
    command = (f"node_modules/.bin/{name}", *arguments)
    instead = [('import { afterEach, beforeEach, test } from "node:test";', take)]
    if language == "node-cjs":
        instead += [
            ('import assert from "node:assert";', 'const assert = require("node:assert");'),
            ("import { readFileSync } from", "const { readFileSync } = require("),
            ('"node:fs";', '"node:fs");'),
            (
                'import { YespoMock } from "./yespo-mock.mjs"',
                'const { YespoMock } = require("./yespo-mock.cjs")',
            ),
        ]
    only = ("-g" if name == "mocha" else "-t", "applied")
    return Runner(
        language,
        "orders.test.mjs",
        (command,),
        "npm",
        (*command, *only),
        file,
        tuple(instead),
        True,
    )


_LAUNCHER = ("java", "-cp", _CLASSES, "org.junit.platform.console.ConsoleLauncher")
RUNNERS = {
    "node:test": Runner(
        "node",
        "orders.test.mjs",
        (("node", "--test", "--test-reporter=spec"),),
        "nodejs",
        ("node", "--test", "--test-name-pattern=applied"),
    ),
    "Jest": _of_npm("jest", "node-cjs", "orders.test.js", ""),
    "Vitest": _of_npm(
        "vitest",
        "node",
        "orders.test.mjs",
        'import { afterEach, beforeEach, test } from "vitest";',
        "run",
    ),
    "Mocha": _of_npm(
        "mocha",
        "node",
        "orders.test.mjs",
        'import { afterEach, beforeEach, it as test } from "mocha";',
        "--timeout=20000",
        "orders.test.mjs",
    ),
    "PHPUnit": Runner(
        "php",
        "OrdersTest.php",
        (("phpunit", "OrdersTest.php"),),
        "phpunit php-curl",
        ("phpunit", "--filter=testApplied", "OrdersTest.php"),
    ),
    "RSpec": Runner(
        "ruby",
        "orders_spec.rb",
        (("rspec", "orders_spec.rb"),),
        "ruby-rspec",
        ("rspec", "-e", "applied", "orders_spec.rb"),
    ),
    "minitest": Runner(
        "ruby",
        "orders_minitest.rb",
        (("ruby", "orders_minitest.rb"),),
        "ruby ruby-minitest",
        ("ruby", "orders_minitest.rb", "-n", "test_applied"),
    ),
    "JUnit 5": Runner(
        "java",
        "OrdersTest.java",
        (
            ("javac", "-cp", _CLASSES, "YespoMock.java", "OrdersTest.java"),
            (*_LAUNCHER, "--select-class=OrdersTest", "--disable-banner"),
        ),
        "default-jdk-headless junit5 libjackson2-databind-java",
        (*_LAUNCHER, "--select-method=OrdersTest#applied", "--disable-banner"),
    ),
    "unittest": Runner(
        "python",
        "test_orders.py",
        ((sys.executable, "-m", "unittest", "test_orders"),),
        "python3",
        (sys.executable, "-m", "unittest", "test_orders.Orders.test_applied"),
    ),
    "pytest": Runner(
        "python",
        "test_orders.py",
        ((sys.executable, "-m", "pytest", "-p", "no:cacheprovider"),),
        "python3-pytest",
        (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-k", "applied"),
    ),
}
"""The runners that docs/recipes.md names, but for Pest and xUnit, which neither registry has."""


@pytest.fixture(scope="session")
def of_npm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runners of the npm registry, installed once."""
    folder = tmp_path_factory.mktemp("npm")
    install = ("npm", "install", "--no-audit", "--no-fund", "--silent", "jest", "vitest", "mocha")
    subprocess.run(install, cwd=folder, check=True, timeout=300)
    return folder / "node_modules"


@pytest.fixture(
    params=[
        pytest.param(name, marks=[pytest.mark.network] if each.is_of_npm else [])
        for name, each in RUNNERS.items()
    ]
)
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> Runner:
    """A project with the helper and three tests, ready to run in the test's own folder."""
    runner = RUNNERS[request.param]
    if not runner.is_here or (runner.is_of_npm and shutil.which("npm") is None):
        text = f"not run: it needs Debian's {runner.packages}"
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    (tmp_path / FILES[runner.language]).write_text(helper(runner.language), "utf-8")
    text = (PROJECTS / runner.project).read_text("utf-8")
    for old, new in runner.instead:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / (runner.file or runner.project)).write_text(text, "utf-8")
    if runner.is_of_npm:
        (tmp_path / "node_modules").symlink_to(request.getfixturevalue("of_npm"))
        (tmp_path / "package.json").write_text("{}")
    for command in runner.commands[:-1]:
        subprocess.run(command, cwd=tmp_path, check=True, timeout=100)
    return runner


def run(
    folder: Path, *command: str, options: Sequence[str] = ("--seed", "seed.json")
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "YESPO" not in name}
    environment["ORDER_CREATED"] = str(ROOT / "fixtures" / "examples" / "order-created.json")
    seed = folder / "seed.json"
    seed.write_text(json.dumps({"workflows": [CONFIRMATION]}))
    return subprocess.run(
        [sys.executable, "-m", "mock_server", "exec", *options, "--", *command],
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
    assert re.search(r'fix: (\[\{"op":"add"|add /params)', told)
    # Mocha ends a suite whose hook has failed.
    is_last = runner.commands[-1][0].endswith("mocha")
    assert is_last or "POST /api/v2/event was refused: 401 api_key_missing" in told


def test_what_arrived_is_green(runner: Runner, tmp_path: Path) -> None:
    done = run(tmp_path, *runner.only_applied)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.network
@pytest.mark.parametrize("name", ["Jest", "Vitest", "Mocha"])
def test_what_init_writes_for_a_runner_of_npm_is_green_and_catches_a_bug(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if shutil.which("npm") is None:
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail("not run: there is no npm", pytrace=False)
        pytest.skip("not run: there is no npm")
    (tmp_path / "node_modules").symlink_to(request.getfixturevalue("of_npm"))
    stack = name.lower()
    (tmp_path / "package.json").write_text(json.dumps({"devDependencies": {stack: "*"}}), "utf-8")
    command = [sys.executable, "-m", "mock_server", "init"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"package.json: Node with {name}.")
    (told,) = re.findall("^Run it: yespo-mock exec (.+) -- (.+)$", said, re.MULTILINE)

    def tests() -> subprocess.CompletedProcess[str]:
        return run(tmp_path, *told[1].split(), options=told[0].split())

    green = tests()
    assert green.returncode == 0, green.stdout + green.stderr
    test = tmp_path / STACKS[stack].test
    test.write_text(re.sub("https.*cup.png", "", test.read_text("utf-8")), "utf-8")
    red = tests()
    assert red.returncode not in (0, 126, 127)  # of Mocha the number of failures
    assert "items[0].imageUrl is not filled" in red.stdout + red.stderr


@pytest.mark.parametrize(("program", "script"), [("node", "setup.mjs"), ("php", "setup.php")])
def test_the_module_of_a_shop_is_set_up(program: str, script: str, tmp_path: Path) -> None:
    """Domain, script, contacts, token, first order, confirmation and its status, under `exec`."""
    if shutil.which(program) is None:
        text = f"not run: there is no {program}"
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    (tmp_path / "yespo-mock.mjs").write_text(helper("node"), "utf-8")
    shutil.copy(PROJECTS / script, tmp_path)
    done = run(tmp_path, program, script)
    assert (done.returncode, "set up" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_recipes_name_the_runners_that_run_here_and_those_that_do_not() -> None:
    page = " ".join((ROOT / "docs" / "recipes.md").read_text("utf-8").split())
    (run_here,) = re.findall(r"this project run them in ([^;]+); ", page)
    assert re.split(r", | and ", run_here) == list(RUNNERS)
    assert set(FILES) - {each.language for each in RUNNERS.values()} == {"csharp"}
