"""Options that several commands share; each also reads `YESPO_MOCK_<OPTION>`."""

from __future__ import annotations

import codecs
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem

from mock_server.cli.layout import Option
from mock_server.model import WIRE_VERSIONS
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


def option(name: str, *names: str, **attributes: Any) -> Callable[[_Function], _Function]:
    """A click option with its environment variable; one of a FILE completes to files."""
    variable = ENVIRONMENT_PREFIX + name.lstrip("-").replace("-", "_").upper()
    if attributes.get("metavar") == "FILE":
        attributes.setdefault("shell_complete", complete_files)
    return click.option(name, *names, cls=Option, envvar=variable, **attributes)


def api_version_option(command: _Function) -> _Function:
    """Which version of Generate event an event is for."""
    return option(
        "--api-version",
        type=click.Choice(WIRE_VERSIONS),
        default=WIRE_VERSIONS[0],
        show_default=True,
        help="The version of Generate event.",
    )(command)


def complete_files(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Let the shell complete the name of a file."""
    return [CompletionItem(begun, type="file")]


class FileNames(click.ParamType[str]):
    """Names of files; an environment variable holds several as PATH does."""

    name = "file"
    envvar_list_splitter = os.pathsep

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ARG002  (click's signature)
        """The name as it is."""
        return value


def from_line(name: str) -> bool:
    """Whether an option of the current command was given on the command line."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def existing_file(value: str) -> Path:
    """The path of a file that must be there; raises a usage error."""
    path = Path(value)
    if not path.is_file():
        raise click.UsageError(f"There is no file {path}.")
    return path


def read_json(path: Path) -> Any:
    """A JSON file's content; raises a usage error that names the file, the line and the column."""
    try:
        return json.loads(decoded(path.read_bytes(), str(path)))
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise click.UsageError(f"{path} is not JSON: {error.msg} at {where}.") from None
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path} is not UTF-8: byte {error.start} is invalid.") from None
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except (
        ValueError,
        RecursionError,
    ) as error:
        raise click.UsageError(f"{path} cannot be read as JSON: {error}.") from None


def decoded(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark; raises a usage error."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise click.UsageError(
            f"{name} is UTF-16, as older PowerShells write it. Save it as UTF-8:"
            " Out-File -Encoding utf8."
        )
    return data.decode("utf-8-sig")


