"""The oldest and the newest Python that are here: `make test-pythons` (ARGS=all: each of them).

Interpreters are looked for on the PATH and where pyenv keeps them. Each gets a venv of its own:
there the package starts, judges an event and verifies itself, and the tests of the rules, the
state and the wire are run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENVS = ROOT / ".venv-pythons"
VERSIONS = [(3, minor) for minor in range(10, 15)]
PARTS = ("tests/rules", "tests/state", "tests/wire")


def interpreters() -> dict[tuple[int, int], Path]:
    """The interpreters that are here, by version, the oldest first."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found: dict[tuple[int, int], Path] = {}
    for version in VERSIONS:
        name = "python{}.{}".format(*version)
        candidates = [
            shutil.which(name),
            *sorted(pyenv.glob("{}.{}.*/bin/python".format(*version))),
        ]
        for each in candidates:
            if each is not None and _version(Path(each)) == version:
                found[version] = Path(each)
                break
    return found


def _version(python: Path) -> tuple[int, int] | None:
    code = "import sys, venv; print(sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    numbers = re.findall(r"\d+", done.stdout) if done.returncode == 0 else []
    return (int(numbers[0]), int(numbers[1])) if numbers else None


def check(version: tuple[int, int], python: Path) -> None:
    """Install into a venv of that Python, use it, and run the tests there."""
    folder = VENVS / "{}.{}".format(*version)
    inside = folder / ("Scripts" if os.name == "nt" else "bin")
    run(python, "-m", "venv", "--clear", folder)
    run(inside / "python", "-m", "pip", "install", "--quiet", "--upgrade", "pip")
    run(inside / "python", "-m", "pip", "install", "--quiet", "--editable", f"{ROOT}[test]")
    example = ROOT / "fixtures" / "examples" / "order-created.json"
    told = subprocess.run(
        [inside / "yespo-mock", "explain", "--in-memory", example], capture_output=True, check=False
    )
    assert told.stdout.startswith(b"ignored: contact_not_found"), told
    run(inside / "yespo-mock", "verify")
    run(inside / "python", "-m", "pytest", "-q", "-n", "auto", *PARTS)


def say(line: str) -> None:
    """Print a line at once: what it is about takes minutes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(*command: str | Path) -> None:
    """Run a command; what goes wrong ends all."""
    say(" ".join(map(str, ("$", *command))))
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    """Check the oldest and the newest, or all."""
    found = interpreters()
    if not found:
        sys.exit("No Python from 3.10 to 3.14 with a venv module was found.")
    wanted = list(found) if "all" in sys.argv[1:] else sorted({min(found), max(found)})
    for version in wanted:
        say("\n== Python {}.{}: {}".format(*version, found[version]))
        check(version, found[version])


if __name__ == "__main__":
    main()
