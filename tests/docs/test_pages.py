"""What the pages list is what there is: routes, settings, commands, metrics, pages, versions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click import Context
from documents import CHANGELOG, DOCS, README, ROOT, links, tables

from mock_server import MockServer
from mock_server._version import __version__
from mock_server.cli import main
from mock_server.documents.account_settings import AccountSettings
from mock_server.emulator.account import KEEPABLE
from mock_server.emulator.traffic.faults import FaultSchema
from mock_server.openapi import every_route
from mock_server.rules.segment.conditions import OPERATORS

_METHODS = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE)\b")
_PATHS = re.compile(r"`(/[^`?]*)")


def text_of(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def routes_of_table(page: str, prefix: str) -> set[str]:
    """`METHOD /path` of the first column of the page's first table, variables named as `{}`.

    A cell names methods and then the paths they are for, several times if need be: each method
    goes with each path up to the next method. A path that begins with another word than a version
    continues the one before it (`/attach`, `/detach`).
    """
    found: set[str] = set()
    for cell, *_ in tables(DOCS / page)[0]:
        methods: list[str] = []
        fresh = True
        last = ""
        for token in re.findall(r"`/[^`]*`|\b(?:GET|POST|PUT|PATCH|DELETE)\b", cell):
            if not token.startswith("`"):
                methods = [token] if fresh else [*methods, token]
                fresh = False
                continue
            path = token.strip("`").partition("?")[0]
            if prefix == "/api" and not re.match(r"/v\d/", path):
                path = f"{last.rpartition('/')[0]}{path}"
            last, fresh = path, True
            full = path if path.startswith(prefix) else prefix + path
            found |= {f"{method} {_nameless(full)}" for method in methods}
    return found


def _nameless(route: str) -> str:
    return re.sub(r"\{\w+\}", "{}", route)


@pytest.mark.parametrize(("page", "prefix"), [("api.md", "/api"), ("control.md", "/_mock")])
def test_the_table_of_routes_is_that_of_the_application(page: str, prefix: str) -> None:
    served = {_nameless(each.name) for each in every_route() if each.rule.startswith(prefix)}
    assert routes_of_table(page, prefix) == served


def test_the_settings_and_their_defaults_are_listed() -> None:
    listed = {name.strip("`"): default for name, default, _ in tables(DOCS / "control.md")[1]}
    assert tuple(listed) == AccountSettings.names()
    for name, default in listed.items():
        written = {True: "on", False: "off", None: "none"}
        value = getattr(AccountSettings(), name)
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
