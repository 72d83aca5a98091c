"""What is given to users, made once per run: the sdist, the wheel, and an environment with it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from venv import EnvBuilder

import pytest

ROOT = Path(__file__).parents[2]
# Where a fresh clone has nothing.
NOT_CLONED = (".git", ".venv*", ".coverage*", ".*_cache", "*.egg-info", "build", "dist")


@dataclass
class Built:
    """The two files that users get."""

    sdist: Path
    wheel: Path
    log: str


@dataclass
class Installed:
    """An environment that holds the wheel and what it declares, and nothing else."""

    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.bin / "python"

    @property
    def command(self) -> Path:
        return self.bin / "yespo-mock"

    def run(self, *command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a command, away from the checkout; it must succeed."""
        ran = subprocess.run(
            command, capture_output=True, text=True, cwd=cwd, env=clean_environment(), timeout=100
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran


def clean_environment() -> dict[str, str]:
    """The environment, without what would lead Python or yespo-mock elsewhere."""
    strange = ("YESPO", "PYTHON", "COV_CORE", "COVERAGE")
    return {name: value for name, value in os.environ.items() if not name.startswith(strange)}


@pytest.fixture(scope="session")
def once(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[str, Callable[[Path], None]], Path]:
    """Make a folder once, whichever of the parallel workers comes first; the others wait for it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def once(name: str, make: Callable[[Path], None]) -> Path:
        folder = shared / name
        # SQLite has a lock that works everywhere, and waits.
        lock = sqlite3.connect(shared / f"{name}.lock", timeout=500, isolation_level=None)
        with closing(lock):
            lock.execute("BEGIN EXCLUSIVE")
            if not (folder / "made").exists():
                make(folder)
                (folder / "made").touch()
        return folder

    return once


@pytest.fixture(scope="session")
def built(once: Callable[[str, Callable[[Path], None]], Path]) -> Built:
    """Built as a user of pip would: the sdist from a clone, the wheel from the sdist."""

    def make(folder: Path) -> None:
        clone = folder / "clone"
        copytree(ROOT, clone, ignore=ignore_patterns(*NOT_CLONED))
        # What lies about in a checkout that was worked in.
        (clone / "yespo-mock.json").write_text("{}", "utf-8")
        (clone / "mock_server/__pycache__").mkdir(exist_ok=True)
        (clone / "mock_server/__pycache__/stray.cpython-311.pyc").touch()
        (clone / "fixtures/__pycache__").mkdir()
        (clone / "fixtures/__pycache__/stray.pyc").touch()
        ran = subprocess.run(
            [sys.executable, "-m", "build", "--outdir", folder, clone],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=clean_environment(),
            timeout=400,
        )
        assert ran.returncode == 0, ran.stdout
        (folder / "log").write_text(ran.stdout, "utf-8")

    folder = once("package-built", make)
    (sdist,) = folder.glob("*.tar.gz")
    (wheel,) = folder.glob("*.whl")
    return Built(sdist, wheel, (folder / "log").read_text("utf-8"))


@pytest.fixture(scope="session")
def installed(built: Built, once: Callable[[str, Callable[[Path], None]], Path]) -> Installed:
    """The wheel in an empty environment."""

    def make(folder: Path) -> None:
        EnvBuilder(symlinks=os.name != "nt").create(folder)
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "--python", folder),
                *("--disable-pip-version-check", "install", "--quiet", built.wheel),
            ],
            env=clean_environment(),
            timeout=400,
            check=True,
        )

    return Installed(once("package-installed", make))
