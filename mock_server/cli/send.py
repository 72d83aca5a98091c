"""`yespo-mock send`: an example event, changed and sent, and what became of it."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from mock_server.cli.example import api_url_of, complete_event_type, example_of
from mock_server.cli.layout import Command
from mock_server.cli.options import api_version_option, option, verbose_option
from mock_server.settings import DEFAULT_URL


@click.command(
    cls=Command,
    short_help="Send an example event, and see what became of it.",
    exit_codes={
        "0": "the event was applied or recorded",
        "1": "it was ignored, rejected or refused",
        "2": "wrong usage, no server, or what answers is not yespo-mock",
    },
    examples=(
        "yespo-mock send orderCreated --set externalOrderId=77 --set items[0].imageUrl=",
        "yespo-mock send orderUpdated --unset currency --url http://127.0.0.1:9380",
    ),
)
@click.argument("event_type", shell_complete=complete_event_type)
@option(
    "--set",
    "changes",
    metavar="PATH=VALUE",
    multiple=True,
    help="Another value, such as totalCost=10 or items[0].url=; repeatable.",
)
@option("--unset", "removals", metavar="PATH", multiple=True, help="What to leave out; repeatable.")
@option(
    "--url",
    "--to",
    "url",
    metavar="URL",
    default=DEFAULT_URL,
    show_default=True,
    help="The server to send it to.",
)
@option("--api-key", metavar="KEY", help="The API key to send it with.  [default: key]")
@option("--api-key-file", metavar="FILE", help="A file that holds the API key.")
@api_version_option
@verbose_option
def command(
    event_type: str,
    changes: tuple[str, ...],
    removals: tuple[str, ...],
    url: str,
    api_key: str | None,
    api_key_file: str | None,
    api_version: str,
    verbose: bool,
) -> None:
    """Send the example of EVENT_TYPE, changed by --set and --unset.

    A PATH begins with the name of a parameter (items[0].imageUrl) or a field of the event
    (keyValue). A VALUE is JSON where it is JSON, and text otherwise.
    """
    from mock_server import jsonio
    from mock_server.cli.remote import make_sure, not_ours, send_event, understood
    from mock_server.cli.show import console, print_event
    from mock_server.emulator import InvalidError
    from mock_server.emulator.changing import read_value, with_value, without_value
    from mock_server.model import DROPPED
    from mock_server.printable import printable

    event = example_of(event_type)
    try:
        for each in changes:
            path, equals, value = each.partition("=")
            if not equals:
                raise click.UsageError(f"--set takes PATH=VALUE, not {each}.")
            event = with_value(event, path, read_value(value))
        for path in removals:
            event = without_value(event, path)
    except InvalidError as error:
        raise click.UsageError(str(error)) from None
    key = _key(api_key, api_key_file)
    api = api_url_of(url)
    answer = send_event(f"{api}/{api_version}/event", jsonio.dumps(event), key)
    base = api.removesuffix("/api")
    if answer.event_id is None and answer.status < 400:
        raise not_ours(base, "it does not say what became of the event")
    if answer.event_id is None:
        make_sure(base)
        click.echo(printable(f"{answer.status} {answer.text}".rstrip()))
        sys.exit(1)
    with understood(base):
        record = _record(base, answer.event_id, key)
        click.echo(printable(f"{answer.status} {answer.text}".rstrip()))
        print_event(record, console(), verbose=verbose)
        is_dropped = record["verdict"] in DROPPED
    sys.exit(1 if is_dropped else 0)


def _record(url: str, event_id: int, key: str) -> Any:
    """The event's record: of the key's own account, or of the one that all keys share."""
    from mock_server.cli.remote import call

    # A key must not be taken for an account's name: asking for one that is not there makes it.
    is_own = call(url, "GET", "/_mock/accounts")["mode"] == "per-key"
    return call(url, "GET", f"/_mock/events/{event_id}", account=key if is_own else None)


def _key(given: str | None, file: str | None) -> str:
    if file is not None:
        try:
            return Path(file).read_text("utf-8").strip()
        except OSError as error:
            raise click.UsageError(f"{file} cannot be read: {error.strerror}.") from None
    return given or os.environ.get("YESPO_API_KEY") or "key"
