"""`yespo-mock preview`: what a message's template shows of an event."""

from pathlib import Path
from typing import Any

import click

from mock_server.cli.layout import Command
from mock_server.cli.options import option, url_option


@click.command(
    cls=Command,
    short_help="Show what a message's template makes of an event.",
    exit_codes={
        "0": "everything the template asks for is there",
        "1": "something is missing, or the template fails",
        "2": "wrong usage, no server, or what answers is not yespo-mock",
    },
    examples=(
        "yespo-mock preview confirmation.html --event order.json",
        "yespo-mock preview cart.html --event 17 --json-field '${array}'",
    ),
)
@click.argument("template")
@option(
    "--event",
    metavar="FILE|ID",
    required=True,
    help="A file with the event's body, or the id of an event of the server at --url.",
)
@option("--json-field", metavar="FIELD", help="The message block's field JSON: ${array}.")
@url_option()
def command(template: str, event: str, json_field: str | None, url: str) -> None:
    """Print the text that the Velocity template in the file TEMPLATE makes of an event.

    What is missing, and why, goes to standard error. An event in a file needs no server.
    """
    from mock_server.cli.layout import write_data
    from mock_server.printable import printable

    text = _read(template).decode("utf-8-sig", "replace")
    if event.isascii() and event.isdigit() and not Path(event).exists():
        found = _of_server(text, int(event), json_field, url)
    else:
        from mock_server.emulator import Emulator
        from mock_server.emulator.event_bodies import read_event

        request = read_event(_read(event), "v2")
        found = Emulator().account().preview(text, request, json_field).to_document()
    write_data(found["text"].removesuffix("\n"))
    for each in found["missing"]:
        click.echo(printable(f"missing: {each['expression']}: {each['why']}"), err=True)
    for each in found["errors"]:
        click.echo(printable(f"error: {each}"), err=True)
    if found["missing"] or found["errors"]:
        raise SystemExit(1)


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror}.") from None


def _of_server(text: str, event_id: int, json_field: str | None, url: str) -> dict[str, Any]:
    from mock_server.cli.remote import call, understood

    body = {"template": text, "eventId": event_id, "json": json_field}
    found: dict[str, Any] = call(url, "POST", "/_mock/messages/preview", body)
    with understood(url):
        for name in ("missing", "errors"):
            found[name] = list(found[name])
        found["text"].removesuffix("\n")
    return found
