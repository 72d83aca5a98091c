"""`yespo-mock serve`: the emulator, until it is stopped."""

from __future__ import annotations

import signal
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import click

from mock_server._version import __version__
from mock_server.cli.layout import Command
from mock_server.cli.options import option
from mock_server.cli.server_options import serve_options, server_settings, start
from mock_server.settings import DEFAULT_URL

if TYPE_CHECKING:
    from mock_server.frame.hosting import HostedEmulator
    from mock_server.settings import ServerSettings

# Waiting in slices: an endless wait cannot be interrupted on every system.
_SLICE = 0.5


@click.command(
    cls=Command,
    examples=(
        "yespo-mock serve --seed shop.json",
        "yespo-mock serve --in-memory --port 0 --strict",
        "yespo-mock serve --state from-ci.json --read-only --port 0",
    ),
)
@serve_options
@option(
    "--read-only",
    is_flag=True,
    help="Show what the state file holds; nothing is changed, and a running server goes on.",
)
def command(*, read_only: bool, **options: Any) -> None:
    """Serve the emulated API, the inspector and the control API.

    Prints where it listens and one line per event: time, event type, key, verdict and reasons.
    Stop it with Ctrl-C; nothing is lost.
    """
    # Imported here, so that --help answers at once.
    from mock_server.cli.event_lines import EventLines

    settings = replace(server_settings(**options), read_only=read_only)
    if read_only:
        _check_read_only(settings)
    # Not an Event: a signal that comes inside its wait would wait for itself, for ever.
    stopped: SimpleQueue[bool] = SimpleQueue()
    # Ctrl+Break of Windows ends it as Ctrl+C does.
    names = ("SIGINT", "SIGTERM", "SIGBREAK")
    for each in [getattr(signal, name) for name in names if hasattr(signal, name)]:
        signal.signal(each, lambda *_: stopped.put(True))
    hosted = start(settings)
    lines = EventLines()
    hosted.emulator.on_event.append(lines.add)
    hosted.emulator.on_refused.append(lines.add)
    _greet(hosted, settings)
    with lines, hosted:
        while True:
            with suppress(Empty):
                stopped.get(timeout=_SLICE)
                break
    kept = settings.state and not read_only
    click.echo(f"Stopped. The state is in {settings.state}." if kept else "Stopped.")


def _check_read_only(settings: ServerSettings) -> None:
    if settings.state is None or settings.seeds:
        raise click.UsageError("--read-only shows a state file: give it with --state, and no seed.")
    if not settings.state.is_file():
        raise click.UsageError(f"--read-only: there is no file {settings.state}.")


def _greet(hosted: HostedEmulator, settings: ServerSettings) -> None:
    held = hosted.emulator.health()
    state = str(settings.state) if settings.state else "in memory"
    state += ", for reading only" if settings.read_only else ""
    contents = f"{held['events']} events, {held['orders']} orders, {held['contacts']} contacts"
    keys = _keys(settings)
    socket = f"  Socket     {settings.unix}\n" if settings.unix else ""
    click.echo(
        f"yespo-mock {__version__}\n"
        f"  API        {hosted.api_url} ({keys})\n"
        f"{socket}"
        f"  Inspector  {hosted.url}/_mock/ui/\n"
        f"  Control    {hosted.url}/_mock\n"
        f"  State      {state} ({contents})\n"
        f"  Profile    {hosted.emulator.account().settings.profile}\n"
        f"{_gateway(hosted)}"
        "  Stop with Ctrl-C."
    )


def _gateway(hosted: HostedEmulator) -> str:
    if hosted.emulator.gateway is None or hosted.authority is None:
        return ""
    url = "" if hosted.url == DEFAULT_URL else f" --url {hosted.url}"
    return (
        f"  Gateway    for {', '.join(hosted.authority.hosts)}\n"
        f'             In a shell: eval "$(yespo-mock gateway env{url})"\n'
    )


def _keys(settings: ServerSettings) -> str:
    let_in = "an API key that was given" if settings.api_keys else "any API key"
    opens = ", an account for each" if settings.accounts == "per-key" else ""
    return f"any user name, {let_in}{opens}"
