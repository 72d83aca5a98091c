"""`yespo-mock check`: the report of `exec` about a server, a state or logs."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from mock_server.cli.layout import Command, failing
from mock_server.cli.options import (
    api_version_option,
    complete_files,
    from_line,
    option,
    url_option,
)
from mock_server.cli.reporting import (
    FAILED,
    check_writable,
    fail_on,
    print_annotations,
    write_report,
)

if TYPE_CHECKING:
    from mock_server.emulator.gate.report import Report
    from mock_server.model import ApiVersion


@click.command(
    cls=Command,
    short_help="Fail when something was lost: of a server, a state or logs.",
    exit_codes={
        "0": "nothing of --fail-on happened",
        "2": "it could not look: wrong usage, no server, or what answers is not yespo-mock",
        "3": "something of --fail-on happened",
    },
    examples=(
        "yespo-mock check --url http://yespo:9380 --junit events.xml",
        "yespo-mock check yespo-mock.json --fail-on ignored,rejected,warning",
        "yespo-mock check /var/log/shop/*.log.gz --fail-on ignored,rejected,unread",
    ),
)
@click.argument(
    "files", nargs=-1, metavar="[STATE FILE | EXPORT | LOG]...", shell_complete=complete_files
)
@url_option()
@option("--account", metavar="NAME", help="One account, or its API key.  [default: all]")
@option(
    "--fail-on",
    callback=fail_on,
    metavar="KINDS",
    help="What to exit 3 for: ignored, rejected, warning, refused, nothing, unused, unread. Comma"
    " separated.  [default: ignored,rejected,refused,nothing; of files without refused]",
)
@option("--since", type=click.IntRange(0), metavar="EVENT_ID", help="Only what came after it.")
@option("--junit", metavar="FILE", help="Report what made it fail as JUnit XML.")
@option("--github", is_flag=True, help="Print annotations for GitHub Actions.  [default: in it]")
@option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@api_version_option
def command(
    files: tuple[str, ...],
    url: str,
    account: str | None,
    fail_on: tuple[str, ...] | None,
    since: int | None,
    junit: str | None,
    github: bool,
    as_json: bool,
    api_version: ApiVersion,
) -> None:
    """Report what came in and what became of it, and exit 3 when something was lost.

    Without files it asks the server at --url. A state file or an export is reported as it
    stands; the events of logs, in all the forms that explain reads, are judged one after the other
    with contacts and orders taken for known.
    """
    # Imported here, so that --help answers at once.
    from mock_server import jsonio
    from mock_server.cli.layout import write_data

    if files and from_line("url"):
        raise click.UsageError("Give --url or files, not both.")
    path = None if junit is None else check_writable(junit)
    started = perf_counter()
    if files:
        report = _of_files(files, account, fail_on, since, api_version)
    else:
        report = _of_server(url, account, fail_on, since)
    if as_json:
        write_data(jsonio.pretty(report.to_document()))
    else:
        from mock_server.cli.show import console, print_report

        print_report(report, console())
    print_annotations(report, always=github)
    if path is not None and not write_report(
        path, "yespo-mock check", report, perf_counter() - started
    ):
        sys.exit(2)
    sys.exit(FAILED if report.has_failed else 0)


def _of_server(
    url: str, account: str | None, kinds: tuple[str, ...] | None, since: int | None
) -> Report:
    from urllib.parse import urlencode

    from marshmallow import ValidationError

    from mock_server.cli.remote import call, not_ours
    from mock_server.documents.reports import CheckReport
    from mock_server.emulator.gate.report import CHECKED, read_report

    asked: dict[str, Any] = {"failOn": ",".join(CHECKED if kinds is None else kinds)}
    if since is not None:
        asked["since"] = since
    path = f"/_mock/check?{urlencode(asked)}"
    found = call(url, "GET", path, account=account, also=(FAILED_STATUS,))
    try:
        return read_report(CheckReport().load(found))
    except ValidationError:
        raise not_ours(url) from None


FAILED_STATUS = 409


def _of_files(
    files: tuple[str, ...],
    account: str | None,
    kinds: tuple[str, ...] | None,
    since: int | None,
    version: ApiVersion,
) -> Report:
    from mock_server.emulator.gate.report import CHECKED, check_kinds

    states = [each for each in files if _is_state(each)]
    if states and len(files) > 1:
        raise click.UsageError(f"{states[0]} is a state: check one at a time.")
    if kinds is None:
        kinds = tuple(kind for kind in CHECKED if kind != "refused")
    with failing():
        check_kinds(kinds, "a state" if states else "logs")
        if states:
            return _of_state(Path(states[0]), account, kinds, since)
        if since is not None or account is not None:
            raise click.UsageError("--since and --account are for a server or a state.")
        from mock_server.cli.explain import judge_files

        return judge_files(files, version, kinds)


def _is_state(name: str) -> bool:
    path = Path(name)
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        begin = file.read(4096)
    return b'"meta"' in begin or b'"contacts"' in begin or b'"event_types"' in begin


def _of_state(path: Path, account: str | None, kinds: tuple[str, ...], since: int | None) -> Report:
    from mock_server.emulator import Emulator, read_state
    from mock_server.emulator.gate.checking import check

    with Emulator() as emulator:
        emulator.import_state(read_state(path))
        named = account or ("default" if since else None)
        names = emulator.account_names() if named is None else [named]
        accounts = [emulator.account_called(name) for name in names]
        return check(accounts, kinds, since)
