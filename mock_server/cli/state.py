"""`yespo-mock state`: look into a state file, take it along, replace it, empty it."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from mock_server.cli.layout import CommandGroup, Failure, busy, failing, write_data
from mock_server.cli.options import complete_files, existing_file, from_line, option, read_json
from mock_server.settings import DEFAULT_STATE

_Function = TypeVar("_Function", bound=Callable[..., Any])


def _where(function: _Function) -> _Function:
    """Add the options that name a state: a file, or that of a running server."""
    function = option(
        "--url", metavar="URL", help="The state of a running server, instead of a file."
    )(function)
    return option(
        "--state",
        metavar="FILE",
        default=str(DEFAULT_STATE),
        show_default=True,
        help="The state file.",
    )(function)


def _complete_table(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    from mock_server.documents.tables import TABLES

    return [name for name in TABLES if name.startswith(begun)]


@click.group(
    cls=CommandGroup,
    short_help="Show, export, import or reset a state.",
    examples=(
        "yespo-mock state show",
        "yespo-mock state export --url http://127.0.0.1:9380 copy.json",
    ),
)
def command() -> None:
    """Show, export, import or reset a state: that of a file, or of a running server."""


@command.command(
    short_help="Say what a state holds.",
    examples=("yespo-mock state show", "yespo-mock state show orders --state copy.json"),
)
@_where
@click.argument("table", required=False, shell_complete=_complete_table)
def show(state: str, url: str | None, table: str | None) -> None:
    """Say what a state holds; with TABLE (such as orders), print its documents as JSON lines."""
    from mock_server import jsonio
    from mock_server.cli.show import console, plain_table
    from mock_server.documents.tables import TABLES

    url = _unless_named(url)
    tables = {**{name: {} for name in TABLES}, **_load(state, url)}
    tables.pop("meta", None)  # about the state, not in it
    if table is None:
        console().print(url or state, highlight=False)
        overview = plain_table("table", "documents")
        for name, documents in tables.items():
            overview.add_row(name, str(len(documents)))
        console().print(overview)
        return
    if table not in tables:
        raise click.UsageError(f"There is no table {table}; there are {', '.join(tables)}.")
    for document in tables[table].values():
        write_data(jsonio.text_of(document))


@command.command("export", examples=("yespo-mock state export copy.json",))
@_where
@click.argument("file", default="-", shell_complete=complete_files)
def export_state(state: str, url: str | None, file: str) -> None:
    """Write a state to FILE ("-": standard output) as one JSON document."""
    from mock_server import jsonio

    tables = _load(state, _unless_named(url))
    if file == "-":
        # UTF-8, whatever the console is: `state import` reads it again.
        write_data(jsonio.pretty(tables))
        return
    try:
        with busy(f"writing {file}"):
            write_export(file, tables)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}.") from None


def write_export(file: str, tables: dict[str, Any]) -> None:
    """Write an exported state to a file. Raises `OSError`."""
    from mock_server import jsonio

    # Tokens are nobody else's business.
    mode = 0o600 if tables.get("tokens") else 0o666
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(file, flags, mode), "wb") as target:
        target.write((jsonio.pretty(tables) + "\n").encode())


@command.command("import", examples=("yespo-mock state import copy.json",))
@_where
@click.argument("file", shell_complete=complete_files)
def import_state(state: str, url: str | None, file: str) -> None:
    """Replace a state by what FILE holds, as `state export` wrote it."""
    with busy(f"reading {file}"):
        document = read_json(existing_file(file))
    url = _unless_named(url)
    if url is not None:
        _remote(url, "PUT", "/_mock/state", document)
    else:
        _change(state, lambda emulator: emulator.import_state(document), f"{file}: ")
    click.echo(f"{url or state} now holds what {file} holds.")


@command.command(examples=("yespo-mock state reset --keep contacts",))
@_where
@option(
    "--keep",
    multiple=True,
    metavar="TABLE",
    shell_complete=_complete_table,
    help="A table to keep; repeatable.",
)
def reset(state: str, url: str | None, keep: tuple[str, ...]) -> None:
    """Empty a state; a running server begins again with its seeds."""
    url = _unless_named(url)
    if url is not None:
        _remote(url, "POST", "/_mock/reset", {"keep": list(keep)})
    else:
        existing_file(state)
        _change(state, lambda emulator: emulator.account().reset(keep))
    click.echo(f"{url or state} is reset.")


def _unless_named(url: str | None) -> str | None:
    """The URL, unless it comes from the environment and a file is named on the line."""
    return None if from_line("state") and not from_line("url") else url


def _load(state: str, url: str | None) -> dict[str, dict[str, Any]]:
    from mock_server.emulator import read_state

    if url is not None:
        tables: dict[str, dict[str, Any]] = _remote(url, "GET", "/_mock/state")
        return tables
    with failing(), busy(f"reading {state}"):
        return read_state(existing_file(state))


def _change(state: str, change: Callable[[Any], None], about: str = "") -> None:
    from mock_server.emulator import Emulator, EmulatorError, StateError

    with failing(), busy(f"changing {state}"), Emulator(state) as emulator:
        try:
            change(emulator)
        except (EmulatorError, StateError) as error:
            raise Failure(f"{about}{error}") from None


def _remote(url: str, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """Call a server of ours; a state of ours has tables, and says which format it is in."""
    from mock_server.cli.remote import call, make_sure, not_ours

    make_sure(url)
    with busy(f"waiting for {url}"):
        found: dict[str, Any] = call(url, method, path, body)
    is_state = "meta" in found and all(isinstance(each, dict) for each in found.values())
    if method == "GET" and not is_state:
        raise not_ours(url)
    return found
