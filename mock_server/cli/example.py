"""`yespo-mock example` and `schema`: an event to begin from, and the form that its body has."""

import click
from click.shell_completion import CompletionItem

from mock_server.cli.layout import Command, write_data
from mock_server.cli.options import option, url_option
from mock_server.model import LANGUAGES, Document
from mock_server.names import near

OFFERED = ("json", *LANGUAGES)


def example_of(event_type: str) -> Document:
    """The example event of a type; raises a usage error that names the near one."""
    from mock_server.emulator.examples import EXAMPLES

    if event_type in EXAMPLES:
        return EXAMPLES[event_type]
    close = near(event_type, EXAMPLES)
    meant = f" Did you mean {close}?" if close else ""
    raise click.UsageError(
        f"There is no example of {event_type}.{meant} There are: {', '.join(EXAMPLES)}."
    )


def api_url_of(url: str) -> str:
    """The address of the emulated API: a server's URL with or without its `/api`."""
    bare = url.rstrip("/")
    return bare if bare.endswith("/api") else f"{bare}/api"


def complete_event_type(
    _: click.Context, __: click.Parameter, begun: str
) -> list[CompletionItem[str]]:
    """Let the shell complete the event type of an example."""
    from mock_server.emulator.examples import EXAMPLES

    return [CompletionItem(each) for each in EXAMPLES if each.startswith(begun)]


@click.command(
    cls=Command,
    short_help="An example event, as JSON or as code that sends it.",
    examples=("yespo-mock example orderCreated", "yespo-mock example orderCreated --as php"),
)
@click.argument("event_type", required=False, shell_complete=complete_event_type)
@option(
    "--as",
    "language",
    type=click.Choice(OFFERED),
    default="json",
    show_default=True,
    help="JSON, or code that sends it.",
)
@url_option("The server that the code sends it to.")
def command(event_type: str | None, language: str, url: str) -> None:
    """Print an example of EVENT_TYPE; without one, list the types there are."""
    from mock_server.emulator.examples import EXAMPLES
    from mock_server.pages.snippets import snippet

    if event_type is None:
        click.echo("\n".join(EXAMPLES))
        return
    write_data(snippet(example_of(event_type), language, api_url_of(url)).rstrip("\n"))


@click.command(
    cls=Command,
    short_help="The JSON Schema of an event's body.",
    examples=("yespo-mock schema orderCreated",),
)
@click.argument("event_type", required=False, shell_complete=complete_event_type)
def schema(event_type: str | None) -> None:
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
        found = event_schema(event_type)
    except NotFoundError as error:
        raise click.UsageError(str(error)) from None
    write_data(jsonio.pretty(found))
