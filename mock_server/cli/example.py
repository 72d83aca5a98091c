"""`yespo-mock example`: an example of an order event, to begin from."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from mock_server.cli.layout import Command
from mock_server.cli.options import option
from mock_server.settings import DEFAULT_URL


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
    type=click.Choice(["json", "curl", "php", "node", "python", "ruby", "csharp", "java"]),
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
    from mock_server.cli.events import api_url_of, example_of
    from mock_server.emulator.examples import EXAMPLES
    from mock_server.emulator.snippets import snippet

    if event_type is None:
        click.echo("\n".join(EXAMPLES))
        return
    click.echo(snippet(example_of(event_type), language, api_url_of(url)), nl=False)
