"""Newcomers' walks: what README.md and docs/start.md give for each stack, to a first caught bug.

Each on a machine that has the wheel, a shell and one language; that with a container is in
test_image.py.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from venv import EnvBuilder

import pytest

from .conftest import ROOT, Built, Installed, clean_environment

README = (ROOT / "README.md").read_text("utf-8")
BLOCK = r"<summary>{}</summary>\n\n```sh\n(.*?)```"
# What a shop of each stack has, and the programs of its language; those of a shell come on top.
SHOPS = {
    "Python": ("requirements.txt", ()),
    "PHP": ("composer.json", ("php", "phpunit")),
    "Node": ("package.json", ("node",)),
    "Ruby": ("Gemfile", ("ruby", "rspec")),
    "Java": ("pom.xml", ("java", "mvn")),
}
PLAIN = tuple("sh env cat sed ls tr dirname basename uname expr readlink which".split())
# Debian's Maven with its own repository, as that of the net is out of reach.
MAVEN = Path("/usr/share/maven-repo")
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.example</groupId>
  <artifactId>shop</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>11</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>org.junit.jupiter</groupId>
      <artifactId>junit-jupiter</artifactId>
      <version>debian</version>
    </dependency>
    <dependency>
      <groupId>com.fasterxml.jackson.core</groupId>
      <artifactId>jackson-databind</artifactId>
      <version>2.x</version>
    </dependency>
  </dependencies>
</project>
"""

pytestmark = [pytest.mark.full, pytest.mark.network, pytest.mark.timeout(600)]


def lines_for(stack: str) -> list[str]:
    (block,) = re.findall(BLOCK.format(re.escape(stack)), README, re.DOTALL)
    return block.splitlines()


@pytest.fixture(scope="session")
def with_pytest(built: Built, once: Callable[[str, Callable[[Path], None]], Path]) -> Installed:
    """What the first line of Python's walk installs, the wheel in place of the name."""

    def make(folder: Path) -> None:
        EnvBuilder(with_pip=True).create(folder)
        command = (folder / "bin/python", "-m", "pip", "install", "--quiet", built.wheel, "pytest")
        subprocess.run(command, env=clean_environment(), timeout=400, check=True)

    return Installed(once("package-with-pytest", make))


def has_only(folder: Path, *programs: str) -> None:
    """Make a folder of programs for a PATH: those of a shell and some more, which must be here."""
    missing = [each for each in programs if shutil.which(each) is None]
    if (
        "mvn" in programs
        and not (MAVEN / "org/apache/maven/plugins/maven-surefire-plugin").exists()
    ):
        missing.append("libsurefire-java")
    if missing:
        text = f"not run: there is no {', '.join(missing)}"
        if os.environ.get("YESPO_MOCK_REQUIRE_RUNTIMES"):
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    folder.mkdir()
    for name in (*PLAIN, *programs):
        (folder / name).symlink_to(Path(shutil.which(name) or name).resolve())


@pytest.fixture
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str, str], str]:
    """Run a line in the folder of a shop that has its language and a shell, and nothing else."""

    def run(stack: str, line: str) -> str:
        environment = "with_pytest" if stack == "Python" else "installed"
        installed: Installed = request.getfixturevalue(environment)
        done = subprocess.run(
            ["sh", "-c", line],
            capture_output=True,
            text=True,
            cwd=tmp_path / "shop",
            env={**clean_environment(), "PATH": f"{installed.bin}:{tmp_path}/bin", "COLUMNS": "80"},
            timeout=100,
            check=False,
        )
        return f"{done.returncode}\n{done.stdout}{done.stderr}"

    return run


@pytest.mark.parametrize("stack", SHOPS)
def test_five_lines_end_with_a_caught_bug(
    stack: str, shop: Callable[[str, str], str], tmp_path: Path
) -> None:
    sign, programs = SHOPS[stack]
    has_only(tmp_path / "bin", *programs)
    (tmp_path / "shop/vendor/bin").mkdir(parents=True)
    if "phpunit" in programs:  # where Composer would put it
        (tmp_path / "shop/vendor/bin/phpunit").symlink_to(tmp_path / "bin/phpunit")
    content = {"pom.xml": POM}.get(sign, "{}" if sign.endswith("json") else "")
    (tmp_path / "shop" / sign).write_text(content, "utf-8")
    if stack == "Java":
        (tmp_path / "shop/.mvn").mkdir()
        (tmp_path / "shop/.mvn/maven.config").write_text(f"-o\n-Dmaven.repo.local={MAVEN}", "utf-8")
    install, *lines = lines_for(stack)
    assert install.startswith("pip install yespo-mock")
    assert len(lines) == 4
    for line in lines[:3]:
        said = shop(stack, line)
        assert said.startswith("0\n"), f"{line}: {said}"
    last = shop(stack, lines[3])
    assert "items[0].imageUrl is not filled" in last
    assert last.partition("\n")[0] not in ("0", "2", "126", "127")


START = (ROOT / "docs/start.md").read_text("utf-8")


@pytest.mark.parametrize("language", ["Node", "PHP", "Ruby", "Java"])
def test_two_commands_lead_to_the_first_drop(
    language: str, shop: Callable[[str, str], str], tmp_path: Path
) -> None:
    (row,) = re.findall(rf"^\| {language} \| `(.+)` \| `(.+)` \|$", START, re.MULTILINE)
    block = START.partition("```console\n")[2].partition("```")[0]
    (shown,) = re.findall(r"^\$ yespo-mock exec .*2>&1\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    has_only(tmp_path / "bin", row[1].split()[0])
    (tmp_path / "shop").mkdir()
    assert shop(language, row[0]) == "0\n"
    run = f"yespo-mock exec --fail-on ignored,rejected -- {row[1]} 2>&1"
    printed = [line.rstrip() for line in shop(language, run).splitlines()]
    assert printed == ["3", *shown.splitlines()]
