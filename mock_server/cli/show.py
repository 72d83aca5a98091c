"""Outcomes, rules and tables as shown on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from mock_server.cli.layout import COLOURS
from mock_server.emulator.gate.report import count_of
from mock_server.model import Document
from mock_server.printable import printable

_MARKS = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "noted": "[dim]·[/]"}
_PLAIN_MARKS = {"passed": "[green]+[/]", "failed": "[red]x[/]", "noted": "[dim].[/]"}


def console() -> Console:
    """Standard output, in colour when it is a terminal."""
    return Console(highlight=False, soft_wrap=False)


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
    """Print verdict, reasons, warnings, the way out, and the trace, of an event as JSON.

    Rules that passed are only counted unless this is `verbose`.
    """
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
    """Return whether the console's encoding has the marks."""
    try:
        "✓✗·".encode(to.encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
