"""The templates ask for what their typed contexts have, and for nothing else."""

from __future__ import annotations

import ast
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, meta, nodes

import mock_server.inspector
from mock_server.inspector.pages import Frame

FOLDER = Path(mock_server.inspector.__file__).parent
TEMPLATES = FOLDER / "templates"
MACROS = ("parts.html", "rfm_grid.html", "chart.html", "timeline.html")
HELPERS = {"with_query", "order_path", "request"}


def rendered() -> list[tuple[str, str, str]]:
    """Every template that is rendered, with the module and the function that make its context."""
    calls = [
        (path.stem, node)
        for path in sorted(FOLDER.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("render", "part")
        and isinstance(node.args[0], ast.Constant)
    ]
    return [
        (module, ast.literal_eval(call.args[0]), ast.unparse(call.args[-1]))
        for module, call in calls
    ]


def contexts(module: str) -> dict[str, set[str]]:
    held = vars(import_module(f"mock_server.inspector.{module}"))
    return {
        name: {each.name for each in fields(kind)}
        for name, kind in held.items()
        if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__")
    }


def asked(template: str) -> set[str]:
    """The names that a template and the parts it includes look up in its context."""
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, autoescape=True)
    environment.filters |= {"prose": str, "at": str}
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


@pytest.mark.parametrize(("module", "template", "made"), rendered())
def test_a_template_finds_all_it_asks_for(module: str, template: str, made: str) -> None:
    around = {each.name for each in fields(Frame)} | HELPERS
    missing = {name: asked(template) - held - around for name, held in contexts(module).items()}
    assert set() in missing.values(), f"{template} ({made}): {missing}"


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
