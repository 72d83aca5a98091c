"""`yespo-mock exec`: a command with an emulator of its own."""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.options import option, passing_server_options, server_settings

if TYPE_CHECKING:
    from pathlib import Path

    from mock_server.cli.observed import Observed

FELL_INTO_FAIL_ON = 3
_KINDS = ("ignored", "rejected", "warning")


class _FailOn(click.ParamType[tuple[str, ...]]):
    """What makes a run fail, comma separated."""

    name = "kinds"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        named = tuple(each.strip() for each in value.split(",") if each.strip())
        unknown = [each for each in named if each not in _KINDS]
        if unknown:
            self.fail(f"{unknown[0]!r} is not one of {', '.join(_KINDS)}.", param, ctx)
        return named


@click.command(
    short_help="Run a command with an emulator around it.",
    context_settings={"allow_interspersed_args": False},
    options_metavar="[OPTIONS] --",
)
@passing_server_options
@option(
    "--fail-on",
    type=_FailOn(),
    default=(),
    metavar="KINDS",
    help="Exit 3 after such events: ignored, rejected, warning; comma separated.",
)
@option("--junit", metavar="FILE", help="Report the events that fell into --fail-on as JUnit XML.")
@click.argument("command_line", metavar="COMMAND...", nargs=-1, type=click.UNPROCESSED)
def command(
    command_line: tuple[str, ...], fail_on: tuple[str, ...], junit: str | None, **options: Any
) -> None:
    """Run COMMAND with an emulator of its own, on a free port and in memory.

    COMMAND finds it by YESPO_API_URL (ends in /api), YESPO_API_KEY and YESPO_MOCK_URL. Afterwards a
    summary goes to standard error. Exit code: that of COMMAND (128 + n when signal n killed it); 3
    when that was 0 and something in --fail-on happened; 127 when there is no COMMAND, 126 when it
    cannot be run. What COMMAND leaves running is ended.
    """
    if not command_line:
        raise click.UsageError("There is no COMMAND: yespo-mock exec [OPTIONS] -- COMMAND...")
    if junit is not None and not fail_on:
        raise click.UsageError(
            "--junit reports what --fail-on names: add --fail-on ignored,rejected,warning."
        )
    options["in_memory"] = options["in_memory"] or options["state"] is None
    settings = server_settings(**options)
    # Imported here, so that --help answers at once.
    from mock_server.cli.child import CommandError, run
    from mock_server.cli.junit import check_writable
    from mock_server.cli.observed import Observed
    from mock_server.emulator import EmulatorError, StateError
    from mock_server.hosting import HostedEmulator

    report = None if junit is None else check_writable(junit)
    observed, started = Observed(fail_on), perf_counter()
    try:
        hosted = HostedEmulator(settings, warn=_warn, own_process=True)
    except (EmulatorError, StateError, OSError) as error:
        click.echo(f"yespo-mock: {error}", err=True)
        sys.exit(2)
    with hosted:
        hosted.emulator.subscribe(observed.add)
        variables = {
            "YESPO_API_URL": hosted.api_url,
            "YESPO_API_KEY": "yespo-mock",
            "YESPO_MOCK_URL": hosted.url,
        }
        try:
            code = run(command_line, variables)
        except CommandError as error:
            click.echo(f"yespo-mock: {error}", err=True)
            sys.exit(error.code)
    _tell(observed, report, perf_counter() - started)
    sys.exit(code or (FELL_INTO_FAIL_ON if observed.fallen else 0))


def _tell(observed: Observed, report: Path | None, seconds: float) -> None:
    """The summary, the annotations and the report."""
    from mock_server.cli import exec_report

    exec_report.print_summary(observed)
    exec_report.print_annotations(observed)
    if report is None:
        return
    try:
        exec_report.write(report, observed, seconds)
    except OSError as error:
        click.echo(f"yespo-mock: {report} cannot be written: {error.strerror}.", err=True)


def _warn(text: str) -> None:
    click.secho(f"warning: {text}", fg="yellow", err=True)
