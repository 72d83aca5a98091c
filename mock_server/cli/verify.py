"""`yespo-mock verify` and `contracts`: whether a server keeps to the scenarios; these as files."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from mock_server.cli.layout import Command, CommandGroup, Failure
from mock_server.cli.options import complete_files, option

if TYPE_CHECKING:
    from mock_server.contracts import Result, Runner, Scenario, Target

_RULE_ID = re.compile(r"[A-Z]{3,4}(-\d\d)?")


@click.command(
    cls=Command,
    exit_codes={
        "0": "something was checked, and nothing failed",
        "1": "something failed, or nothing could be checked",
        "2": "wrong usage, a malformed scenario, or a server that does not answer",
    },
    examples=(
        "yespo-mock verify ORD-12",
        "yespo-mock verify --url http://127.0.0.1:9380 --junit contracts.xml",
    ),
)
@option("--url", metavar="URL", help="The server to verify.  [default: its own]")
@option(
    "--api-key", metavar="KEY", default="yespo-mock", show_default=True, help="The API key to send."
)
@option(
    "--allow-changes",
    is_flag=True,
    help="Let it change a server that is not yespo-mock: a real account may be behind it.",
)
@option("--junit", metavar="FILE", help="Report every scenario as JUnit XML.")
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1, shell_complete=complete_files)
def command(
    scenarios: tuple[str, ...],
    url: str | None,
    api_key: str,
    allow_changes: bool,
    junit: str | None,
) -> None:
    """Run contract scenarios and tell what differs.

    SCENARIO is a file, a folder of files, the id of a rule, such as ORD-12, or a family of rules,
    such as ORD. Without one, all those that come with yespo-mock are run.

    The state of the server at --url is put aside and put back afterwards. A server without the
    control API is sent what only reads, and with --allow-changes the rest; what could not be
    checked is reported.
    """
    # Imported here, so that --help answers at once.
    from mock_server.cli import verify_report
    from mock_server.cli.reporting import check_writable, write_cases
    from mock_server.contracts import TargetError

    report = None if junit is None else check_writable(junit)
    wanted = _read(scenarios)
    started = perf_counter()
    results: list[Result] = []
    try:
        with _runner(url, api_key, allow_changes) as (runner, target):
            for scenario in verify_report.progress(wanted):
                results.append(runner.run(scenario))  # noqa: PERF401  (kept when a later one fails)
    except TargetError as error:
        raise Failure(str(error)) from None
    seconds = perf_counter() - started
    verify_report.print_results(results, target, seconds)
    if report is not None and not write_cases(
        report, "yespo-mock verify", verify_report.cases(results), seconds
    ):
        sys.exit(2)
    is_good = any(each.is_checked for each in results) and not any(each.failed for each in results)
    sys.exit(0 if is_good else 1)


def _read(named: tuple[str, ...]) -> list[Scenario]:
    from mock_server.contracts import MalformedScenario, read_scenario, shipped_folder

    found: list[Scenario] = []
    faults: list[str] = []
    shipped = _files(shipped_folder()) if not all(map(_is_path, named)) or not named else []
    for given in named or (None,):
        is_rule = given is not None and not _is_path(given)
        name = given.upper() if is_rule and given is not None else given
        is_path = name is not None and _is_path(name)
        for path in _files(Path(name)) if name is not None and is_path else shipped:
            try:
                scenario = read_scenario(path)
            except MalformedScenario as error:
                faults.append(str(error))
                continue
            if name is None or is_path or _cites([scenario], name):
                found.append(scenario)
        if name is not None and not is_path and not faults and not _cites(found, name):
            raise click.UsageError(f"No scenario that comes with yespo-mock is about {name}.")
    if faults:
        click.echo("\n".join(faults), err=True)
        sys.exit(2)
    return list({each.path.resolve(): each for each in found}.values())


def _cites(scenarios: list[Scenario], rule_id: str) -> bool:
    cited = {rule for each in scenarios for rule in each.rules}
    return rule_id in cited or rule_id in {rule.partition("-")[0] for rule in cited}


def _is_path(name: str) -> bool:
    return not _RULE_ID.fullmatch(name.upper()) or Path(name).exists()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise click.UsageError(f"There is no file or folder {path}.")
    files = sorted(path.glob("*.json"))
    if not files:
        raise click.UsageError(f"There are no scenarios (*.json) in {path}.")
    return files


@contextmanager
def _runner(url: str | None, api_key: str, allow_changes: bool) -> Iterator[tuple[Runner, Target]]:
    """A runner against the server at `url`, or against one that lives as long as this is open."""
    from mock_server.contracts import Runner, Target
    from mock_server.frame.hosting import HostedEmulator
    from mock_server.settings import ServerSettings

    if url is None:
        with (
            HostedEmulator(ServerSettings(port=0, state=None)) as hosted,
            Target(hosted.url, api_key) as target,
        ):
            yield Runner(target, lambda: target.ask("POST", "/reset")), target
        return
    with Target(url, api_key) as target:
        if not target.has_control:
            yield Runner(target, lambda: None, allow_changes=allow_changes), target
            return
        with _state_put_aside(target):
            target.ask("POST", "/reset")
            # What a reset leaves are the seeds and settings the server was started with.
            begins_empty = not any(target.ask("GET", "/state").values())
            yield Runner(target, lambda: _empty(target, begins_empty)), target


def _empty(target: Target, begins_empty: bool) -> None:
    target.ask("POST", "/reset")
    if not begins_empty:
        target.ask("PUT", "/state", {})  # slower: it writes a whole state file


@contextmanager
def _state_put_aside(target: Target) -> Iterator[None]:
    """While open the server's state is ours; it is put back, or its copy's file is named."""
    import signal
    from tempfile import NamedTemporaryFile

    from mock_server.contracts import TargetError

    state = target.control("GET", "/state")
    if state.status != 200:
        raise TargetError(f"The state of {target.url} cannot be put aside: {state.text}")
    with NamedTemporaryFile("wb", prefix="yespo-mock-", suffix=".json", delete=False) as copy:
        copy.write(state.body)

    def end(*_: object) -> None:
        sys.exit(130)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        try:
            target.ask("POST", "/reset")
            answer = target.send("PUT", "/_mock/state", {}, state.body)
            if answer.status != 200:
                raise TargetError(answer.text)
        except TargetError as error:
            click.echo(
                f"yespo-mock: the state of {target.url} could not be put back: {error}\n"
                f"It is in {copy.name}: yespo-mock state import --url {target.url} {copy.name}",
                err=True,
            )
        else:
            Path(copy.name).unlink()


@click.group(
    cls=CommandGroup,
    short_help="The contract scenarios as files, for any language.",
    examples=("yespo-mock contracts export scenarios",),
)
def contracts() -> None:
    """The contract scenarios that `yespo-mock verify` runs, as files for other runners."""


@contracts.command(
    short_help="Write the scenarios and their JSON Schema into FOLDER.",
    examples=("yespo-mock contracts export scenarios",),
)
@click.argument("folder")
def export(folder: str) -> None:
    """Write the scenarios and their JSON Schema into FOLDER, which is made when new.

    Files of other names that are there stay.
    """
    from mock_server.contracts import shipped_folder, shipped_schema

    target = Path(folder)
    scenarios = sorted(shipped_folder().glob("*.json"))
    try:
        target.mkdir(parents=True, exist_ok=True)
        for each in (*scenarios, shipped_schema()):
            shutil.copyfile(each, target / each.name)
    except OSError as error:
        raise click.UsageError(f"{folder} cannot be written: {error.strerror}.") from None
    click.echo(f"{len(scenarios)} scenarios are in {target}.")
