"""`yespo-mock init`: what it sees, what it writes, and from an empty shop to a first caught bug."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mock_server.cli.init import STACKS

CUP = "https://shop.example.com/cup.png"


@pytest.mark.parametrize(
    ("sign", "content", "said", "test"),
    [
        ("composer.json", "{}", "PHP with PHPUnit", "tests/YespoTest.php"),
        ("package.json", "{}", "Node with node:test", "test/yespo.test.mjs"),
        ("package.json", "not JSON", "Node with node:test", "test/yespo.test.mjs"),
        ("package.json", '{"devDependencies": {"jest": "30"}}', "Node with Jest", "yespo.test.js"),
        ("package.json", '{"dependencies": {"mocha": "1"}}', "with Mocha", "test/yespo.test.mjs"),
        ("pyproject.toml", "", "Python with pytest", "tests/test_yespo.py"),
        ("requirements.txt", "", "Python with pytest", "tests/test_yespo.py"),
        ("Gemfile", "", "Ruby with RSpec", "spec/yespo_spec.rb"),
        ("pom.xml", "", "Java with JUnit 5", "src/test/java/YespoTest.java"),
    ],
)
def test_it_says_what_it_found_and_writes_a_test_a_seed_and_a_job(
    run, tmp_path, sign, content, said, test
):
    (tmp_path / sign).write_text(content, "utf-8")
    shown = run("init", "--dry-run")
    assert (shown.returncode, list(tmp_path.iterdir())) == (0, [tmp_path / sign])
    ended = run("init")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"{sign}: ")
    assert f"{said}.\n" in ended.stdout
    written = [line.removesuffix(" is written.") for line in ended.stdout.splitlines()[1:-1]]
    assert all((tmp_path / each).is_file() for each in written)
    assert [each for each in written if each.endswith(test)]
    assert f"{written[-1]} would be written:" in shown.stdout
    job = yaml.safe_load((tmp_path / ".github/workflows/yespo.yml").read_text("utf-8"))
    assert ended.stdout.splitlines()[-1] == f"Run it: {job['jobs']['yespo']['steps'][-1]['run']}"


def test_what_is_there_stays_as_it_is(run, tmp_path):
    (tmp_path / ".gitlab-ci.yml").write_text("mine: {}\n", "utf-8")
    (tmp_path / "yespo-seed.json").write_text("{}", "utf-8")
    ended = run("init", "--stack", "ruby")
    assert ".gitlab-ci.yml is there already, and stays as it is.\n" in ended.stdout
    assert "yespo-seed.json is there already, and stays as it is.\n" in ended.stdout
    assert (tmp_path / ".gitlab-ci.yml").read_text("utf-8") == "mine: {}\n"
    assert (tmp_path / "yespo-seed.json").read_text("utf-8") == "{}"


@pytest.mark.parametrize("stack", STACKS)
def test_the_job_of_gitlab_is_yaml(run, tmp_path, stack):
    run("init", "--stack", stack, "--ci", "gitlab")
    job = yaml.safe_load((tmp_path / ".gitlab-ci.yml").read_text("utf-8"))
    assert job["yespo"]["script"][-1].endswith(STACKS[stack].command)


def test_an_unknown_folder_is_told_what_would_be_known(run, tmp_path):
    ended = run("init")
    assert (ended.returncode, list(tmp_path.iterdir())) == (2, [])
    assert "There is none of composer.json, package.json, pyproject.toml" in ended.stderr
    (tmp_path / "spec").write_text("a file where a folder should be", "utf-8")
    ended = run("init", "--stack", "ruby")
    assert (ended.returncode, "spec/yespo_mock.rb cannot be written" in ended.stderr) == (2, True)


WALKS = {
    "php": ("composer.json", "phpunit tests/YespoTest.php"),
    "node": ("package.json", "node --test test/yespo.test.mjs"),
    "ruby": ("Gemfile", "rspec spec/yespo_spec.rb"),
    "python": ("requirements.txt", f"{sys.executable} -m pytest -p no:cacheprovider tests"),
}


@pytest.mark.full
@pytest.mark.parametrize("stack", WALKS)
def test_from_an_empty_shop_to_a_first_caught_bug(run_process, tmp_path, stack):
    sign, command = WALKS[stack]
    if shutil.which(command.split()[0]) is None:
        text = f"not run: there is no {command.split()[0]}"
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    (tmp_path / sign).write_text("{}" if sign.endswith("json") else "", "utf-8")
    told = run_process("init").stdout.splitlines()[-1]
    under = ("exec", "--seed", "yespo-seed.json", "--fail-on", "ignored,rejected,refused,nothing")
    if stack == "python":
        env = {name: value for name, value in os.environ.items() if "YESPO" not in name}

        def tests() -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command.split(), cwd=tmp_path, env=env, capture_output=True, text=True,
                timeout=100, check=False,
            )  # fmt: skip
    else:
        assert told.startswith(f"Run it: yespo-mock {' '.join(under)} -- ")

        def tests() -> subprocess.CompletedProcess[str]:
            return run_process(*under, "--", *command.split())

    green = tests()
    assert green.returncode == 0, green.stdout + green.stderr
    test = Path(tmp_path / STACKS[stack].test)
    text = test.read_text("utf-8")
    assert CUP in text
    test.write_text(text.replace(CUP, ""), "utf-8")  # the bug: a product without a picture
    red = tests()
    assert red.returncode not in (0, 2, 126, 127)
    assert "items[0].imageUrl is not filled" in red.stdout + red.stderr
