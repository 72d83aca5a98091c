"""The house rule: an import points down or not at all, and each library has its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mock_server"

# Who may import whom inside the package; every part may import itself and what lies in GROUND.
GROUND = {"model", "jsonio", "settings", "_version", "routing"}
MAY_IMPORT: dict[str, set[str]] = {
    "rules": set(),
    "state": set(),
    "server": set(),
    "guards": set(),
    "emulator": {"rules", "state"},
    "api": {"emulator"},
    "control": {"emulator"},
    "inspector": {"emulator"},
    "testing": {"emulator", "hosting"},
    "metering": {"emulator"},
    "openapi": {"api", "control", "emulator"},  # it describes the schemas of the doors
    "openapi_page": {"app", "emulator", "openapi"},
    "application": set(),
    "app": {
        *("api", "application", "control", "emulator", "guards"),
        *("inspector", "metering", "openapi"),
    },
    "hosting": {"app", "emulator", "guards", "server"},
    "contracts": {"emulator"},
    "cli": {"contracts", "emulator", "hosting"},
    "__main__": {"cli"},
    "__init__": {"testing"},
}
# Who alone may import which libraries.
ONLY_IN = {
    "tinydb": {"state"},
    "flask": {
        *("api", "app", "application", "control"),
        *("inspector", "metering", "openapi", "routing"),
    },
    "uvicorn": {"server"},
    "rich": {"cli"},
}


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        yield part, path


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                inside = path.relative_to(PACKAGE.parent).parts[: -node.level]
                yield ".".join((*inside, node.module or ""))
            elif node.module == "mock_server":
                yield from (f"mock_server.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


@pytest.mark.parametrize(("part", "path"), list(_modules()), ids=lambda each: str(each)[-40:])
def test_an_import_points_down_or_not_at_all(part: str, path: Path) -> None:
    allowed = MAY_IMPORT.get(part, set()) | GROUND | {part}
    for name in _imported(path):
        if name.startswith("mock_server."):
            imported = name.split(".")[1]
            assert imported in allowed, f"{path.name} ({part}) imports {name}"


@pytest.mark.parametrize(("part", "path"), list(_modules()), ids=lambda each: str(each)[-40:])
def test_a_library_is_known_only_where_it_belongs(part: str, path: Path) -> None:
    for name in _imported(path):
        places = ONLY_IN.get(name.split(".")[0])
        assert places is None or part in places, f"{path.name} ({part}) imports {name}"


def test_rules_know_no_clock_and_do_no_io() -> None:
    banned = {"time", "os", "pathlib", "io", "socket", "random", "threading", "logging"}
    for part, path in _modules():
        if part == "rules" and path.name not in ("ledger_page.py",):
            assert not banned & {name.split(".")[0] for name in _imported(path)}, path.name
