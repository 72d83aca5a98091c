"""`yespo-mock helper`: one file for the tests of another language, or of another Python."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click

from mock_server.cli.layout import Command, write_data
from mock_server.cli.options import option

PACKAGE = Path(__file__).parents[1]
FILES = {
    "php": "YespoMock.php",
    "node": "yespo-mock.mjs",
    "node-cjs": "yespo-mock.cjs",
    "ruby": "yespo_mock.rb",
    "java": "YespoMock.java",
    "csharp": "YespoMock.cs",
    "python": "yespo_mock.py",
}
"""The languages, each with the name that its file has in a project."""


@click.command(
    cls=Command,
    short_help="A file for the tests of another language.",
    examples=("yespo-mock helper php", "yespo-mock helper node --write"),
)
@click.argument("language", type=click.Choice(list(FILES)), metavar="LANG")
@option("--write", is_flag=True, help="Write the file here, unless it is there already.")
def command(language: str, *, write: bool) -> None:
    """Print the helper file of LANG: php, node, node-cjs, ruby, java, csharp or python.

    It resets the emulator before each test, waits, asserts orders, and fails a test after which
    something was dropped or refused. It needs nothing but the language; that of Java needs Jackson.
    """
    if write:
        path = Path(FILES[language])
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(helper(language))
        except FileExistsError:
            raise click.UsageError(f"{path} is there already, and stays as it is.") from None
        except OSError as error:
            raise click.UsageError(f"{path} cannot be written: {error.strerror}.") from None
        click.echo(f"{path} is written.")
    else:
        write_data(helper(language).rstrip("\n"))


def helper(language: str) -> str:
    """The text of the helper file of a language."""
    if language == "python":
        return _python()
    name = FILES["node" if language == "node-cjs" else language]
    text = (PACKAGE / "helpers" / name).read_text("utf-8")
    if language == "node-cjs":
        text = with_require(text.replace("export class", "class"))
        text += "\nmodule.exports = { YespoMock };\n"
    return text


def with_require(text: str) -> str:
    """A file of Node with `require` in place of `import`."""
    text = text.replace(FILES["node"], FILES["node-cjs"])
    return re.sub(r'import (.+) from ("\S+");', r"const \1 = require(\2);", text)


def _python() -> str:
    """`mock_server.testing.connected` and all it imports, in one file on the standard library."""
    whole, parts = set[str](), dict[str, set[str]]()
    bodies = []
    for path in dict.fromkeys(_needed(PACKAGE / "testing" / "connected.py")):
        source = path.read_text("utf-8")
        lines, (docstring, *nodes) = source.splitlines(), ast.parse(source).body
        gone: list[ast.stmt] = [docstring]
        for node in nodes:
            if isinstance(node, ast.Import):
                gone.append(node)
                whole |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                gone.append(node)
                parts.setdefault(str(node.module), set()).update(each.name for each in node.names)
        for node in reversed(gone):
            del lines[node.lineno - 1 : node.end_lineno]
        bodies.append("\n".join(lines).strip())
    head = [f"import {module}" for module in sorted(whole)]
    head += [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(parts.items())
        if module.partition(".")[0] not in ("mock_server", "__future__")
    ]
    head.insert(0, (PACKAGE / "helpers" / "yespo_mock.py.txt").read_text("utf-8"))
    return "\n\n\n".join(["\n".join(head), *bodies]) + "\n"


def _needed(path: Path) -> Iterator[Path]:
    """The modules of ours that a module needs, before it, but for `jsonio`."""
    for node in ast.parse(path.read_text("utf-8")).body:
        module = str(node.module) if isinstance(node, ast.ImportFrom) else ""
        if module.startswith("mock_server."):
            yield from _needed(PACKAGE.joinpath(*module.split(".")[1:]).with_suffix(".py"))
    yield path
