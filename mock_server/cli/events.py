"""What the commands that make or send events share: examples by type, and where they go."""

from __future__ import annotations

from difflib import get_close_matches

import click

from mock_server.model import Document


def example_of(event_type: str) -> Document:
    """The example event of a type; raises a usage error that names the near one."""
    from mock_server.emulator.examples import EXAMPLES

    if event_type in EXAMPLES:
        return EXAMPLES[event_type]
    near = get_close_matches(event_type, EXAMPLES, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise click.UsageError(
        f"There is no example of {event_type}.{meant} There are: {', '.join(EXAMPLES)}."
    )


def api_url_of(url: str) -> str:
    """The address of the emulated API: a server's URL with or without its `/api`."""
    bare = url.rstrip("/")
    return bare if bare.endswith("/api") else f"{bare}/api"
