"""A release, made and looked into: `make release VERSION=0.3.0`. It publishes and commits nothing.

It dates the changelog, sets the version and the badges, and builds wheel and sdist into `dist/`;
then it looks whether the index takes their description, and whether the wheel judges an order,
alone in an empty environment. Where docker, podman or buildah is, the image is built too.
"""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from venv import EnvBuilder

ROOT = Path(__file__).resolve().parent.parent
VERSION, CHANGELOG = ROOT / "mock_server/_version.py", ROOT / "CHANGELOG.md"
_HEADING = re.compile(r"^## (\d+\.\d+\.\d+), (not released yet|\d{4}-\d\d-\d\d)$", re.M)


def parts(version: str) -> tuple[int, ...]:
    """A version as numbers, to compare; a message and the end when it is none."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit(f"release: {version!r} is not a version such as 0.3.0: make release VERSION=0.3.0")
    return tuple(map(int, version.split(".")))


def dated(changelog: str, version: str, day: datetime.date) -> str:
    """The changelog, in which what was not released yet is a version of that day."""
    newest = _HEADING.search(changelog)
    if newest is None or newest[2] != "not released yet":
        sys.exit('release: CHANGELOG.md does not begin with a version "not released yet"')
    if parts(version) < parts(newest[1]):
        sys.exit(f"release: CHANGELOG.md is about {newest[1]}, which is later than {version}")
    start, end = newest.span()
    return f"{changelog[:start]}## {version}, {day}{changelog[end:]}"


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """What a command prints; when it fails, that, and the end."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"release: {' '.join(map(str, command))} failed\n{done.stdout}{done.stderr}")
    return done.stdout


def look_into(wheel: Path, version: str) -> None:
    """Install the wheel alone, and have it say its version and judge the README's order."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        EnvBuilder(symlinks=sys.platform != "win32").create(folder)
        run(sys.executable, "-m", "pip", "--python", folder, "install", "--quiet", wheel)
        command = folder / ("Scripts" if sys.platform == "win32" else "bin") / "yespo-mock"
        if version not in run(command, "--version", cwd=folder):
            sys.exit(f"release: {wheel.name} does not say that it is {version}")
        order = run(command, "example", "orderCreated", cwd=folder)
        (folder / "order.json").write_text(order, "utf-8")
        run(command, "explain", "--contacts", "known", "order.json", cwd=folder)


def main(version: str) -> None:
    """Make the release of a version."""
    parts(version)
    text = dated(CHANGELOG.read_text("utf-8"), version, datetime.date.today())
    CHANGELOG.write_text(text, "utf-8")
    VERSION.write_text(
        re.sub(r'"[^"]+"$', f'"{version}"', VERSION.read_text("utf-8").rstrip()) + "\n", "utf-8"
    )
    run(sys.executable, ROOT / "tools/badges.py")
    readme = ROOT / "README.md"
    readme.write_text(
        re.sub(r"Version \d+\.\d+\.\d+", f"Version {version}", readme.read_text("utf-8")), "utf-8"
    )
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    run(sys.executable, "-m", "build", "--outdir", dist)
    made = sorted(dist.iterdir())
    run(sys.executable, "-m", "twine", "check", "--strict", *made)
    look_into(next(each for each in made if each.suffix == ".whl"), version)
    for each in made:
        print(each.relative_to(ROOT))
    if any(map(shutil.which, ("docker", "podman", "buildah"))):
        run("make", "image", f"ARGS=--tag yespo-mock:{version}")
        print(f"image yespo-mock:{version}")
    else:
        print("no image: there is no docker, podman or buildah here")
    print(f"Now: commit, git tag v{version}, and push the tag.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
