"""Options that several commands share; each also reads `YESPO_MOCK_<OPTION>`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from mock_server.settings import (
    DEFAULT_HOST,
    DEFAULT_MAX_EVENTS,
    DEFAULT_MAX_REQUESTS,
    DEFAULT_PORT,
    DEFAULT_STATE,
    ENVIRONMENT_PREFIX,
    ServerSettings,
)

_Function = TypeVar("_Function", bound=Callable[..., Any])


def option(name: str, **attributes: Any) -> Callable[[_Function], _Function]:
    """A click option with its environment variable."""
    variable = ENVIRONMENT_PREFIX + name.lstrip("-").replace("-", "_").upper()
    return click.option(name, envvar=variable, **attributes)


def existing_file(value: str) -> Path:
    """The path of a file that must be there; raises a usage error."""
    path = Path(value)
    if not path.is_file():
        raise click.UsageError(f"There is no file {path}.")
    return path


def read_json(path: Path) -> Any:
    """A JSON file's content; raises a usage error that names the file, the line and the column."""
    try:
        return json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise click.UsageError(f"{path} is not JSON: {error.msg} at {where}.") from None
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path} is not UTF-8: byte {error.start} is invalid.") from None
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror}.") from None


_SERVE_OPTIONS = (
    option("--host", default=DEFAULT_HOST, show_default=True, help="Address to listen on."),
    option(
        "--port",
        type=click.IntRange(0, 65535),
        default=DEFAULT_PORT,
        show_default=True,
        help="Port to listen on; 0 picks a free one.",
    ),
    option(
        "--state",
        metavar="FILE",
        help=f"State file.  [default: {DEFAULT_STATE} in this folder]",
    ),
    option("--in-memory", is_flag=True, help="Keep no file; everything ends with the server."),
    option(
        "--seed",
        metavar="FILE",
        multiple=True,
        help="What an empty state begins with; can be given more than once.",
    ),
    option("--strict", is_flag=True, help="Answer 422, with the outcome, to ignored events."),
    option("--rate-limits", is_flag=True, help="Answer 429 beyond the vendor's rate limits."),
    option(
        "--accounts",
        type=click.Choice(["shared", "per-key"]),
        default="shared",
        show_default=True,
        help="One account for all API keys, or one for each.",
    ),
    option(
        "--api-key",
        metavar="KEY",
        multiple=True,
        help="An API key to let in, and no others; can be given more than once.",
    ),
    option(
        "--allow-host",
        metavar="NAME",
        multiple=True,
        help="A host name to answer to besides those of this machine; repeatable.",
    ),
    option(
        "--control-token",
        metavar="TOKEN",
        help="What callers of /_mock have to know, when others can reach the server.",
    ),
    option(
        "--max-requests",
        type=click.IntRange(min=1),
        default=DEFAULT_MAX_REQUESTS,
        show_default=True,
        help="Requests the journal keeps; the oldest go first.",
    ),
    option("--fsync", is_flag=True, help="Survive a power cut too: sync each event to the disk."),
    option(
        "--max-events",
        type=click.IntRange(min=0),
        default=DEFAULT_MAX_EVENTS,
        show_default=True,
        help="Events to keep; the oldest go first. 0 keeps all.",
    ),
)


def serve_options(command: _Function) -> _Function:
    """Everything that sets up a server."""
    for each in reversed(_SERVE_OPTIONS):
        command = each(command)
    return command


def passing_server_options(command: _Function) -> _Function:
    """`serve_options` for a server that lives as long as a command: a free port, no state file."""
    command = serve_options(command)
    for each in command.__click_params__:  # type: ignore[attr-defined]  # where click keeps them
        if each.name == "port":
            each.default = 0
        elif each.name == "state":
            each.help = "State file.  [default: none, everything is kept in memory]"
    return command


def server_settings(
    *,
    host: str,
    port: int,
    state: str | None,
    in_memory: bool,
    seed: tuple[str, ...],
    strict: bool,
    rate_limits: bool,
    accounts: Literal["shared", "per-key"],
    api_key: tuple[str, ...],
    allow_host: tuple[str, ...],
    control_token: str | None,
    max_requests: int,
    fsync: bool,
    max_events: int,
) -> ServerSettings:
    """The options of `serve_options` as one object; raises a usage error."""
    if in_memory and state is not None:
        raise click.UsageError("--state and --in-memory exclude each other: choose one.")
    if not all(key.strip() for key in api_key):
        raise click.UsageError("--api-key must not be blank.")
    if control_token is not None and not control_token.strip():
        raise click.UsageError("--control-token must not be blank.")
    if control_token is not None and not (control_token.isascii() and control_token.isprintable()):
        raise click.UsageError("--control-token must be printable ASCII: it travels in a header.")
    path = Path(state) if state is not None else DEFAULT_STATE
    return ServerSettings(
        host=host,
        port=port,
        state=None if in_memory else path,
        seeds=tuple(read_json(existing_file(each)) for each in seed),
        account={
            name: True for name, on in (("strict", strict), ("rate_limits", rate_limits)) if on
        },
        fsync=fsync,
        max_events=max_events,
        max_requests=max_requests,
        accounts=accounts,
        api_keys=api_key,
        allow_hosts=allow_host,
        control_token=control_token,
    )
