"""What is inside the sdist and the wheel, and what is not."""

from __future__ import annotations

import configparser
import re
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from mock_server._version import __version__

ROOT = Path(__file__).parents[2]
INFO = f"yespo_mock-{__version__}.dist-info"

pytestmark = [pytest.mark.full, pytest.mark.network, pytest.mark.timeout(600)]


def below(folder: Path) -> set[str]:
    """The files below a folder of the checkout, but for what Python leaves there."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture
def in_sdist(built):
    with tarfile.open(built.sdist) as archive:
        top = f"yespo_mock-{__version__}/"
        return {each.name.removeprefix(top) for each in archive.getmembers() if each.isfile()}


@pytest.fixture
def wheel(built):
    with ZipFile(built.wheel) as archive:
        yield archive


@pytest.fixture
def in_wheel(wheel):
    return set(wheel.namelist())


def test_the_wheel_has_the_package_the_fixtures_and_nothing_else(in_wheel):
    package = {f"mock_server/{each}" for each in below(ROOT / "mock_server")}
    fixtures = {f"mock_server/fixtures/{each}" for each in below(ROOT / "fixtures")}
    assert len(fixtures) > 100
    assert {each for each in in_wheel if not each.startswith(INFO)} == (
        package | fixtures | {"yespo_mock_plugin.py"}
    )


@pytest.mark.parametrize(
    "name",
    [
        "mock_server/py.typed",
        "mock_server/inspector/templates/inspector/layout.html",
        "mock_server/inspector/static/inspector.css",
        "mock_server/fixtures/contracts/ord-12-delivered.json",
        "mock_server/fixtures/contract.schema.json",
        "mock_server/fixtures/seeds/shop.json",
        "mock_server/fixtures/examples/order-created.json",
    ],
)
def test_what_is_needed_at_run_time_is_in_the_wheel(in_wheel, name):
    assert name in in_wheel


def test_the_sdist_has_the_sources_the_documents_and_nothing_else(in_sdist):
    wanted = set(
        (
            "LICENSE README.md CHANGELOG.md MANIFEST.in setup.py setup.cfg pyproject.toml "
            "PKG-INFO yespo_mock_plugin.py"
        ).split()
    )
    for folder in ("mock_server", "fixtures", "docs"):
        wanted |= {f"{folder}/{each}" for each in below(ROOT / folder)}
    assert {each for each in in_sdist if ".egg-info/" not in each} == wanted


@pytest.mark.parametrize("part", ["tests", "benchmarks", "examples", ".ci", "yespo-mock.json"])
def test_what_only_the_repository_needs_is_in_neither(in_sdist, in_wheel, part):
    for name in in_sdist | in_wheel:
        assert name.split("/")[0] != part
        assert "__pycache__" not in name


def test_the_description_leads_nowhere_but_to_the_web(wheel):
    metadata = wheel.read(f"{INFO}/METADATA").decode()
    assert "Description-Content-Type: text/markdown" in metadata
    targets = re.findall(r"\]\(([^)]*)\)", metadata)
    assert [each for each in targets if not each.startswith("https://")] == []
    assert "| rules | verdicts, every rule" in metadata


def test_licences_are_declared_and_inside(wheel, in_wheel, in_sdist):
    declared = wheel.read(f"{INFO}/METADATA").decode()
    static = "mock_server/inspector/static"
    licences = ["LICENSE", *(f"{static}/{each}-LICENSE.txt" for each in ("codemirror", "htmx"))]
    told = [line for line in declared.splitlines() if line.startswith("License-File: ")]
    assert told == [f"License-File: {each}" for each in licences]
    for each in licences:
        assert wheel.read(f"{INFO}/licenses/{each}") == (ROOT / each).read_bytes()
        assert each in in_sdist
    assert "License: MIT" in declared


def test_every_vendored_file_has_its_licence_beside_it(in_wheel):
    static = "mock_server/inspector/static/"
    own = {
        f"{static}{name}"
        for name in "icon.svg icon_alert.svg inspector.css inspector.js theme.js".split()
    }
    found = {each for each in in_wheel if each.startswith(static)} - own
    vendored = {each for each in found if not each.endswith("-LICENSE.txt")}
    assert vendored
    for each in vendored:
        name = each.removeprefix(static).split("-")[0]
        assert f"{static}{name}-LICENSE.txt" in found
        assert f"{INFO}/licenses/{static}{name}-LICENSE.txt" in in_wheel


def test_entry_points_are_the_command_and_the_pytest_plugin(wheel):
    points = configparser.ConfigParser()
    points.read_string(wheel.read(f"{INFO}/entry_points.txt").decode())
    assert {name: dict(points[name]) for name in points.sections()} == {
        "console_scripts": {"yespo-mock": "mock_server.cli:main"},
        "pytest11": {"yespo_mock": "yespo_mock_plugin"},
    }


def test_building_warns_of_nothing(built):
    assert "would be ignored" not in built.log
    assert "Deprecat" not in built.log


def test_the_workflow_of_github_actions_is_well_formed():
    """It is not run here: this reads what a runner would read."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    assert set(job["strategy"]["matrix"]["python"]) == {"3.10", "3.14"}
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])