_STATE, _BEHAVIOUR, _CALLERS, _GATEWAY = "State", "Behaviour", "Callers", "Gateway"
_SERVE_OPTIONS = (
    option(
        "--host",
        metavar="ADDRESS",
        default=DEFAULT_HOST,
        show_default=True,
        help="Address to listen on.",
    ),
    option(
        "--port",
        type=click.IntRange(0, 65535),
        metavar="PORT",
        default=DEFAULT_PORT,
        show_default=True,
        help="Port to listen on; 0 picks a free one.",
    ),
    option(
        "--state",
        heading=_STATE,
        metavar="FILE",
        help=f"State file.  [default: {DEFAULT_STATE} in this folder]",
    ),
    option(
        "--in-memory",
        heading=_STATE,
        is_flag=True,
        help="Keep no file; everything ends with the server.",
    ),
    option(
        "--seed",
        heading=_STATE,
        metavar="FILE",
        type=FileNames(),
        multiple=True,
        help="What an empty state begins with; repeatable.",
    ),
    option(
        "--max-events",
        heading=_STATE,
        type=click.IntRange(min=0),
        metavar="COUNT",
        default=DEFAULT_MAX_EVENTS,
        show_default=True,
        help="Events to keep; the oldest go first, 0 keeps all.",
    ),
    option(
        "--max-requests",
        heading=_STATE,
        type=click.IntRange(min=1),
        metavar="COUNT",
        default=DEFAULT_MAX_REQUESTS,
        show_default=True,
        help="Requests the journal keeps; the oldest go first.",
    ),
    option(
        "--fsync",
        heading=_STATE,
        is_flag=True,
        help="Survive a power cut too: sync each event to the disk.",
    ),
    option(
        "--strict",
        heading=_BEHAVIOUR,
        is_flag=True,
        help="Answer 422, with the outcome, to ignored events.",
    ),
    option(
        "--rate-limits",
        heading=_BEHAVIOUR,
        is_flag=True,
        help="Answer 429 beyond the vendor's rate limits.",
    ),
    option(
        "--accounts",
        heading=_BEHAVIOUR,
        type=click.Choice(["shared", "per-key"]),
        default="shared",
        show_default=True,
        help="One account for all API keys, or one for each.",
    ),
    option(
        "--api-key",
        heading=_CALLERS,
        metavar="KEY",
        multiple=True,
        help="An API key to let in, and no others; repeatable.",
    ),
    option(
        "--allow-host",
        heading=_CALLERS,
        metavar="NAME",
        multiple=True,
        help="A host name to answer to besides those of this machine; repeatable.",
    ),
    option(
        "--cors-origin",
        heading=_CALLERS,
        metavar="ORIGIN",
        multiple=True,
        help="An origin whose pages may call /api, such as https://shop.test; repeatable.",
    ),
    option(
        "--control-token",
        heading=_CALLERS,
        metavar="TOKEN",
        help="What callers of /_mock have to know, when others can reach the server.",
    ),
    option(
        "--gateway",
        heading=_GATEWAY,
        is_flag=True,
        help="Answer under the service's own hosts, as a proxy: for programs with these in their"
        " code.",
    ),
    option(
        "--gateway-host",
        heading=_GATEWAY,
        metavar="NAME",
        multiple=True,
        help="One more host that the gateway serves; repeatable.",
    ),
    option(
        "--gateway-ca",
        heading=_GATEWAY,
        metavar="FOLDER",
        help="Keep the certificate authority there.  [default: a new one each time]",
    ),
    option(
        "--tls",
        heading=_GATEWAY,
        is_flag=True,
        help="Speak HTTPS only, with a certificate of the same authority.",
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
    cors_origin: tuple[str, ...],
    max_requests: int,
    fsync: bool,
    max_events: int,
    gateway: bool,
    gateway_host: tuple[str, ...],
    gateway_ca: str | None,
    tls: bool,
) -> ServerSettings:
    """The options of `serve_options` as one object; raises a usage error."""
    # What is on the line beats the environment.
    if from_line("in_memory") and not from_line("state"):
        state = None
    elif from_line("state") and not from_line("in_memory"):
        in_memory = False
    if in_memory and state is not None:
        raise click.UsageError("--state and --in-memory exclude each other: choose one.")
    if not all(key.strip() for key in api_key):
        raise click.UsageError("--api-key must not be blank.")
    if control_token is not None and not control_token.strip():
        raise click.UsageError("--control-token must not be blank.")
    if control_token is not None and not (control_token.isascii() and control_token.isprintable()):
        raise click.UsageError("--control-token must be printable ASCII: it travels in a header.")
    for each in cors_origin:
        if re.fullmatch(r"https?://[^/\s]+", each) is None:
            raise click.UsageError(
                f"--cors-origin {each} is no origin; one looks like https://shop.test or"
                " http://localhost:3000, without a path."
            )
    if gateway and tls:
        raise click.UsageError("--gateway and --tls exclude each other: choose one.")
    for each in gateway_host:
        if re.fullmatch(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", each) is None:
            raise click.UsageError(f"--gateway-host {each} is no name of a host.")
    if gateway_host and not gateway:
        raise click.UsageError("--gateway-host is of no use without --gateway.")
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
        cors_origins=cors_origin,
        gateway=gateway,
        gateway_hosts=tuple(each.lower() for each in gateway_host),
        gateway_ca=None if gateway_ca is None else Path(gateway_ca),
        tls=tls,
    )
