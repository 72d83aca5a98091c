"""`yespo-mock explain`: the verdict and the trace of an event, without a server."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mock_server.cli.layout import Command
from mock_server.cli.options import (
    FileNames,
    api_version_option,
    complete_files,
    decoded,
    existing_file,
    from_line,
    option,
    read_json,
)
from mock_server.settings import DEFAULT_STATE

if TYPE_CHECKING:
    from mock_server.model import ApiVersion


@click.command(
    cls=Command,
    short_help="The verdict on an event, and why, without a server.",
    exit_codes={
        "0": "the event would be applied or recorded",
        "1": "it would be ignored or rejected",
        "2": "wrong usage, or a state or a seed that cannot be used",
    },
    examples=(
        "yespo-mock explain order.json",
        "yespo-mock explain --in-memory --seed shop.json --json < order.json",
    ),
)
@click.argument("file", default="-", shell_complete=complete_files)
@option("--state", metavar="FILE", help=f"State to judge by.  [default: {DEFAULT_STATE}, if any]")
@option("--in-memory", is_flag=True, help="Judge by an empty account, whatever files there are.")
@option(
    "--seed",
    metavar="FILE",
    type=FileNames(),
    multiple=True,
    help="What the account holds besides; repeatable.",
)
@api_version_option
@option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def command(
    file: str,
    state: str | None,
    in_memory: bool,
    seed: tuple[str, ...],
    api_version: ApiVersion,
    as_json: bool,
) -> None:
    """Judge the event in FILE ("-": standard input) as Generate event would.

    Prints the verdict and the rules with what they saw; stores nothing.
    """
    # Imported here, so that --help answers at once.
    from mock_server import jsonio
    from mock_server.cli.show import console, print_event
    from mock_server.emulator import (
        Emulator,
        EmulatorError,
        StateError,
        outcome_document,
        read_state,
    )
    from mock_server.model import EventRequest

    sent = _read(file)
    event = EventRequest(None, api_version, len(sent))
    try:
        event.body = jsonio.loads(sent)
    except jsonio.MalformedJson as error:
        event.malformed = str(error)
    try:
        with Emulator() as emulator:
            path = _state_file(state, in_memory)
            if path is not None:
                emulator.import_state(read_state(path))
            for each in seed:
                emulator.account().seed(read_json(existing_file(each)))
            outcome = emulator.account().explain(event)
    except (EmulatorError, StateError) as error:
        click.echo(f"yespo-mock: {error}", err=True)
        sys.exit(2)
    document = jsonio.loads(jsonio.dumps(outcome_document(outcome)))
    if as_json:
        click.echo(jsonio.pretty(document))
    else:
        print_event(document, console())
    sys.exit(1 if outcome.verdict in ("ignored", "rejected") else 0)


def _read(file: str) -> bytes:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoded(data, file)  # says what to do about it
    return data.removeprefix(codecs.BOM_UTF8)


def _state_file(state: str | None, in_memory: bool) -> Path | None:
    if in_memory and not (from_line("state") and not from_line("in_memory")):
        return None
    if state is not None:
        return existing_file(state)
    return DEFAULT_STATE if DEFAULT_STATE.is_file() else None
