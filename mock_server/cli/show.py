"""Outcomes, reports and tables as shown on a terminal, each failure with the way out."""

import re
from collections.abc import Sequence
from io import StringIO
from typing import IO

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mock_server.cli.layout import COLOURS
from mock_server.emulator.gate.report import Case, Report, count_of
from mock_server.emulator.reports.summary import coverage_lines
from mock_server.ledger.catalogue import RULES
from mock_server.model import VERDICTS, Document, currency_in_words
from mock_server.printable import printable

_MARKS = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "noted": "[dim]·[/]"}
_PLAIN_MARKS = {"passed": "[green]+[/]", "failed": "[red]x[/]", "noted": "[dim].[/]"}
_TRAILING = re.compile(r" +(?=\n)")
_SHOWN = 20
_FIXES = 10


class _Trimmed(StringIO):
    """A stream in place of one that is no terminal: lines end where their text ends."""

    def __init__(self, to: IO[str]) -> None:
        super().__init__()
        self._to = to

    def write(self, text: str) -> int:
        return self._to.write(_TRAILING.sub("", text))

    def flush(self) -> None:
        self._to.flush()


def console(*, stderr: bool = False) -> Console:
    """Standard output or error, in colour when it is a terminal."""
    to = Console(stderr=stderr, highlight=False)
    if not to.is_terminal:
        to.file = _Trimmed(to.file)
    return to


def plain_table(*columns: str) -> Table:
    """A table without frames, which reads well at 80 columns."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def print_fixes(fixes: Sequence[Document], to: Console, limit: int) -> None:
    """Print what to fix first, the most frequent last, next to the prompt."""
    to.print("[bold]fix first[/]")
    if len(fixes) > limit:
        to.print(f"{len(fixes) - limit:,} rarer ones are left out")
    table = plain_table("times", "rule", "what is wrong")
    table.columns[0].justify = "right"
    for each in reversed(fixes[:limit]):
        lines = [each["message"], *([each["hint"]] if each["hint"] else []), each["example"]]
        said = "\n".join(printable(line) for line in dict.fromkeys(lines))
        table.add_row(f"{each['count']:,}", each["rule"] or "-", Text(said))
    to.print(table)


def print_event(record: Document, to: Console, *, verbose: bool = False) -> None:
    """Print what became of an event; rules that passed are counted, or told if `verbose`."""
    colour = COLOURS[record["verdict"]]
    codes = f": {', '.join(record['reasons'])}" if record["reasons"] else ""
    to.print(f"[bold {colour}]{record['verdict']}[/]{escape(codes)}")
    if record["warnings"]:
        to.print(f"warnings: {', '.join(record['warnings'])}")
    if record["hint"]:
        to.print(escape(printable(record["hint"])))
    to.print()
    shown = [each for each in record["trace"] if verbose or each["result"] != "passed"]
    if shown:
        table = plain_table("rule", "", "what was seen")
        marks = _MARKS if _has_marks(to) else _PLAIN_MARKS
        for step in shown:
            seen = escape(printable(step["message"]))
            table.add_row(step["rule"], marks[step["result"]], seen)
        to.print(table)
    folded = len(record["trace"]) - len(shown)
    if folded:
        to.print(f"[dim]{count_of(folded, 'rule')} passed; -v shows them[/]")


def _has_marks(to: Console) -> bool:
    try:
        "✓✗·".encode(to.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def print_report(report: Report, to: Console) -> None:
    """Print counts by event type and verdict, the codes, and what fell into `--fail-on`."""
    if report.total:
        _print_events(report, to)
    else:
        to.print("yespo-mock: no events came in.")
    for note in report.notes:
        to.print(Text(printable(note), style="dim"))
    if report.messages:
        _print_messages(report, to)
    if 0 < len(report.fixes) < report.fixes_total:  # else what follows tells each of them
        to.print()
        print_fixes(report.fixes, to, _FIXES)
    if report.lost["ordersLost"]:
        lost = report.lost["moneyLost"].items()
        money = [f"{amount} {currency_in_words(code)}" for code, amount in lost]
        orders = count_of(report.lost["ordersLost"], "order")
        to.print(Text(f"not in the service: {', '.join([orders, *money])}"))
    if report.refusals:
        was = "request was" if report.refused == 1 else "requests were"
        _print_cases(f"{report.refused:,} {was} refused", report.refusals, report.refused, to)
    if report.cases and report.fail_on:
        heading = f"fell into --fail-on {','.join(report.fail_on)}: {report.cases_total:,}"
        _print_cases(heading, report.cases, report.cases_total, to)


def print_coverage(report: Report, least: float, to: Console) -> bool:
    """Print which rules the run has exercised; whether that is as much as asked for (per cent)."""
    to.print()
    for line in coverage_lines(report.rules):
        to.print(Text(line))
    reached = 100 * len(report.rules) / len(RULES)
    if reached < least:
        to.print(f"[bold red]rule coverage is {reached:.0f} %, --coverage asks for {least:g} %[/]")
    return reached >= least


def _print_events(report: Report, to: Console) -> None:
    to.print(f"yespo-mock: {count_of(report.total, 'event')}")
    table = plain_table("event type", *VERDICTS)
    for column, verdict in zip(table.columns[1:], VERDICTS, strict=True):
        column.justify = "right"
        column.header_style = f"bold {COLOURS[verdict]}"
    for key, counts in sorted(report.by_type.items()):
        cells = [f"{counts[verdict]:,}" if counts[verdict] else "-" for verdict in VERDICTS]
        table.add_row(Text(printable(key)), *cells)
    to.print(table)
    for kind, counts in report.codes.items():
        codes = [f"{code} {count:,}" if count > 1 else code for code, count in counts.most_common()]
        if codes:
            to.print(Text(printable(f"{kind}: {', '.join(codes)}")))


def _print_messages(report: Report, to: Console) -> None:
    """Print how many messages the outboxes hold, and why some reached nobody (MSG-06)."""
    failed = report.problems.total()
    to.print(f"{count_of(report.messages, 'message')} in the outbox, {failed:,} to nobody")
    for problem, count in report.problems.most_common(_SHOWN):
        to.print(
            Padding(Text(f"{count:,} × {printable(problem[:300])}"), (0, 0, 0, 2), expand=False)
        )


def _print_cases(heading: str, cases: Sequence[Case], total: int, to: Console) -> None:
    to.print()
    to.print(Text(heading, style="bold red"))
    for case in cases[:_SHOWN]:
        to.print(Padding(Text(printable(case.title)), (0, 0, 0, 2), expand=False))
        for line in case.why:
            to.print(Padding(Text(printable(line), style="dim"), (0, 0, 0, 4), expand=False))
    if total > _SHOWN:
        to.print(f"  and {total - min(len(cases), _SHOWN):,} more")
