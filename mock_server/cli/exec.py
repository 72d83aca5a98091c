"""`yespo-mock exec`: a command with its own emulator."""

from __future__ import annotations

import os
import sys
from time import perf_counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from mock_server.cli.layout import Command, failing
from mock_server.cli.options import complete_files, option
from mock_server.cli.reporting import (
    FAILED,
    check_writable,
    fail_on,
    in_github_actions,
    print_annotations,
    write_report,
)
from mock_server.cli.server_options import passing_server_options, server_settings, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mock_server.emulator import Emulator
    from mock_server.emulator.gate.gathering import Gathering
    from mock_server.emulator.gate.report import Report
    from mock_server.frame.hosting import HostedEmulator
    from mock_server.model import Document

_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_REPORTED = ("ignored", "rejected", "refused")
_BY_GATEWAY = ("nothing", "refused")
_NOTHING = (
    "The command did not send anything to YESPO_API_URL: its base URL is another one, or the code"
    " that sends was not reached."
)
_NOTHING_BY_GATEWAY = (
    "No request of the command came through the gateway: its client ignores the variables of the"
    " proxy (the page Gateway of the documentation lists such clients), or the code that sends was"
    " not reached."
)


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
    callback=fail_on,
    metavar="KINDS",
    help="Exit 3 after such events: ignored, rejected, warning; after refused requests: refused;"
    " when nothing came in: nothing; when a fault was not met: unused. Comma separated.  [default:"
    " none; with --gateway nothing,refused]",
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
    fail_on: tuple[str, ...] | None,
    junit: str | None,
    export: str | None,
    coverage: float | None,
    **options: Any,
) -> None:
    """Run COMMAND with its own emulator, on a free port and in memory.

    COMMAND finds it by YESPO_API_URL (ends in /api), YESPO_API_KEY and YESPO_MOCK_URL. What it
    leaves running is ended, and a summary of the events goes to standard error.
    """
    if not command_line:
        raise click.UsageError("There is no COMMAND: yespo-mock exec [OPTIONS] -- COMMAND...")
    options["in_memory"] = options["in_memory"] or options["state"] is None
    settings = server_settings(**options)
    # Imported here, so that --help answers at once.
    from mock_server.cli.child import CommandError, run
    from mock_server.emulator.gate.gathering import Gathering
    from mock_server.emulator.gate.report import Case

    _warn_of_slip(command_line)
    report = None if junit is None else check_writable(junit)
    kept = None if export is None else check_writable(export, "--export")
    fail_on = _decided(fail_on, by_gateway=settings.gateway)
    kinds = fail_on or (_REPORTED if report is not None else ())
    nothing = _NOTHING_BY_GATEWAY if settings.gateway else _NOTHING
    gathered = Gathering(fail_on, kinds, covers=coverage is not None, nothing=nothing)
    problem = None
    started = perf_counter()
    with start(settings) as hosted:
        hosted.emulator.on_event.append(_listener(gathered, hosted.emulator))
        hosted.emulator.on_refused.append(gathered.add_refused)
        hosted.emulator.on_message.append(gathered.add_message)
        hosted.emulator.on_unused.append(gathered.add_unused)
        variables = {
            "YESPO_API_URL": hosted.api_url,
            "YESPO_API_KEY": settings.api_keys[0] if settings.api_keys else "yespo-mock",
            "YESPO_MOCK_URL": hosted.url,
            **_leading(hosted, settings.gateway_allow),
        }
        if settings.control_token is not None:
            variables["YESPO_MOCK_CONTROL_TOKEN"] = settings.control_token
        try:
            code = run(command_line, variables)
        except CommandError as error:
            code, problem = error.code, str(error)
        for name in hosted.emulator.account_names():
            journal = hosted.emulator.account(name).journal
            gathered.add_refused_beyond(journal.page(limit=0)["droppedAttempts"])
        if kept is not None:
            _keep(kept, hosted.emulator.export_state())
    found = gathered.finish()
    is_covered = _tell(found, problem, coverage)
    if report is not None:
        more = [Case("command", "the command", (problem,))] if problem else []
        write_report(report, "yespo-mock exec", found, perf_counter() - started, more)
    sys.exit(code or (FAILED if found.has_failed or not is_covered else 0))


def _listener(gathered: Gathering, emulator: Emulator) -> Callable[[Document], None]:
    if not in_github_actions():
        return gathered.add_event
    return lambda event: gathered.add_event(
        event, mends=lambda: emulator.account(event["account"]).fix_of(event)
    )


def _decided(given: tuple[str, ...] | None, *, by_gateway: bool) -> tuple[str, ...]:
    """Return what the run fails for; with a gateway also a client that went past it."""
    if not by_gateway or given == ():
        return given or ()
    return tuple(dict.fromkeys((*(given or ()), *_BY_GATEWAY)))


def _warn_of_slip(command_line: tuple[str, ...]) -> None:
    """Warn of options of `exec` that stand after the command: the command gets them."""
    own = ("--fail-on", "--junit", "--export", "--coverage", "--gateway")
    slips = [each for each in command_line if each.partition("=")[0] in own]
    if slips:
        click.echo(
            f"yespo-mock: warning: {slips[0]} stands after the command, which gets it. Write it"
            f" before: yespo-mock exec {slips[0]} … -- {command_line[0]}",
            err=True,
        )


def _keep(file: Path, tables: Document) -> None:
    from mock_server.cli.state import write_export

    try:
        write_export(str(file), tables)
    except OSError as error:
        click.echo(f"yespo-mock: {file} cannot be written: {error.strerror}.", err=True)


def _leading(hosted: HostedEmulator, allowed: tuple[str, ...]) -> dict[str, str]:
    if hosted.authority is None:
        return _not_by_proxy()
    from mock_server.gateway import environment_variables

    address = urlsplit(hosted.url).netloc
    is_gateway = hosted.emulator.gateway is not None
    if is_gateway and any(os.environ.get(each) for each in _PROXIES):
        click.echo(
            "yespo-mock: the proxy in the environment rests while the gateway is used.", err=True
        )
    with failing():
        found = environment_variables(
            hosted.authority, address, os.environ, proxies=is_gateway, allowed=allowed
        )
    return found if is_gateway else {**_not_by_proxy(), **found}


def _not_by_proxy() -> dict[str, str]:
    """The variables of what is reached directly, this machine too: a proxy would take events."""
    known = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
    names = [each.strip() for each in known.split(",") if each.strip()]
    names += [each for each in ("127.0.0.1", "localhost", "::1") if each not in names]
    return {"NO_PROXY": ",".join(names), "no_proxy": ",".join(names)}


def _tell(found: Report, problem: str | None, coverage: float | None) -> bool:
    """Print the summary and the annotations; whether as many rules were met as asked for."""
    from mock_server.cli.show import console, print_coverage, print_report

    to = console(stderr=True)
    if problem is not None:
        click.echo(f"yespo-mock: {problem}", err=True)
    else:
        print_report(found, to)
        print_annotations(found)
    return coverage is None or print_coverage(found, coverage, to)
