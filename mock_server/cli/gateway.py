"""`yespo-mock gateway`: what leads programs to a server with a gateway."""

import os
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import click

from mock_server.cli.layout import CommandGroup, failing, write_data
from mock_server.cli.options import option
from mock_server.settings import DEFAULT_URL

SHELLS = ("sh", "fish", "powershell", "dotenv")


@click.group(
    cls=CommandGroup,
    short_help="Lead programs to a server with a gateway.",
    examples=("yespo-mock gateway env",),
)
def command() -> None:
    """Lead programs that have the service's host in their code to a server with a gateway."""


@command.command(
    short_help="Print the variables to set, for a running gateway.",
    exit_codes={"0": "done", "2": "no server answers, or it has no gateway"},
    examples=("yespo-mock gateway env --shell sh", "yespo-mock gateway env --shell dotenv"),
)
@option("--url", metavar="URL", help="The server.  [default: the only gateway that runs]")
@option(
    "--shell",
    type=click.Choice(SHELLS),
    default="powershell" if os.name == "nt" else "sh",
    show_default=True,
    help="For whom the lines are.",
)
def env(url: str | None, shell: str) -> None:
    """Print the variables to set, for a running `yespo-mock serve --gateway`.

    In a shell: eval "$(yespo-mock gateway env)". Those of "dotenv" are for a file that compose
    reads as env_file.
    """
    from mock_server.cli.remote import call, understood
    from mock_server.gateway import Authority, AuthorityError, environment_variables

    with failing():
        server = url or _only_gateway()
        told = call(server, "GET", "/_mock/gateway")
        with understood(server):
            folder, address = Path(told["folder"]), urlsplit(told["proxy"]).netloc
            hosts, allowed = list(told["hosts"]), tuple(told.get("allowed", ()))
        if not folder.is_dir():
            raise AuthorityError(
                f"{folder} is not on this machine. Start the server with --gateway-ca and a folder"
                " that both share."
            )
        authority = Authority(hosts, folder)
        found = environment_variables(authority, address, os.environ, allowed=allowed)
    write_data("\n".join(_line(shell, name, value) for name, value in sorted(found.items())))


def _only_gateway() -> str:
    """The address of this user's only gateway. Raises `RemoteError` unless there is just one."""
    from mock_server.cli.remote import RemoteError, call
    from mock_server.gateway import announced

    found = []
    for path, url in announced():
        try:
            call(url, "GET", "/_mock/health")
            found.append(url)
        except RemoteError:  # noqa: PERF203  (few)
            path.unlink(missing_ok=True)  # its server was killed
    if len(found) == 1:
        return found[0]
    if not found:
        raise RemoteError(
            f"No gateway of this user runs. Start one with `yespo-mock serve --gateway`"
            f" ({DEFAULT_URL} unless --port says otherwise), or name a server with --url."
        )
    raise RemoteError(f"{len(found)} gateways run: {', '.join(found)}. Name one with --url.")


def _line(shell: str, name: str, value: str) -> str:
    if shell == "fish":
        quoted = value.replace("\\", "\\\\").replace("'", "\\'")
        return f"set -gx {name} '{quoted}';"
    if shell == "powershell":
        quoted = value.replace("'", "''")
        return f"$env:{name} = '{quoted}'"
    if shell == "dotenv":
        return f"{name}={value}"
    return f"export {name}={shlex.quote(value)}"
