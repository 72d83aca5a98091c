"""The options of a server, which `serve` and `exec` share, the settings they come to, its start."""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mock_server.cli.layout import Failure, failing
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

if TYPE_CHECKING:
    from mock_server.frame.hosting import HostedEmulator

_Function = TypeVar("_Function", bound=Callable[..., Any])

_REPEATABLE: dict[str, Any] = {"multiple": True}
_FLAG: dict[str, Any] = {"is_flag": True}
# The option, what kind of value it takes, what there is to say of it; by heading.
_OPTIONS: dict[str, tuple[tuple[str, dict[str, Any], str], ...]] = {
    "Options": (
        ("--host", {"metavar": "ADDRESS", "default": DEFAULT_HOST}, "Address to listen on."),
        (
            "--port",
            {"metavar": "PORT", "default": DEFAULT_PORT, "type": click.IntRange(0, 65535)},
            "Port to listen on; 0 picks a free one.",
        ),
        ("--unix", {"metavar": "PATH"}, "A socket file to listen at besides, for its owner only."),
    ),
    "State": (
        ("--state", {"metavar": "FILE"}, f"State file.  [default: {DEFAULT_STATE} in this folder]"),
        ("--in-memory", _FLAG, "Keep no file; everything ends with the server."),
        (
            "--seed",
            {"metavar": "FILE", "type": FileNames(), **_REPEATABLE},
            "What an empty state begins with; repeatable.",
        ),
        (
            "--max-events",
            {"metavar": "COUNT", "default": DEFAULT_MAX_EVENTS, "type": click.IntRange(min=0)},
            "Events to keep; the oldest go first, their orders stay, 0 keeps all.",
        ),
        (
            "--max-requests",
            {"metavar": "COUNT", "default": DEFAULT_MAX_REQUESTS, "type": click.IntRange(min=1)},
            "Requests the journal keeps; the oldest go first.",
        ),
        ("--fsync", _FLAG, "Survive a power cut too: sync each event to the disk."),
    ),
    "Behaviour": (
        (
            "--profile",
            {"metavar": "NAME", "type": click.Choice(["test", "production", "new-account"])},
            "Settings to begin with: test (lenient), production, or new-account.",
        ),
        ("--strict", _FLAG, "Answer 422, with the outcome, to ignored events."),
        ("--rate-limits", _FLAG, "Answer 429 beyond the vendor's rate limits."),
        (
            "--accounts",
            {"default": "shared", "type": click.Choice(["shared", "per-key"])},
            "One account for all API keys, or one for each.",
        ),
    ),
    "Callers": (
        (
            "--api-key",
            {"metavar": "KEY", **_REPEATABLE},
            "An API key to let in, and no others; repeatable.",
        ),
        (
            "--allow-host",
            {"metavar": "NAME", **_REPEATABLE},
            "A host name to answer to besides those of this machine; repeatable.",
        ),
        (
            "--cors-origin",
            {"metavar": "ORIGIN", **_REPEATABLE},
            "An origin whose pages may call /api, such as https://shop.test; repeatable.",
        ),
        (
            "--control-token",
            {"metavar": "TOKEN"},
            "What callers of /_mock have to know, when others can reach the server.",
        ),
    ),
    "Gateway": (
        (
            "--gateway",
            _FLAG,
            "Answer under the service's own hosts, as a proxy: where these stand in the code.",
        ),
        (
            "--gateway-host",
            {"metavar": "NAME", **_REPEATABLE},
            "One more host that the gateway serves; repeatable.",
        ),
        (
            "--gateway-allow",
            {"metavar": "NAME", **_REPEATABLE},
            "A host that programs may reach directly, past the gateway; repeatable.",
        ),
        (
            "--gateway-ca",
            {"metavar": "FOLDER"},
            "Keep the certificate authority there.  [default: a new one each time]",
        ),
        ("--tls", _FLAG, "Speak HTTPS only, with a certificate of the same authority."),
    ),
}


def serve_options(command: _Function) -> _Function:
    """Everything that sets up a server."""
    for heading, options in reversed(_OPTIONS.items()):
        for name, kind, about in reversed(options):
            shown = "default" in kind
            made = option(name, heading=heading, help=about, show_default=shown, **kind)
            command = made(command)
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


