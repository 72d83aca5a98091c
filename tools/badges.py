"""The badges of the README, drawn from what the repository says: `python tools/badges.py`.

The number of tests is rounded down to thousands; tests/package/test_release.py counts them.
"""

from __future__ import annotations

import configparser
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/badges"
TESTS = "over 8,000"

_BADGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img">
  <title>{name}: {value}</title>
  <rect width="{width}" height="20" rx="3" fill="#4a4f57"/>
  <path d="M{left} 0h{inner}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{inner}z" fill="{colour}"/>
  <g fill="#fff" text-anchor="middle" font-family="Verdana, sans-serif" font-size="11">
    <text x="{name_at}" y="14">{name}</text>
    <text x="{value_at}" y="14">{value}</text>
  </g>
</svg>
"""


def badge(name: str, value: str, colour: str = "#1a7f5a") -> str:
    """A badge as SVG: a name on grey, and beside it a value."""
    left, right = (12 + round(6.6 * len(text)) for text in (name, value))
    return _BADGE.format(
        name=name,
        value=value,
        colour=colour,
        width=left + right,
        left=left,
        inner=right - 3,
        name_at=left / 2,
        value_at=left + right / 2,
    )


def badges() -> dict[str, str]:
    """The badges by file name, as the repository is now."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    pythons = re.findall(r":: (3\.\d+)$", setup["metadata"]["classifiers"], re.M)
    (version,) = re.findall(r'= "(.+)"', (ROOT / "mock_server/_version.py").read_text("utf-8"))
    return {
        "version.svg": badge("version", version, "#2b6cb0"),
        "python.svg": badge("python", f"{pythons[0]} to {pythons[-1]}", "#2b6cb0"),
        "tests.svg": badge("tests", TESTS),
        "licence.svg": badge("licence", setup["metadata"]["license"]),
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, drawn in badges().items():
        (FOLDER / file).write_text(drawn, "utf-8")
