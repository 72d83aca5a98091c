"""What `exec` says afterwards: a summary, annotations, a JUnit report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from mock_server.cli import github
from mock_server.cli.junit import Case, write_junit
from mock_server.cli.observed import Observed
from mock_server.cli.show import plain_table, print_fixes
from mock_server.cli.terminal import COLOURS, refusals
from mock_server.emulator.reports.coverage import coverage_lines
from mock_server.ledger.catalogue import RULES
from mock_server.ledger.findings import shown_step
from mock_server.model import VERDICTS, Document
from mock_server.printable import printable

_SHOWN = 20
_FIXES = 10
_NOTHING = (
    "The command did not send anything to YESPO_API_URL: its base URL is another one, or the code"
    " that sends was not reached."
)
_MARKS = {"passed": "+", "failed": "x", "noted": "."}


def print_summary(observed: Observed) -> None:
    """Counts by event type and verdict, the codes, and what fell into --fail-on."""
    to = Console(stderr=True, highlight=False)
    to.print()
    if not observed.total:
        to.print("yespo-mock: no events came in.")
    else:
        _print_events(observed, to)
    if observed.messages:
        _print_messages(observed, to)
    fixes = observed.fixes.fixes()
    if len(fixes) < observed.fixes.total:  # else what follows tells each of them
        to.print()
        print_fixes(fixes, to, _FIXES)
    if observed.refused:
        _print_refused(observed, to)
    if "nothing" in observed.fallen_kinds:
        _print_nothing(to)
    if observed.fallen and observed.decides:
        _print_fallen(observed, to)


def print_coverage(observed: Observed, least: float) -> bool:
    """Which rules the run has exercised; whether that is as much as asked for (per cent)."""
    to = Console(stderr=True, highlight=False)
    to.print()
    for line in coverage_lines(observed.rules):
        to.print(Text(line))
    reached = 100 * len(observed.rules) / len(RULES)
    if reached < least:
        to.print(f"[bold red]rule coverage is {reached:.0f} %, --coverage asks for {least:g} %[/]")
    return reached >= least


def _print_events(observed: Observed, to: Console) -> None:
    events = "1 event" if observed.total == 1 else f"{observed.total} events"
    to.print(f"yespo-mock: {events}")
    table = plain_table("event type", *VERDICTS)
    for column, verdict in zip(table.columns[1:], VERDICTS, strict=True):
        column.justify = "right"
        column.header_style = f"bold {COLOURS[verdict]}"
    for key, counts in sorted(observed.types.items()):
        cells = [str(counts[verdict]) if counts[verdict] else "-" for verdict in VERDICTS]
        table.add_row(Text(printable(key)), *cells)
    to.print(table)
    for kind in ("reasons", "warnings"):
        codes = [
            f"{code} {count}" if count > 1 else code
            for (each, code), count in observed.codes.most_common()
            if each == kind
        ]
        if codes:
            to.print(f"{kind}: {escape(', '.join(codes))}")


def _print_messages(observed: Observed, to: Console) -> None:
    """How many messages the outboxes hold, and why some reached nobody (MSG-06)."""
    failed = observed.problems.total()
    messages = "1 message" if observed.messages == 1 else f"{observed.messages} messages"
    to.print(f"{messages} in the outbox, {failed} to nobody")
    for problem, count in observed.problems.most_common(_SHOWN):
        to.print(Padding(Text(f"{count} × {printable(problem[:300])}"), (0, 0, 0, 2)))


def _print_refused(observed: Observed, to: Console) -> None:
    requests = "1 request was" if observed.refused == 1 else f"{observed.refused} requests were"
    told = [(refused_title(each), refusals(each)) for each in observed.kept_refused[:_SHOWN]]
    _print_faults(f"{requests} refused", told, observed.refused, to)


def _print_nothing(to: Console) -> None:
    to.print()
    to.print("[bold red]fell into --fail-on nothing: no request came in at all[/]")
    to.print(Padding(Text(_NOTHING, style="dim"), (0, 0, 0, 2)))


def refused_title(entry: Document) -> str:
    """A refused request on one line."""
    told = (entry["method"], entry["path"], entry["status"], entry["reason"])
    return printable(" ".join(str(each) for each in told if each))


def _print_fallen(observed: Observed, to: Console) -> None:
    heading = f"fell into --fail-on {','.join(observed.kinds)}: {observed.fallen}"
    told = [(_title(each), _why(each)) for each in observed.kept[:_SHOWN]]
    _print_faults(heading, told, observed.fallen, to)


def _print_faults(heading: str, told: list[tuple[str, list[str]]], total: int, to: Console) -> None:
    """What went wrong, each with why and the way out; past the limit, how many more there are."""
    to.print()
    to.print(f"[bold red]{escape(heading)}[/]")
    for title, why in told:
        to.print(Padding(Text(title), (0, 0, 0, 2)))
        for line in why:
            to.print(Padding(Text(line, style="dim"), (0, 0, 0, 4)))
    if total > _SHOWN:
        to.print(f"  and {total - _SHOWN} more")


def print_annotations(observed: Observed) -> None:
    """For GitHub Actions: an annotation for each event that fell into --fail-on."""
    if not github.wanted():
        return
    for entry in observed.kept_refused if "refused" in observed.kinds else ():
        text = "\n".join(refusals(entry)) or "see the journal"
        line = github.annotation("error", f"yespo-mock: {refused_title(entry)}", text)
        click.echo(line, err=True)
    for record in observed.kept:
        is_error = observed.fell_into(record) != ["warning"]
        text = "\n".join(_why(record)) or "see the trace"
        line = github.annotation(
            "error" if is_error else "warning", f"yespo-mock: {_title(record)}", text
        )
        click.echo(line, err=True)


def write(path: Path, observed: Observed, seconds: float) -> None:
    """The JUnit report: a case for each event that fell into --fail-on. Raises `OSError`."""
    cases = [
        Case(
            suite=f"yespo-mock.{record['eventTypeKey'] or 'event'}",
            name=_title(record),
            failure="; ".join(_why(record)) or _title(record),
            kind=observed.fell_into(record)[0],
            details="\n".join([*_why(record), "", *map(_trace_line, record["trace"])]),
        )
        for record in observed.kept
    ]
    if "refused" in observed.kinds:
        cases += [
            Case(
                suite="yespo-mock.refused",
                name=refused_title(entry),
                failure="; ".join(refusals(entry)) or refused_title(entry),
                kind="refused",
                details="\n".join([*refusals(entry), "", entry["body"] or ""]),
            )
            for entry in observed.kept_refused
        ]
    if "nothing" in observed.fallen_kinds:
        cases.append(Case("yespo-mock", "no request came in", failure=_NOTHING, kind="nothing"))
    if observed.problem is not None:
        cases.append(Case("yespo-mock", "the command", failure=observed.problem, kind="command"))
    if not cases:
        cases.append(Case("yespo-mock", f"{observed.total} events, none of them at fault"))
    if observed.fallen > len(observed.kept):
        more = f"{observed.fallen - len(observed.kept)} more events fell into --fail-on"
        cases.append(Case("yespo-mock", more, failure=f"{more}; they were not kept"))
    write_junit(path, "yespo-mock exec", cases, seconds)


def _title(record: Document) -> str:
    key, codes = record["eventTypeKey"] or "-", record["reasons"] + record["warnings"]
    event_key = f" {record['eventKey']}" if record["eventKey"] else ""
    told = f"event {record['eventId']} {key}{event_key} {record['verdict']}"
    return printable(f"{told}: {', '.join(codes)}" if codes else told)


def _why(record: Document) -> list[str]:
    """What was wrong, and the way out."""
    read = map(shown_step, record["trace"])
    failed = [step["message"] for step in read if step["result"] == "failed"]
    lines = failed or [f"warning: {code}" for code in record["warnings"]]
    return [printable(line) for line in ([*lines, record["hint"]] if record["hint"] else lines)]


def _trace_line(step: Any) -> str:
    read = shown_step(step)
    return f"{_MARKS[read['result']]} {read['rule']:<8} {printable(read['message'])}"
