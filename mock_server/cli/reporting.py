"""Options of reports: `--fail-on`, `--junit`, `--github` and `--json`, the same everywhere."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mock_server.emulator.gate.report import Case, Report

FAILED = 3
"""The exit code of `exec` and `check` when something in `--fail-on` happened."""


def fail_on(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Read the kinds of `--fail-on`; None when it was not given."""
    if value is None:
        return None
    from mock_server.emulator import InvalidError
    from mock_server.emulator.gate.report import read_kinds

    try:
        return read_kinds(value)
    except InvalidError as error:
        raise click.BadParameter(str(error)) from None


def check_writable(file: str, option: str = "--junit") -> Path:
    """Return the path of a report to be written later; raises a usage error when it cannot be."""
    path = Path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("a").close()
    except OSError as error:
        raise click.UsageError(f"{option}: {file} cannot be written: {error.strerror}.") from None
    return path


def in_github_actions() -> bool:
    """Say whether annotations are printed without being asked for."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def print_annotations(report: Report, *, always: bool = False) -> None:
    """Print annotations on standard error when this runs in GitHub Actions, or `always`."""
    if not always and not in_github_actions():
        return
    from mock_server.emulator.gate.report_files import annotation_lines

    for line in annotation_lines(report):
        click.echo(line, err=True)


def write_cases(path: Path, name: str, cases: Iterable[Case], seconds: float) -> bool:
    """Write the JUnit report and return whether that succeeded; print what went wrong."""
    from mock_server.emulator.gate.report_files import write_junit

    try:
        write_junit(path, name, cases, seconds)
    except OSError as error:
        click.echo(f"yespo-mock: {path} cannot be written: {error.strerror}.", err=True)
        return False
    return True


def write_report(
    path: Path, name: str, report: Report, seconds: float, more: Sequence[Case] = ()
) -> bool:
    """Write the JUnit report of what fell into `--fail-on`, or one case that passed."""
    from mock_server.emulator.gate.report import all_cases

    cases = [*report.cases, *more]
    return write_cases(path, name, cases or all_cases(report), seconds)
