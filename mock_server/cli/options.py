"""Options that several commands share; each also reads `YESPO_MOCK_<OPTION>`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from mock_server.settings import (
    DEFAULT_HOST,
    DEFAULT_MAX_EVENTS,
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
    fsync: bool,
    max_events: int,
) -> ServerSettings:
    """The options of `serve_options` as one object; raises a usage error."""
    if in_memory and state is not None:
        raise click.UsageError("--state and --in-memory exclude each other: choose one.")
    path = Path(state) if state is not None else DEFAULT_STATE
    return ServerSettings(
        host=host,
        port=port,
        state=None if in_memory else path,
        seeds=tuple(read_json(existing_file(each)) for each in seed),
        account={"strict": True} if strict else {},
        fsync=fsync,
        max_events=max_events,
    )
