"""The house rule: an import points down or not at all, and each library has its place."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "mock_server"

# Who may import whom inside the package; every part may import itself and what lies in GROUND.
GROUND = {
    "ledger",
    "documents",
    "model",
    "filters",
    "jsonio",
    "names",
    "zones",
    "exchange",
    "printable",
    "routes",
    "settings",
    "_version",
    "wsgi",
}
MAY_IMPORT: dict[str, set[str]] = {
    "velocity": set(),
    "rules": {"velocity"},
    "state": set(),
    "server": set(),
    "emulator": {"rules", "state"},
    "pages": {"emulator", "rules"},
    "api": {"emulator", "rules"},  # it reads requests with the limits and readers of the rules
    "control": {"emulator"},
    "inspector": {"emulator", "pages"},
    "testing": {"emulator", "frame/hosting"},
    "openapi": {"api", "control", "emulator"},  # it describes the routes of the doors
    "frame/__init__": set(),
    "frame/guards": set(),
    "frame/paths": set(),
    "frame/application": {"api", "control", "emulator"},
    "frame/layers": {"api", "control", "emulator", "frame/guards", "inspector"},
    "frame/app": set(
        (
            "api control emulator inspector openapi frame/application frame/guards frame/layers "
            "frame/paths"
        ).split()
    ),
    "frame/admission": set("api control emulator server frame/guards frame/paths".split()),
    "frame/hosting": set("emulator gateway server frame/admission frame/app frame/guards".split()),
    "gateway": set(),
    "contracts": {"emulator"},
    "cli": {"contracts", "emulator", "frame/hosting", "gateway", "pages"},
    "__main__": {"cli"},
    "__init__": {"emulator", "testing", "server", "state"},  # the errors users can catch
}
# Who alone may import which libraries.
ONLY_IN = {
    "tinydb": {"state"},
    "difflib": {"names", "cli", "inspector"},  # one measure of what is near
    "flask": set("api control inspector openapi frame/application".split()),
    "httptools": {"server"},
    "uvloop": {"server"},
    "rich": {"cli"},
    "cryptography": {"gateway"},
}


def _modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield _part(path.relative_to(PACKAGE).with_suffix("").parts), path


def _part(names: tuple[str, ...]) -> str:
    """The part of the house that a module belongs to; in the frame each module is one."""
    return "/".join(names[: 2 if names[0] == "frame" else 1])


def _imported(path: Path) -> Iterator[str]:
    return _imports(ast.parse(path.read_text("utf-8")), path)


def _imports(tree: ast.AST, path: Path) -> Iterator[str]:
    for node in ast.walk(tree):
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


def test_an_import_points_down_or_not_at_all() -> None:
    assert [
        f"{path.relative_to(PACKAGE)} ({part}) imports {name}"
        for part, path in _modules()
        for name in _imported(path)
        if name.startswith("mock_server.")
        and _part(tuple(name.split(".")[1:])) not in MAY_IMPORT.get(part, set()) | GROUND | {part}
    ] == []


def test_a_library_is_known_only_where_it_belongs() -> None:
    assert [
        f"{path.relative_to(PACKAGE)} ({part}) imports {name}"
        for part, path in _modules()
        for name in _imported(path)
        if part not in ONLY_IN.get(name.split(".")[0], {part})
    ] == []


def test_no_module_knows_one_that_knows_it() -> None:
    """No circle of imports, those for types and those inside functions included."""
    modules = {_name(path): path for _, path in _modules()}
    knows = {name: _known(path, modules) - {name} for name, path in modules.items()}
    assert len(knows["mock_server.emulator.emulator"]) > 5
    list(TopologicalSorter(knows).static_order())  # raises `CycleError`, which names the circle


def _name(path: Path) -> str:
    names = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(names).removesuffix(".__init__")


def _known(path: Path, modules: Collection[str]) -> set[str]:
    """The modules that one imports; `from package import module` names the module alone."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inside if inside <= set(modules) else {*inside, node.module or ""}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return (found & set(modules)) - {"mock_server"}


# The rooms of the state, and whom each may know besides itself.
STATE_ROOMS: dict[str, set[str]] = {"tables": {"errors"}, "files": {"errors", "tables"}}


