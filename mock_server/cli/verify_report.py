"""The output of `verify`: a progress bar, a table of what differs, a JUnit report."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from mock_server import jsonio
from mock_server.cli.show import console
from mock_server.contracts import Difference, Result, Scenario, Target
from mock_server.contracts.matching import ABSENT
from mock_server.emulator.gate.report import Case

_SHOWN = 400
_SHOWN_UNCHECKED = 10


def progress(scenarios: Sequence[Scenario]) -> Iterable[Scenario]:
    """The scenarios one by one, with a progress bar when a person is watching."""
    to = Console(stderr=True)
    return track(scenarios, "scenarios", console=to, transient=True, disable=not to.is_terminal)


def print_results(results: Sequence[Result], target: Target, seconds: float) -> None:
    """Print what differs, what could not be checked, and how many passed."""
    to = console()
    for result in results:
        if result.failed:
            _print_failed(result, to)
    failed = sum(each.failed for each in results)
    not_checked = sum(not each.is_checked for each in results)
    unchecked = [each for each in results if each.unchecked]
    if unchecked:
        _print_unchecked(unchecked, target, to)
    count = "1 scenario" if len(results) == 1 else f"{len(results)} scenarios"
    passed = len(results) - failed - not_checked
    told = f"{count}: {passed} passed, {failed} failed"
    if not_checked:
        told += f", {not_checked} not checked"
    in_part = sum(each.is_checked and bool(each.unchecked) for each in results)
    if in_part:
        told += f"; {in_part} only in part"
    is_good = passed and not failed
    to.print(Text(f"{told} ({seconds:.1f} s)", style="bold green" if is_good else "bold red"))


def _print_failed(result: Result, to: Console) -> None:
    scenario = result.scenario
    to.print(Text(f"{scenario.name}", style="bold red"))
    to.print(Text(f"{_shown_path(scenario.path)} ({', '.join(scenario.rules)})", style="dim"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("where", ratio=2, overflow="fold")
    table.add_column("expected", ratio=3, overflow="fold", style="green")
    table.add_column("actual", ratio=3, overflow="fold", style="red")
    for each in result.differences:
        table.add_row(Text(each.where), Text(shown(each.expected)), Text(shown(each.actual)))
    to.print(table)
    to.print()


def _print_unchecked(results: Sequence[Result], target: Target, to: Console) -> None:
    if not target.has_control:
        to.print(
            Text(
                f"{target.url} is not yespo-mock: only answers can be checked there, and not what"
                " became of the events."
            )
        )
    lines = [
        f"{each.scenario.path.stem}: {_sentence(each.unchecked)}"
        for each in results
        if target.has_control or not each.is_checked
    ]
    if lines:
        to.print("not checked:")
    for line in lines[:_SHOWN_UNCHECKED]:
        to.print(Text(f"  {line}"))
    if len(lines) > _SHOWN_UNCHECKED:
        to.print(f"  and {len(lines) - _SHOWN_UNCHECKED} more (--junit lists them all)")


def cases(results: Iterable[Result]) -> Iterator[Case]:
    """Make a case of each scenario, also of those that passed."""
    for result in results:
        scenario = result.scenario
        differing = [
            f"{each.where}\n  expected: {_full(each.expected)}\n  actual:   {_full(each.actual)}"
            for each in result.differences
        ]
        kind, why = "passed", ""
        if differing:
            kind, why = "failure", _in_short(result.differences)
        elif not result.is_checked:
            kind, why = "skipped", f"not checked: {_sentence(result.unchecked)}"
        yield Case(
            kind,
            scenario.name,
            (why,) if why else (),
            f"contracts.{scenario.path.stem}",
            "\n".join([_shown_path(scenario.path), *differing]),
            result.seconds,
        )


def _in_short(found: Sequence[Difference]) -> str:
    first = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{first.where}: expected {shown(first.expected)}, was {shown(first.actual)}{more}"


def _sentence(parts: Iterable[str]) -> str:
    return "; ".join(parts)


def shown(value: Any) -> str:
    """A value for a table: JSON on one line, cut when it is long."""
    text = _full(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _full(value: Any) -> str:
    return "(nothing)" if value is ABSENT else jsonio.text_of(value)


def _shown_path(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
