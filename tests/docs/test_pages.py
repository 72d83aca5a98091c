"""What the pages list is what there is: routes, settings, commands, metrics, pages, versions."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
import yaml
from click import Context
from documents import CHANGELOG, DOCS, README, ROOT, links, tables, tokens

from mock_server import MockServer
from mock_server._version import __version__
from mock_server.cli import main
from mock_server.documents.account_settings import AccountSettings
from mock_server.emulator.account import KEEPABLE
from mock_server.emulator.traffic.faults import FaultSchema
from mock_server.rules.segment.conditions import OPERATORS
from tests.conftest import every
from tools.route_pages import with_tables


def text_of(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


@pytest.mark.parametrize("page", ["api.md", "control.md"])
def test_the_table_of_routes_is_made_of_their_declarations(page: str) -> None:
    text = text_of(page)
    assert len(re.findall("<!-- (?:end of )?routes -->", text)) == 2
    assert with_tables(page, text) == text, "write it again: python tools/route_pages.py docs"


def test_the_settings_and_their_defaults_are_listed() -> None:
    listed = {name.strip("`"): default for name, default, _ in tables(DOCS / "control.md")[1]}
    assert tuple(listed) == AccountSettings.names()
    for name, default in listed.items():
        written = {True: "on", False: "off", None: "none"}
        value = getattr(AccountSettings(), name)
        value = None if value == () else value
        shown = written[value] if value is None or isinstance(value, bool) else f"`{value}`"
        assert default == shown, name


def test_the_tables_that_a_reset_can_keep_are_named() -> None:
    named = ", ".join(f"`{each}`" for each in KEEPABLE)
    assert named in text_of("control.md")


def test_every_part_of_the_package_is_described() -> None:
    cells = [cell for cell, _ in tables(DOCS / "architecture.md")[0]]
    described = [each.rstrip("/") for cell in cells for each in re.findall(r"`([^`]+)`", cell)]
    parts = [
        each.name
        for each in (ROOT / "mock_server").iterdir()
        if each.suffix == ".py" or (each / "__init__.py").exists()
    ]
    assert sorted(described) == sorted(parts)


def test_every_command_is_described() -> None:
    described = [cell.split()[1].strip("`") for cell, _ in tables(DOCS / "cli.md")[0]]
    assert sorted(described) == sorted(main.list_commands(Context(main)))


def test_the_methods_of_the_python_api_are_those_there_are() -> None:
    cells = [cell for table in tables(DOCS / "python.md") for cell, _ in table]
    named = [name for cell in cells for name in re.findall(r"\b(\w+)\(", cell)]
    public = [name for name in dir(MockServer) if not name.startswith("_")]
    assert len(named) > 20
    assert [name for name in named if name not in public] == []


def test_the_fields_of_a_fault_are_listed() -> None:
    cells = [cell for cell, _ in tables(DOCS / "faults.md")[0]]
    assert set(re.findall(r"`(\w+)`", " ".join(cells))) == set(FaultSchema().fields)


def test_segments_page_names_every_operator() -> None:
    page = text_of("segments.md")
    assert [name for name in OPERATORS if f"`{name}`" not in page] == []


def test_metrics_page_names_the_metrics_there_are(client) -> None:
    named = re.findall(r"yespo_mock_\w+", text_of("metrics.md"))
    known = set(re.findall(r"# TYPE (\w+)", client.call("GET", "/_mock/metrics").text))
    assert set(named) <= known


def test_the_readme_leads_to_every_page() -> None:
    leads = {Path(link).name for link in links(README)}
    assert {page.name for page in DOCS.glob("*.md")} <= leads


def test_the_changelog_is_about_this_version() -> None:
    newest = re.search(r"^## (.+)$", CHANGELOG.read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert re.fullmatch(r"\d+\.\d+\.\d+, (not released yet|\d{4}-\d\d-\d\d)", newest[1])
    assert newest[1].startswith(f"{__version__},")


def test_every_dependency_has_its_reason() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    required = re.findall(r"^([\w.-]+)>=", setup["options"]["install_requires"], re.MULTILINE)
    (table,) = [each for each in tables(DOCS / "architecture.md") if each[0][0].startswith("flask")]
    assert sorted(name for cell, _ in table for name in cell.split(", ")) == sorted(required)


@every({path.name: path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")})
def test_the_forms_for_issues_are_well_formed(form: Path) -> None:
    """What a reader of GitHub's forms asks of them; the file beside them is their settings."""
    given = yaml.safe_load(form.read_text("utf-8"))
    if form.name != "config.yml":
        assert {"name", "description", "body"} <= set(given)
        questions = [each for each in given["body"] if each["type"] != "markdown"]
        assert all(each["id"] and each["attributes"]["label"] for each in questions)


@every({page.name: page for page in sorted(DOCS.glob("*.md"))})
def test_a_page_begins_with_what_it_is_for(page: Path) -> None:
    assert [each.type for each in tokens(page)[:4]] == [
        *("heading_open", "inline", "heading_close", "paragraph_open")
    ]
