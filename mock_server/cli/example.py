"""`yespo-mock example`: an example of an order event, to begin from, and where it is sent."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from mock_server.cli.layout import Command
from mock_server.cli.options import option
from mock_server.cli.terminal import write_data
from mock_server.model import LANGUAGES, Document
from mock_server.names import near
from mock_server.settings import DEFAULT_URL

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
    examples=(
        "yespo-mock example orderCreated",
        "yespo-mock example orderCreated --as php",
    ),
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
@option(
    "--url",
    metavar="URL",
    default=DEFAULT_URL,
    show_default=True,
    help="The server that the code sends it to.",
)
def command(event_type: str | None, language: str, url: str) -> None:
    """Print an example of EVENT_TYPE; without one, list the types there are."""
    from mock_server.emulator.examples import EXAMPLES
    from mock_server.pages.snippets import snippet

    if event_type is None:
        click.echo("\n".join(EXAMPLES))
        return
    write_data(snippet(example_of(event_type), language, api_url_of(url)).rstrip("\n"))
