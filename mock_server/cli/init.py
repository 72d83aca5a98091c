"""`yespo-mock init`: a first test, a seed and a CI job, for what a folder holds."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mock_server.cli.helper import FILES, PACKAGE, helper, with_require
from mock_server.cli.layout import Command
from mock_server.cli.options import option

SEED = "yespo-seed.json"
_FAIL_ON = "ignored,rejected,refused,nothing"
_NODE_TEST = 'import { afterEach, beforeEach, test } from "node:test";'


@dataclass(frozen=True, slots=True)
class Stack:
    """How the tests of a shop are written and run; `signs` are the files that tell it.

    `command` runs `test` (from `template`) under `exec`, after `install`, in GitLab in `image`.
    """

    name: str
    signs: tuple[str, ...]
    test: str
    template: str
    language: str
    install: str
    command: str
    image: str
    imports: str = _NODE_TEST


_NODE = ("package.json",)
STACKS = {
    "php": Stack(
        *("PHP with PHPUnit", ("composer.json",), "tests/YespoTest.php", "YespoTest.php", "php"),
        *("composer install", "vendor/bin/phpunit tests/YespoTest.php", "php:8.4"),
    ),
    "node": Stack(
        *("Node with node:test", _NODE, "test/yespo.test.mjs", "yespo.test.mjs", "node"),
        *("npm ci", "node --test test/yespo.test.mjs", "node:24"),
    ),
    "jest": Stack(
        *("Node with Jest", _NODE, "test/yespo.test.js", "yespo.test.mjs", "node-cjs"),
        *("npm ci", "npx jest test/yespo.test.js", "node:24", ""),
    ),
    "vitest": Stack(
        *("Node with Vitest", _NODE, "test/yespo.test.mjs", "yespo.test.mjs", "node"),
        *("npm ci", "npx vitest run test/yespo.test.mjs", "node:24"),
        'import { afterEach, beforeEach, test } from "vitest";',
    ),
    "mocha": Stack(
        *("Node with Mocha", _NODE, "test/yespo.test.mjs", "yespo.test.mjs", "node"),
        # Its two seconds are little for a first request on a busy machine.
        *("npm ci", "npx mocha --timeout 20000 test/yespo.test.mjs", "node:24"),
        'import { afterEach, beforeEach, it as test } from "mocha";',
    ),
    "python": Stack(
        "Python with pytest",
        ("pyproject.toml", "requirements.txt", "setup.cfg", "setup.py", "Pipfile"),
        *("tests/test_yespo.py", "test_yespo.py.txt", ""),
        *("pip install pytest yespo-mock", "pytest tests/test_yespo.py", "python:3.13"),
    ),
    "ruby": Stack(
        *("Ruby with RSpec", ("Gemfile",), "spec/yespo_spec.rb", "yespo_spec.rb", "ruby"),
        *("bundle install", "bundle exec rspec spec/yespo_spec.rb", "ruby:3.4"),
    ),
    "java": Stack(
        "Java with JUnit 5",
        ("pom.xml", "build.gradle", "build.gradle.kts"),
        *("src/test/java/YespoTest.java", "YespoTest.java", "java"),
        *("mvn --batch-mode test-compile", "mvn --batch-mode test -Dtest=YespoTest", "maven:3"),
    ),
}

_CI = {"github": ".github/workflows/yespo.yml", "gitlab": ".gitlab-ci.yml"}


@click.command(
    cls=Command,
    short_help="Write a first test, a seed and a CI job into a project.",
    exit_codes={
        "0": "what was not there is written",
        "2": "wrong usage, or nothing was recognised",
    },
    examples=("yespo-mock init --dry-run", "yespo-mock init --stack jest --ci gitlab"),
)
@option(
    "--stack", type=click.Choice(tuple(STACKS)), help="How tests are run.  [default: what is found]"
)
@option(
    "--ci", type=click.Choice(tuple(_CI)), help="Whose CI.  [default: gitlab with .gitlab-ci.yml]"
)
@option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def command(stack: str | None, ci: str | None, *, dry_run: bool) -> None:
    """Look at this folder, say what it is, and write a first test, a seed and a CI job.

    The test sends an example order, which you replace by a call of your code. A file that is there
    already stays as it is.
    """
    name = stack or _found()
    ci = ci or ("gitlab" if Path(".gitlab-ci.yml").exists() else "github")
    for path, text in _files(STACKS[name], ci):
        if path.exists():
            click.echo(f"{path} is there already, and stays as it is.")
        elif dry_run:
            click.echo(f"{path} would be written:\n{textwrap.indent(text, '    ')}")
        else:
            _write(path, text)
            click.echo(f"{path} is written.")
    click.echo(f"Run it: {_run(STACKS[name])}")


def _found() -> str:
    """The stack of this folder; says by which file. Raises a usage error."""
    for name, each in STACKS.items():
        sign = next((sign for sign in each.signs if Path(sign).is_file()), None)
        if sign is not None:
            name = _runner_of_node() if sign in _NODE else name
            click.echo(f"{sign}: {STACKS[name].name}.")
            return name
    signs = ", ".join(dict.fromkeys(sign for each in STACKS.values() for sign in each.signs))
    raise click.UsageError(
        f"There is none of {signs} here. Choose with --stack: {', '.join(STACKS)}."
    )


def _runner_of_node() -> str:
    try:
        package: Any = json.loads(Path("package.json").read_text("utf-8-sig"))
    except (OSError, ValueError):
        package = {}
    held = [package.get(each) for each in ("devDependencies", "dependencies")] if package else []
    names = {name for each in held if isinstance(each, Mapping) for name in each}
    return next((each for each in ("jest", "vitest", "mocha") if each in names), "node")


def _files(stack: Stack, ci: str) -> Iterator[tuple[Path, str]]:
    seed = {"contacts": [{"email": "customer@example.com", "firstName": "Ann"}]}
    yield Path(SEED), json.dumps(seed, indent=2) + "\n"
    test = Path(stack.test)
    if stack.language:
        yield test.parent / FILES[stack.language], helper(stack.language)
    text = (PACKAGE / "helpers" / "first" / stack.template).read_text("utf-8")
    text = text.replace(_NODE_TEST, stack.imports).replace("COMMAND", stack.command).lstrip()
    yield test, with_require(text) if stack.language == "node-cjs" else text
    job = (PACKAGE / "helpers" / "first" / f"{ci}.yml").read_text("utf-8")
    if not stack.language:  # installed with what else the tests need
        job = job.replace("      - run: pip install yespo-mock\n", "")
    run = (
        _run(stack)
        if ci == "github"
        else _run(stack).replace("yespo-mock", "pipx run yespo-mock", 1)
    )
    yield Path(_CI[ci]), job.format(install=stack.install, command=run, image=stack.image)


def _run(stack: Stack) -> str:
    if not stack.language:
        return stack.command  # the fixture starts its own
    return f"yespo-mock exec --seed {SEED} --fail-on {_FAIL_ON} -- {stack.command}"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror}.") from None
