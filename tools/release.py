"""A release, made and looked into: `make release VERSION=0.3.0`. It publishes and commits nothing.

It dates the changelog, sets the version and the badges, builds wheel and sdist into `dist/`, and
the image where docker, podman or buildah works; tools/release_contents.py says what is to be in
them. `python tools/release.py as-it-is` leaves the files as they are, as the workflow of a tag has
to. What follows the version is for the builder of the image: ARGS='--build-arg BASE=…'.
"""

from __future__ import annotations

import datetime
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from venv import EnvBuilder

ROOT = Path(__file__).resolve().parent.parent
VERSION, CHANGELOG = ROOT / "mock_server/_version.py", ROOT / "CHANGELOG.md"
CONTENTS = runpy.run_path(str(Path(__file__).with_name("release_contents.py")))
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


def stop(problems: list[str]) -> None:
    """End with what is wrong, if anything is."""
    if problems:
        sys.exit("\n".join(f"release: {each}" for each in problems))


def prepare(version: str) -> None:
    """Date the changelog, and write the version where it stands."""
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


def try_alone(wheel: Path, version: str) -> None:
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


def make_packages(version: str) -> Path:
    """Build the sdist, and the wheel from it; the wheel, once both hold what they are to hold."""
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    run(sys.executable, "-m", "build", "--outdir", dist)
    (sdist,), (wheel,) = dist.glob("*.tar.gz"), dist.glob("*.whl")
    run(sys.executable, "-m", "twine", "check", "--strict", wheel, sdist)
    stop(CONTENTS["wrong_in_sdist"](sdist) + CONTENTS["wrong_in_wheel"](wheel))
    try_alone(wheel, version)
    for each in (wheel, sdist):
        print(each.relative_to(ROOT))
    return Path(wheel)


def builder() -> str | None:
    """The first program that builds images here: docker without its daemon does not."""
    for name in ("docker", "podman", "buildah"):
        if shutil.which(name):
            done = subprocess.run((name, "info"), capture_output=True, check=False)
            if done.returncode == 0:
                return name
    return None


def inside(program: str, image: str, *command: str) -> str:
    """What a command prints in a container of the image, which has no network."""
    if program != "buildah":
        first, *more = command
        return run(program, "run", "--rm", "--network=none", "--entrypoint", first, image, *more)
    container = run(program, "from", image).strip()
    try:
        return run(program, "run", container, "--", *command)
    finally:
        run(program, "rm", container)


def make_image(wheel: Path, version: str, arguments: list[str]) -> None:
    """Build the image, and look whether it holds what the wheel holds, and judges an order."""
    program = builder()
    if program is None:
        print("no image was built or looked into: neither docker, podman nor buildah works here")
        return
    image = f"yespo-mock:{version}"
    run("make", "image", f"ARGS=--tag {image} {' '.join(arguments)}")
    told = inside(program, image, "/opt/yespo-mock/bin/python", "-c", CONTENTS["IN_THE_IMAGE"])
    stop(CONTENTS["wrong_in_image"](told, wheel, version))
    judge = "yespo-mock example orderCreated | yespo-mock explain --contacts known -"
    inside(program, image, "sh", "-ec", judge)
    print(f"image {image}, made by {program}")


def main(version: str = "", *arguments: str) -> None:
    """Make the release of a version, or of the one that stands in the files."""
    if version == "as-it-is":
        version = runpy.run_path(str(VERSION))["__version__"]
        make_image(make_packages(version), version, list(arguments))
    else:
        parts(version)
        prepare(version)
        make_image(make_packages(version), version, list(arguments))
        print(f"Now: commit, git tag v{version}, and push the tag.")


if __name__ == "__main__":
    main(*sys.argv[1:])
