"""The options of a server, which `serve` and `exec` share, and the settings they come to."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from mock_server.cli.options import FileNames, existing_file, from_line, option, read_json
from mock_server.settings import (
    DEFAULT_HOST,
    DEFAULT_MAX_EVENTS,
    DEFAULT_MAX_REQUESTS,
    DEFAULT_PORT,
    DEFAULT_STATE,
    VENDOR_HOSTS,
    SeedFile,
    ServerSettings,
)

_Function = TypeVar("_Function", bound=Callable[..., Any])

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
        "--unix",
        metavar="PATH",
        help="A socket file to listen at besides, for its owner only.",
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
        "--profile",
        heading=_BEHAVIOUR,
        type=click.Choice(["test", "production", "new-account"]),
        metavar="NAME",
        help="Settings to begin with: test (lenient), production, or new-account.",
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
        "--gateway-allow",
        heading=_GATEWAY,
        metavar="NAME",
        multiple=True,
        help="A host that programs may reach directly, past the gateway; repeatable.",
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
    """`serve_options` for a server that lives as long as a command: a free port, in memory."""
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
    unix: str | None,
    state: str | None,
    in_memory: bool,
    seed: tuple[str, ...],
    profile: str | None,
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
    gateway_allow: tuple[str, ...],
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
                f"--cors-origin {each} is not an origin; an origin looks like https://shop.test or"
                " http://localhost:3000, without a path."
            )
    if gateway and tls:
        raise click.UsageError("--gateway and --tls exclude each other: choose one.")
    for name, hosts in (("--gateway-host", gateway_host), ("--gateway-allow", gateway_allow)):
        for each in hosts:
            if re.fullmatch(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", each) is None:
                raise click.UsageError(
                    f"{name} {each} is not the name of a host. Name one host, such as pay.test."
                )
        if hosts and not gateway:
            raise click.UsageError(f"{name} is of no use without --gateway. Add --gateway.")
    _check_allowed(gateway_allow, gateway_host)
    if gateway_ca is not None and not (gateway or tls):
        raise click.UsageError("--gateway-ca is of no use without --gateway or --tls. Add one.")
    path = Path(state) if state is not None else DEFAULT_STATE
    return ServerSettings(
        host=host,
        port=port,
        unix=None if unix is None else Path(unix),
        state=None if in_memory else path,
        seeds=tuple(SeedFile(each, read_json(existing_file(each))) for each in seed),
        account={
            **({} if profile is None else {"profile": profile}),
            **{name: True for name, on in (("strict", strict), ("rate_limits", rate_limits)) if on},
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
        gateway_allow=tuple(each.lower() for each in gateway_allow),
        gateway_ca=None if gateway_ca is None else Path(gateway_ca),
        tls=tls,
    )


def _check_allowed(allowed: tuple[str, ...], served: tuple[str, ...]) -> None:
    if not allowed:
        return
    from mock_server.gateway import NoProxyError, check_allowed

    try:
        check_allowed([each.lower() for each in allowed], [*VENDOR_HOSTS, *served])
    except NoProxyError as error:
        raise click.UsageError(f"--gateway-allow: {error}") from None
