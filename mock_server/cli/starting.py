"""Starting the emulator of a command that serves it: `serve` and `exec`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from mock_server.frame.hosting import HostedEmulator
    from mock_server.settings import ServerSettings


def start(settings: ServerSettings) -> HostedEmulator:
    """An emulator that answers; ends the process with code 2, and says why, when it cannot."""
    with _not_collecting():
        # Most of the time that a start takes is spent on these imports.
        from mock_server.emulator import EmulatorError, StateError
        from mock_server.frame.hosting import HostedEmulator

        try:
            return HostedEmulator(settings, warn=_warn, own_process=True)
        except Exception as error:
            from mock_server.gateway import AuthorityError  # a start that succeeds needs no gateway

            if not isinstance(error, AuthorityError | EmulatorError | StateError | OSError):
                raise
            click.echo(f"yespo-mock: {error}", err=True)
            sys.exit(2)


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Pause garbage collection, which would take an eighth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _warn(text: str) -> None:
    click.secho(f"warning: {text}", fg="yellow", err=True)
