"""`yespo-mock exec`: a command with an emulator of its own."""

from __future__ import annotations

import os
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from mock_server.cli.layout import Command
from mock_server.cli.options import complete_files, option
from mock_server.cli.server_options import passing_server_options, server_settings

if TYPE_CHECKING:
    from pathlib import Path

    from mock_server.cli.observed import Observed
    from mock_server.frame.hosting import HostedEmulator
    from mock_server.model import Document

FELL_INTO_FAIL_ON = 3
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_REPORTED = ("ignored", "rejected", "refused")
_KINDS = ("ignored", "rejected", "warning", "refused", "nothing")


def _kinds(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    """What makes a run fail, comma separated."""
    named = tuple(each.strip() for each in value.split(",") if each.strip())
    unknown = [each for each in named if each not in _KINDS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is not one of {', '.join(_KINDS)}.")
    return named


@click.command(
    cls=Command,
    short_help="Run a command with an emulator around it.",
    context_settings={"allow_interspersed_args": False},
    options_metavar="[OPTIONS] --",
    exit_codes={
        "COMMAND's": "in all other cases; 128 + n when signal n killed it",
        "2": "wrong usage, or the emulator could not start",
        "3": "COMMAND ended with 0, and something in --fail-on happened or --coverage was missed",
        "126": "COMMAND cannot be run",
        "127": "there is no COMMAND",
    },
    examples=(
        "yespo-mock exec -- pytest",
        "yespo-mock exec --fail-on ignored,rejected --junit events.xml -- npm test",
    ),
)
@option(
    "--fail-on",
    callback=_kinds,
    default="",
    metavar="KINDS",
    help="Exit 3 after such events: ignored, rejected, warning; after refused requests: refused;"
    " and when nothing came in: nothing. Comma separated.",
)
@option(
    "--junit",
    metavar="FILE",
    help="Report what made it fail as JUnit XML; without --fail-on, what was dropped or refused.",
)
@option("--export", metavar="FILE", help="Keep what the emulator holds in the end, as JSON.")
@option(
    "--coverage",
    type=click.FloatRange(0, 100),
    is_flag=False,
    flag_value=0,
    metavar="[MIN]",
    help="Say which rules the events exercised; exit 3 below MIN per cent of all rules.",
)
@passing_server_options
@click.argument(
    "command_line",
    metavar="COMMAND...",
    nargs=-1,
    type=click.UNPROCESSED,
    shell_complete=complete_files,
)
def command(
    command_line: tuple[str, ...],
    fail_on: tuple[str, ...],
    junit: str | None,
    export: str | None,
    coverage: float | None,
    **options: Any,
) -> None:
    """Run COMMAND with an emulator of its own, on a free port and in memory.

    COMMAND finds it by YESPO_API_URL (ends in /api), YESPO_API_KEY and YESPO_MOCK_URL. What it
    leaves running is ended, and a summary of the events goes to standard error.
    """
    if not command_line:
        raise click.UsageError("There is no COMMAND: yespo-mock exec [OPTIONS] -- COMMAND...")
    options["in_memory"] = options["in_memory"] or options["state"] is None
    settings = server_settings(**options)
    # Imported here, so that --help answers at once.
    from mock_server.cli.child import CommandError, run
    from mock_server.cli.junit import check_writable
    from mock_server.cli.observed import Observed
    from mock_server.cli.starting import start

    report = None if junit is None else check_writable(junit)
    kept = None if export is None else check_writable(export, "--export")
    if settings.gateway and "nothing" not in fail_on:
        fail_on = (*fail_on, "nothing")  # who went past the gateway has sent nothing
    kinds = fail_on or (_REPORTED if report is not None else ())
    observed = Observed(kinds, decides=bool(fail_on), covers=coverage is not None)
    started = perf_counter()
    with start(settings) as hosted:
        hosted.emulator.subscribe(observed.add)
        hosted.emulator.subscribe_to_refused(observed.add_refused)
        hosted.emulator.subscribe_to_messages(observed.add_message)
        variables = {
            "YESPO_API_URL": hosted.api_url,
            "YESPO_API_KEY": settings.api_keys[0] if settings.api_keys else "yespo-mock",
            "YESPO_MOCK_URL": hosted.url,
            **_leading(hosted),
        }
        if settings.control_token is not None:
            variables["YESPO_MOCK_CONTROL_TOKEN"] = settings.control_token
        try:
            code = run(command_line, variables)
        except CommandError as error:
            code, observed.problem = error.code, str(error)
        observed.has_seen_requests = hosted.emulator.has_seen_requests
        if kept is not None:
            _keep(kept, hosted.emulator.export_state())
    _tell(observed, report, perf_counter() - started)
    fell = (observed.decides and observed.fallen_kinds) or not _is_covered(observed, coverage)
    sys.exit(code or (FELL_INTO_FAIL_ON if fell else 0))


def _is_covered(observed: Observed, least: float | None) -> bool:
    """Print what `--coverage` asks for; whether it is enough."""
    from mock_server.cli.exec_report import print_coverage

    return least is None or print_coverage(observed, least)


def _keep(file: Path, tables: Document) -> None:
    from mock_server.cli.state import write_export

    try:
        write_export(str(file), tables)
    except OSError as error:
        click.echo(f"yespo-mock: {file} cannot be written: {error.strerror}.", err=True)


def _leading(hosted: HostedEmulator) -> dict[str, str]:
    """The variables that lead to the emulator, and that make the command trust its authority."""
    if hosted.authority is None:
        return _not_by_proxy()
    from mock_server.gateway import NoProxyError, variables

    address = urlsplit(hosted.url).netloc
    is_gateway = hosted.emulator.gateway is not None
    if is_gateway and any(os.environ.get(each) for each in _PROXIES):
        click.echo(
            "yespo-mock: the proxy in the environment rests while the gateway is used.", err=True
        )
    try:
        found = variables(hosted.authority, address, os.environ, proxies=is_gateway)
    except NoProxyError as error:
        click.echo(f"yespo-mock: {error}", err=True)
        sys.exit(2)
    return found if is_gateway else {**_not_by_proxy(), **found}


def _not_by_proxy() -> dict[str, str]:
    """The variables that say what is reached directly, with this machine among it.

    A proxy in the environment would swallow the events: they are not meant for it.
    """
    known = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    names = [each.strip() for each in known.split(",") if each.strip()]
    names += [each for each in ("127.0.0.1", "localhost", "::1") if each not in names]
    return {"NO_PROXY": ",".join(names), "no_proxy": ",".join(names)}


def _tell(observed: Observed, report: Path | None, seconds: float) -> None:
    """The summary, the annotations and the report."""
    from mock_server.cli import exec_report

    if observed.problem is not None:
        click.echo(f"yespo-mock: {observed.problem}", err=True)
    else:
        exec_report.print_summary(observed)
        exec_report.print_annotations(observed)
    if report is None:
        return
    try:
        exec_report.write(report, observed, seconds)
    except OSError as error:
        click.echo(f"yespo-mock: {report} cannot be written: {error.strerror}.", err=True)
