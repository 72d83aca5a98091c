"""Prints the oldest version of each dependency that setup.cfg declares, as requirements of pip.

`python tests/oldest.py > oldest.txt`. `make test-oldest` runs the tests with them.
"""

from __future__ import annotations

import configparser
import re
import sys
from collections.abc import Iterator
from pathlib import Path

SETUP = Path(__file__).parents[1] / "setup.cfg"
# What is asked for, the first of the versions that will do, other bounds, where it is asked for.
_REQUIREMENT = re.compile(r"([\w.-]+)(?:>=([\w.]+))?((?:,\s*<[\w.]+)?)\s*(;.*)?")


def oldest(requirements: str) -> Iterator[str]:
    """The requirements, one a line, each with its lower bound as the version.

    One without a bound is taken as it is. Raises `ValueError` for a line that is not understood.
    """
    for line in requirements.splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        found = _REQUIREMENT.fullmatch(text)
        if found is None:
            raise ValueError(f"setup.cfg: {text!r} has no lower bound of the form name>=version.")
        name, version, _, marker = found.groups(default="")
        yield f"{name}=={version}{marker}" if version else text


def main() -> None:
    """Print those of the package and those of its tests."""
    config = configparser.ConfigParser()
    config.read(SETUP, "utf-8")
    for each in (
        config["options"]["install_requires"],
        config["options.extras_require"]["test"],
    ):
        sys.stdout.writelines(f"{line}\n" for line in oldest(each))


if __name__ == "__main__":
    main()
