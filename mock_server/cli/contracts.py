"""`yespo-mock contracts`: the contract scenarios as files, for runners in other languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from mock_server.cli.layout import CommandGroup


@click.group(
    cls=CommandGroup,
    short_help="The contract scenarios as files, for any language.",
    examples=("yespo-mock contracts export scenarios",),
)
def command() -> None:
    """The contract scenarios that `yespo-mock verify` runs, as files for other runners."""


@command.command(examples=("yespo-mock contracts export scenarios",))
@click.argument("folder")
def export(folder: str) -> None:
    """Write the scenarios and their JSON Schema into FOLDER, which is made when new.

    Files of other names that are there stay.
    """
    from mock_server.contracts.shipped import shipped_folder, shipped_schema

    target = Path(folder)
    scenarios = sorted(shipped_folder().glob("*.json"))
    try:
        target.mkdir(parents=True, exist_ok=True)
        for each in (*scenarios, shipped_schema()):
            shutil.copyfile(each, target / each.name)
    except OSError as error:
        raise click.UsageError(f"{folder} cannot be written: {error.strerror}.") from None
    click.echo(f"{len(scenarios)} scenarios are in {target}.")