def server_settings(**given: Any) -> ServerSettings:
    """The options of `serve_options` as one object; raises a usage error."""
    state, in_memory = given["state"], given["in_memory"]
    # What is on the line beats the environment.
    if from_line("in_memory") and not from_line("state"):
        state = None
    elif from_line("state") and not from_line("in_memory"):
        in_memory = False
    if in_memory and state is not None:
        raise click.UsageError("--state and --in-memory exclude each other: choose one.")
    _check_callers(given["api_key"], given["control_token"], given["cors_origin"])
    _check_gateway(given)
    account = {name: True for name in ("strict", "rate_limits") if given[name]}
    if given["profile"] is not None:
        account["profile"] = given["profile"]
    as_they_are = (
        "host port fsync max_events max_requests accounts control_token gateway tls"
    ).split()
    return ServerSettings(
        unix=_path(given["unix"]),
        state=None if in_memory else _path(state) or DEFAULT_STATE,
        seeds=tuple(SeedFile(each, read_json(existing_file(each))) for each in given["seed"]),
        account=account,
        api_keys=given["api_key"],
        allow_hosts=given["allow_host"],
        cors_origins=given["cors_origin"],
        gateway_hosts=tuple(each.lower() for each in given["gateway_host"]),
        gateway_allow=tuple(each.lower() for each in given["gateway_allow"]),
        gateway_ca=_path(given["gateway_ca"]),
        **{name: given[name] for name in as_they_are},
    )


def _path(name: str | None) -> Path | None:
    return None if name is None else Path(name)


def _check_callers(
    keys: tuple[str, ...], control_token: str | None, origins: tuple[str, ...]
) -> None:
    if not all(key.strip() for key in keys):
        raise click.UsageError("--api-key must not be blank.")
    if control_token is not None and not control_token.strip():
        raise click.UsageError("--control-token must not be blank.")
    if control_token is not None and not (control_token.isascii() and control_token.isprintable()):
        raise click.UsageError("--control-token must be printable ASCII: it travels in a header.")
    for each in origins:
        if re.fullmatch(r"https?://[^/\s]+", each) is None:
            raise click.UsageError(
                f"--cors-origin {each} is not an origin; an origin looks like https://shop.test or"
                " http://localhost:3000, without a path."
            )


def _check_gateway(given: Mapping[str, Any]) -> None:
    gateway, tls, served = given["gateway"], given["tls"], given["gateway_host"]
    if gateway and tls:
        raise click.UsageError("--gateway and --tls exclude each other: choose one.")
    for name, hosts in (("--gateway-host", served), ("--gateway-allow", given["gateway_allow"])):
        for each in hosts:
            if re.fullmatch(r"(?!-)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", each) is None:
                raise click.UsageError(
                    f"{name} {each} is not the name of a host. Name one host, such as pay.test."
                )
        if hosts and not gateway:
            raise click.UsageError(f"{name} is of no use without --gateway. Add --gateway.")
    _check_allowed(given["gateway_allow"], served)
    if given["gateway_ca"] is not None and not (gateway or tls):
        raise click.UsageError("--gateway-ca is of no use without --gateway or --tls. Add one.")


def _check_allowed(allowed: tuple[str, ...], served: tuple[str, ...]) -> None:
    if not allowed:
        return
    from mock_server.gateway import NoProxyError, check_allowed

    try:
        check_allowed([each.lower() for each in allowed], [*VENDOR_HOSTS, *served])
    except NoProxyError as error:
        raise click.UsageError(f"--gateway-allow: {error}") from None


def start(settings: ServerSettings) -> HostedEmulator:
    """An emulator that answers; ends the process with code 2, and says why, when it cannot."""
    with _not_collecting():
        # Most of the time that a start takes is spent on these imports.
        from mock_server.frame.hosting import HostedEmulator

        try:
            with failing():
                return HostedEmulator(settings, warn=_warn, own_process=True)
        except OSError as error:
            raise Failure(str(error)) from None


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
