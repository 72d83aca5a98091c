"""`yespo-mock wait`: until a server is ready."""

import sys
from threading import Event
from time import monotonic

import click

from mock_server.cli.layout import Command
from mock_server.cli.options import option, url_option

_PAUSE = 0.05


@click.command(
    cls=Command,
    short_help="Wait until a server is ready.",
    exit_codes={
        "0": "the server is ready",
        "1": "it was not in time",
        "2": "wrong usage, or what answers is not yespo-mock",
    },
    examples=("yespo-mock wait --timeout 10 && npm test",),
)
@url_option("The server to wait for.")
@option(
    "--timeout",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    default=30,
    show_default=True,
    help="How long to wait.",
)
def command(url: str, timeout: float) -> None:
    """Wait until a server is ready to take events."""
    from mock_server.cli.remote import NotOursError, RemoteError, check_url, make_sure

    check_url(url)
    deadline = monotonic() + timeout
    pause = Event()
    while True:
        left = deadline - monotonic()
        try:
            make_sure(url, "/_mock/readyz", timeout=max(left, 0.1))
        except NotOursError:
            raise
        except RemoteError as error:
            if left <= 0:
                click.echo(f"yespo-mock: not ready after {timeout:g} s: {error}", err=True)
                sys.exit(1)
            pause.wait(_PAUSE)
        else:
            click.echo(f"{url} is ready.")
            return
