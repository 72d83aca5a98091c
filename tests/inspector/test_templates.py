"""The templates ask for what they are given, and for nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, meta, nodes

import mock_server.inspector
from mock_server.inspector.pages import Frame

FOLDER = Path(mock_server.inspector.__file__).parent
TEMPLATES = FOLDER / "templates"
MACROS = ("parts.html", "rfm_grid.html", "chart.html", "timeline.html")
HELPERS = {"with_query", "order_path", "request"}


def rendered() -> list[tuple[str, str, frozenset[str]]]:
    """Every template that is rendered: the module, the template, and what it is given by name."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("render", "part")
                and isinstance(node.args[0], ast.Constant)
            ):
                given = frozenset(name for each in node.keywords for name in names_of(each, tree))
                found.append((path.stem, str(node.args[0].value), given))
    return found


def names_of(keyword: ast.keyword, tree: ast.Module) -> Iterator[str]:
    """The name of an argument; for `**made(…)` those of what the function of the module returns."""
    if keyword.arg is not None:
        yield keyword.arg
        return
    assert isinstance(keyword.value, ast.Call)
    made = ast.unparse(keyword.value.func)
    for each in tree.body:
        if isinstance(each, ast.FunctionDef) and each.name == made:
            (answer,) = (it.value for it in ast.walk(each) if isinstance(it, ast.Return))
            assert isinstance(answer, ast.Dict)
            yield from (ast.literal_eval(key) for key in answer.keys if key is not None)


def asked(template: str) -> set[str]:
    """The names that a template and the parts it includes look up in its context."""
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, autoescape=True)
    environment.filters |= dict.fromkeys(("prose", "at", "money", "grouped", "counted"), str)
    names: set[str] = set()
    todo = [f"inspector/{template}"]
    while todo:
        source, _, _ = loader.get_source(environment, todo.pop())
        tree = environment.parse(source)
        imported = {name for each in tree.find_all(nodes.FromImport) for name in each.names}
        imported |= {each.name for each in tree.find_all(nodes.Macro)}
        names |= meta.find_undeclared_variables(tree) - imported
        included = [each for each in meta.find_referenced_templates(tree) if each]
        todo += [each for each in included if not each.endswith(MACROS)]
    return names


@pytest.mark.parametrize(("module", "template", "given"), rendered())
def test_a_template_finds_all_it_asks_for(
    module: str, template: str, given: frozenset[str]
) -> None:
    around = {each.name for each in fields(Frame)} | HELPERS
    assert asked(template) - given - around == set(), f"{template}, of {module}"


def test_every_template_is_rendered_or_a_part_of_one() -> None:
    known = {template for _, template, _ in rendered()}
    parts = {
        "layout.html",
        "parts.html",
        "rfm_grid.html",
        "chart.html",
        "detail.html",
        "timeline.html",
    }
    assert {each.name for each in (TEMPLATES / "inspector").glob("*.html")} == known | parts
