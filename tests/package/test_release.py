"""The badges, the site and the release, made as their commands make them."""

from __future__ import annotations

import datetime
import json
import re
import runpy
import subprocess
import sys
import tarfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from .conftest import NOT_CLONED, ROOT, Built, clean_environment

RELEASE = runpy.run_path(str(ROOT / "tools/release.py"))
CONTENTS = RELEASE["CONTENTS"]
BADGES = runpy.run_path(str(ROOT / "tools/badges.py"))
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the project as a clone has it."""
    return Path(copytree(ROOT, tmp_path / "clone", ignore=ignore_patterns(*NOT_CLONED)))


def run(*command: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**clean_environment(), **more},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def test_the_badges_say_what_the_repository_says() -> None:
    drawn = {file.name: file.read_text("utf-8") for file in (ROOT / "docs/badges").iterdir()}
    assert drawn == BADGES["badges"](), "draw them again: python tools/badges.py"
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\(docs/badges/([^)]+)\)", readme)
    assert {file for _, file in shown} == set(drawn)
    for text, file in shown:
        (title,) = re.findall("<title>(.+)</title>", drawn[file])
        assert text.replace(":", "").lower() == title.replace(":", "").lower()


@pytest.mark.full
def test_there_are_as_many_tests_as_the_badge_says() -> None:
    done = run(sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "", cwd=ROOT)
    (collected,) = re.findall(r"^(\d+) tests collected", done.stdout, re.MULTILINE)
    assert int(collected) > int(re.sub(r"\D", "", BADGES["TESTS"]))


@pytest.mark.parametrize(
    ("before", "version", "after"),
    [
        ("## 0.2.0, not released yet", "0.2.0", "## 0.2.0, 2026-12-01"),
        ("## 0.2.0, not released yet", "0.3.0", "## 0.3.0, 2026-12-01"),
        ("## 0.2.0, not released yet", "0.1.9", "CHANGELOG.md is about 0.2.0, which is later"),
        ("## 0.2.0, 2026-11-30", "0.3.0", "does not begin with a version"),
        ("nothing", "0.3.0", "does not begin with a version"),
        ("## 0.2.0, not released yet", "", "'' is not a version such as 0.3.0"),
        ("## 0.2.0, not released yet", "v0.3.0", "'v0.3.0' is not a version such as 0.3.0"),
    ],
)
def test_the_changelog_is_dated_or_it_says_why_not(before: str, version: str, after: str) -> None:
    day = datetime.date(2026, 12, 1)
    if after.startswith("## "):
        assert RELEASE["dated"](f"# Changelog\n\n{before}\n", version, day).split("\n")[2] == after
    else:
        with pytest.raises(SystemExit, match=re.escape(after)):
            RELEASE["dated"](before, version, day)


@pytest.mark.full
@pytest.mark.network
@pytest.mark.timeout(600)
def test_a_release_is_made_in_a_clone(clone: Path) -> None:
    """Without a builder of images: test_image.py makes a release with its image."""
    (clone / "bin").mkdir()
    done = run(sys.executable, "tools/release.py", "9.8.7", cwd=clone, PATH=str(clone / "bin"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "dist/yespo_mock-9.8.7-py3-none-any.whl",
        "dist/yespo_mock-9.8.7.tar.gz",
        "no image was built or looked into: neither docker, podman nor buildah works here",
        "Now: commit, git tag v9.8.7, and push the tag.",
    ]
    assert "version: 9.8.7" in (clone / "docs/badges/version.svg").read_text("utf-8")
    # The workflow that publishes a tag finds what it asks for.
    (asked,) = [
        each["run"] for each in WORKFLOW["jobs"]["make"]["steps"] if "tag" in each.get("name", "")
    ]
    for tag, ended in (("v9.8.7", 0), ("v9.8.6", 1)):
        assert run("bash", "-ec", asked, cwd=clone, GITHUB_REF_NAME=tag).returncode == ended


def rewritten(
    sdist: Path, folder: Path, name: str, change: Callable[[tarfile.TarInfo], None]
) -> Path:
    """An sdist in which one entry is another: one of no bytes, if its size was made 0."""
    copy = folder / sdist.name
    with tarfile.open(sdist) as old, tarfile.open(copy, "w:gz") as new:
        for each in old.getmembers():
            file = old.extractfile(each) if each.isreg() else None
            if each.name.endswith(name):
                change(each)
            if each.name != "gone":
                new.addfile(each, file)
    return copy


ENTRIES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "as it is": ({}, []),
    "missing": ({"name": "gone"}, ["lacks mock_server/helpers/YespoMock.php"]),
    "changed": ({"size": 0}, ["has another mock_server/helpers/YespoMock.php than the checkout"]),
    "absolute": (
        {"name": "/etc/passwd"},
        ["has /etc/passwd outside of {top}/", "lacks mock_server/helpers/YespoMock.php"],
    ),
    "above": (
        {"name": "{top}/../x"},
        ["has {top}/../x outside of {top}/", "lacks mock_server/helpers/YespoMock.php"],
    ),
    "a link": (
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd", "size": 0},
        [
            "has {top}/mock_server/helpers/YespoMock.php, which is neither a file nor a folder",
            "lacks mock_server/helpers/YespoMock.php",
        ],
    ),
    "junk": (
        {"name": "{top}/docs/.swp"},
        [
            "lacks mock_server/helpers/YespoMock.php",
            "has docs/.swp besides",
            "has docs/.swp, which is not a source",
        ],
    ),
}


@pytest.mark.full
@pytest.mark.network
@pytest.mark.timeout(600)
@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_an_sdist_is_looked_into(
    entry: tuple[dict[str, Any], list[str]], built: Built, tmp_path: Path
) -> None:
    attributes, said = entry
    top = built.sdist.name.removesuffix(".tar.gz")

    def change(each: tarfile.TarInfo) -> None:
        for name, value in attributes.items():
            setattr(each, name, value.format(top=top) if isinstance(value, str) else value)

    looked = rewritten(built.sdist, tmp_path, "mock_server/helpers/YespoMock.php", change)
    wrong = CONTENTS["wrong_in_sdist"](looked)
    assert wrong == [f"the sdist {each.format(top=top)}" for each in said]


@pytest.mark.full
@pytest.mark.network
@pytest.mark.timeout(600)
def test_a_wheel_and_an_image_are_looked_into(built: Built, tmp_path: Path) -> None:
    assert CONTENTS["wrong_in_wheel"](built.wheel) == []
    copy = tmp_path / built.wheel.name
    with ZipFile(built.wheel) as old, ZipFile(copy, "w") as new:
        for name in old.namelist():
            if not name.endswith(("licenses/LICENSE", "layout.html")):
                new.writestr(name, old.read(name))
        new.writestr("tests/test_mine.py", str(ROOT))
    layout = "mock_server/inspector/templates/inspector/layout.html"
    assert CONTENTS["wrong_in_wheel"](copy) == [
        f"the wheel lacks {layout}",
        "the wheel has tests/test_mine.py besides",
        f"the wheel names {ROOT} in tests/test_mine.py",
        "the wheel lacks its LICENSE",
    ]
    image = {"version": "1.0.0", "user": 0, "files": {}, "left": ["pip"]}
    wrong = CONTENTS["wrong_in_image"](json.dumps(image), built.wheel, "2.0.0")
    assert f"the image lacks {layout}" in wrong
    assert wrong[-3:] == [
        "the image has pip",
        "the image is version 1.0.0, not 2.0.0",
        "the image runs as root",
    ]


def test_the_workflow_publishes_what_was_made_and_nothing_else() -> None:
    jobs = WORKFLOW["jobs"]
    assert WORKFLOW[True] == {"push": {"tags": ["v*"]}}  # YAML reads `on` as true
    assert {name: job.get("needs") for name, job in jobs.items()} == {
        "make": None,
        "index": "make",
        "image": "make",
    }
    assert jobs["index"]["permissions"] == {"id-token": "write"}


class Loads(HTMLParser):
    """What a browser loads for a page, and where its own links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "src" in given:
            self.loaded.append(given["src"])
        if tag == "link" and given["href"] != "#":
            self.loaded.append(given["href"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


@pytest.mark.full
@pytest.mark.network
@pytest.mark.timeout(600)
def test_the_site_is_whole_and_loads_nothing_from_elsewhere(clone: Path) -> None:
    done = run("make", "docs", f"PYTHON={sys.executable}", cwd=clone)
    assert done.returncode == 0, done.stdout + done.stderr
    site = clone / "build/site"
    for page in (ROOT / "docs").glob("*.md"):
        assert (site / "docs" / f"{page.stem}.html").exists()
    pages = list(site.rglob("*.html"))
    for page in pages:
        seen = Loads(page.read_text("utf-8"))
        for each in seen.loaded:
            assert not re.match(r"\w+:|//", each) or each.startswith("data:"), (page, each)
            assert (page.parent / each.partition("?")[0]).exists(), (page, each)
        for each in seen.links:
            path = each.partition("#")[0]
            if path and not re.match(r"\w+:", path):
                assert (page.parent / path).exists(), (page, each)
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", style.read_text("utf-8")), style
    assert "orderDelivered" in (site / "searchindex.js").read_text("utf-8")
