"""How outcomes, rules and tables look on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mock_server.cli.terminal import COLOURS
from mock_server.model import Document
from mock_server.printable import printable

_MARKS = {"passed": "[green]✓[/]", "failed": "[red]✗[/]", "noted": "[dim]·[/]"}


def console() -> Console:
    """Standard output, in colour when it is a terminal."""
    return Console(highlight=False, soft_wrap=False)


def plain_table(*columns: str) -> Table:
    """A table without frames, which reads well at 80 columns."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def print_event(record: Document, to: Console) -> None:
    """Verdict, reasons, warnings, the way out, and the trace, of an event or an outcome as JSON."""
    colour = COLOURS[record["verdict"]]
    codes = f": {', '.join(record['reasons'])}" if record["reasons"] else ""
    to.print(f"[bold {colour}]{record['verdict']}[/]{escape(codes)}")
    if record["warnings"]:
        to.print(f"warnings: {', '.join(record['warnings'])}")
    if record["hint"]:
        to.print(escape(printable(record["hint"])))
    to.print()
    table = plain_table("rule", "", "what was seen")
    for step in record["trace"]:
        table.add_row(step["rule"], _MARKS[step["result"]], escape(printable(step["message"])))
    to.print(table)