@pytest.mark.parametrize("room", STATE_ROOMS)
def test_memory_knows_no_file_and_neither_knows_what_joins_them(room: str) -> None:
    paths = list((PACKAGE / "state" / room).glob("*.py"))
    assert paths
    for path in paths:
        known = [name.split(".") for name in _imported(path) if name.startswith("mock_server.")]
        imported = {names[2] for names in known if names[1] == "state"}
        assert imported <= STATE_ROOMS[room] | {room}, f"{path.name} ({room}) imports {imported}"


def test_every_part_that_is_named_is_there() -> None:
    """A name that is nobody's any more would allow what nobody looks at."""
    parts = {part for part, _ in _modules()}
    named = {*GROUND, *MAY_IMPORT}.union(*MAY_IMPORT.values(), *ONLY_IN.values())
    assert named - parts == set()
    assert parts - {*GROUND, *MAY_IMPORT} == set()


# All that the rules may know of the outside: none of it has a clock, a file or a socket, but for
# `datetime`, whose calls are looked at too.
KNOWN_TO_RULES = set(
    (
        "copy html __future__ collections contextlib dataclasses datetime decimal enum functools "
        "itertools math operator re types typing unicodedata marshmallow mock_server.velocity "
        "mock_server.rules mock_server.ledger mock_server.documents mock_server.model "
        "mock_server.jsonio mock_server.names"
    ).split()
)
CLOCK_OR_IO = {"now", "today", "utcnow", "open", "print", "input", "__import__", "exec", "eval"}
RULES = [path for part, path in _modules() if part == "rules"]


def test_rules_know_no_clock_and_do_no_io() -> None:
    found = {path.name: _impure(path.read_text("utf-8")) for path in RULES}
    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "import subprocess",
        "import importlib",
        "from pathlib import Path",
        "from mock_server.routes import Route",
        "from mock_server.settings import ServerSettings",
        "from datetime import datetime\nx = datetime.now()",
        "import datetime\nx = datetime.date.today()",
        "x = open('state.json')",
        "def f():\n    print('x')",
    ],
)
def test_a_clock_or_io_in_the_rules_is_seen(source: str) -> None:
    assert _impure(source)


def _impure(source: str) -> list[str]:
    """What rules must not do: imports of the outside, and calls that ask a clock or do I/O."""
    tree = ast.parse(source)
    found = [
        name
        for name in _imports(tree, PACKAGE / "rules" / "x.py")
        if not {name.split(".")[0], ".".join(name.split(".")[:2])} & KNOWN_TO_RULES
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            found += [called] if called in CLOCK_OR_IO else []
    return found


# A public name means one thing in the package. What each module of a kind has is one convention.
CONVENTIONS = {
    "add": "the routes of some pages",
    "register": "the routes of a door",
    "answer_http_error": "the words of a door for an error of the routing",
    "answer_refusal": "the words of a door for what the guard refused",
    "Call": "a request as the functions of a door get it",
    "view_of": "the function of a route, as Flask calls it",
    "command": "a command of the command line",
    "progress": "the progress of a report on the command line",
    "write": "what a report on the command line writes",
}
# A document is declared under the name of what it describes, and is an object of tests under it.
DECLARING = ("documents/", "testing/records.py", "answers.py")


def test_a_public_name_means_one_thing() -> None:
    places: dict[str, list[str]] = {}
    for _, path in _modules():
        where = str(path.relative_to(PACKAGE))
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not _is_route(node):
                declares = isinstance(node, ast.ClassDef) and any(
                    map(where.__contains__, DECLARING)
                )
                if not (declares or node.name.startswith("_") or node.name in CONVENTIONS):
                    places.setdefault(node.name, []).append(where)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def _is_route(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """Whether a decorator registers it, so that nobody calls it by its name."""
    calls = (each.func for each in node.decorator_list if isinstance(each, ast.Call))
    return any(isinstance(func, ast.Attribute) for func in calls)


def test_a_file_is_one_idea_and_fits_in_the_head() -> None:
    lengths = {
        str(path.relative_to(PACKAGE)): path.read_text("utf-8").count("\n")
        for _, path in _modules()
    }
    assert {name: lines for name, lines in lengths.items() if lines > 450} == {}
