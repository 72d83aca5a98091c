"""`yespo-mock schema`: the JSON Schema of an event's body, for editors and CI."""

from __future__ import annotations

import click

from mock_server.cli.example import complete_event_type
from mock_server.cli.layout import Command
from mock_server.cli.terminal import write_data


@click.command(
    cls=Command,
    short_help="The JSON Schema of an event's body.",
    examples=("yespo-mock schema orderCreated",),
)
@click.argument("event_type", required=False, shell_complete=complete_event_type)
def command(event_type: str | None) -> None:
    """Print the JSON Schema (2020-12) of the bodies of EVENT_TYPE; without one, list the types.

    An editor that is given it completes an event and marks what the service would drop.
    """
    from mock_server import jsonio
    from mock_server.emulator import NotFoundError
    from mock_server.emulator.event_schemas import SCHEMA_TYPES, event_schema

    if event_type is None:
        click.echo("\n".join(SCHEMA_TYPES))
        return
    try:
        schema = event_schema(event_type)
    except NotFoundError as error:
        raise click.UsageError(str(error)) from None
    write_data(jsonio.pretty(schema))
