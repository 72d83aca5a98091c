"""The output of `explain`: one event with its trace; many as a table, as JSON or as SARIF."""

import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from mock_server import jsonio
from mock_server.cli.event_files import EventFiles, FoundEvent
from mock_server.cli.fixing import order_fixed, print_fix, sent_in
from mock_server.cli.layout import COLOURS, write_data
from mock_server.cli.show import console, plain_table, print_event, print_fixes
from mock_server.emulator import Mended, outcome_document
from mock_server.emulator.fixing import fix_document
from mock_server.emulator.gate.gathering import Gathering, stored_step
from mock_server.emulator.gate.report import EVENT_KINDS, count_of
from mock_server.emulator.gate.report_files import sarif
from mock_server.emulator.rehearsal import Rehearsal
from mock_server.emulator.reports.fixes import event_label
from mock_server.ledger.findings import shown_step
from mock_server.model import DROPPED, VERDICTS, Document
from mock_server.printable import printable

_SHOWN = 50
_FIXES = 20
_LONG = 1024 * 1024  # bytes of input from which a progress bar is worth its lines


NO_EVENT = "No event was found."


def note_unread(events: EventFiles, gathered: Gathering) -> None:
    """Note the lines without an event, and the files that are not logs."""
    if events.skipped:
        what = ", ".join(events.unread[:3]) + (" …" if events.skipped > 3 else "")
        title = f"{count_of(events.skipped, 'line')} held no event: {what}"
        gathered.add_unread(events.skipped, title, events.reading)
    for name, what in events.foreign:
        gathered.add_unread(1, f"{name} was not read", f"It is {what}.")


class ManyOutcomes:
    """Outcomes, and of each what the output needs; memory is bounded unless all are asked for."""

    def __init__(
        self, fail_on: Collection[str], *, files: int, as_json: bool, as_sarif: bool
    ) -> None:
        kinds = tuple(dict.fromkeys((*fail_on, *EVENT_KINDS))) if as_sarif else tuple(fail_on)
        self.gathered = Gathering(fail_on, kinds, names_files=files != 1)
        self._names_files = files != 1
        self._as_json = as_json
        self._as_sarif = as_sarif
        self._kept: list[Document] = []
        self._fallen = 0
        self._only: Document | None = None
        self._fixed: tuple[Any, Document | None, Any, Mended] | None = None

    def add(self, found: FoundEvent, event: Document, rehearsal: Rehearsal) -> None:
        """Take what became of the next event; its fix is made where it is shown."""
        is_first = not self.gathered.report.total
        is_wrong = event["reasons"] or event["warnings"]
        if is_first or self._as_json or self._as_sarif:
            self._fixed = self._fixed_of(found, rehearsal) if is_wrong else None
            event["fix"] = self._fixed and self._fixed[1]
            event["corrected"] = self._fixed and self._fixed[2]
            event["lines"] = found.lines
        self.gathered.add_event(event, found.file, found.line)
        total = self.gathered.report.total
        names = ("eventTypeKey", "eventKey", "verdict", "reasons", "warnings", "hint")
        row: Document = {
            "where": found.where,
            "line": found.line,
            **{name: event[name] for name in names},
        }
        fell = bool(self.gathered.kinds_of(row))
        self._fallen += fell
        if total == 1:
            outcome = event.get("outcome")
            fix = {"fix": event.get("fix")}
            self._only = None if outcome is None else {**outcome_document(outcome), **fix}
        elif total == 2:
            self._only = None
        if self._as_json or len(self._kept) < _SHOWN or (fell and self._make_room()):
            steps = [shown_step(stored_step(each)) for each in event["trace"]]
            row["steps"] = [
                {name: each[name] for name in ("rule", "message", "param")}
                for each in steps
                if each["result"] == "failed"
            ]
            if self._as_json:
                row["fix"] = event.get("fix")
            row["fell"] = fell
            self._kept.append(row)

    def _fixed_of(
        self, found: FoundEvent, rehearsal: Rehearsal
    ) -> tuple[Any, Document | None, Any, Mended]:
        """What was sent, its fix, the corrected body, and what is to be said of it."""
        if found.request is None:
            mended = rehearsal.fix_order(found.order)
            return *order_fixed(found.order, mended), mended
        mended = rehearsal.fix(found.request)
        fix = fix_document(found.request.body, mended)
        return sent_in(found.request), fix, mended.body, mended

    def _make_room(self) -> bool:
        for index, each in enumerate(self._kept):
            if not each["fell"]:
                del self._kept[index]
                return True
        return False

    def print(self, events: EventFiles, *, verbose: bool) -> bool:
        """Print what was gathered: one event whole, many as asked for; whether it is a failure."""
        note_unread(events, self.gathered)
        report = self.gathered.finish()
        if self._as_sarif:
            write_data(jsonio.pretty(sarif(report)))
        elif self._only is not None and not events.skipped:
            document = jsonio.loads(jsonio.dumps(self._only))
            if self._as_json:
                write_data(jsonio.pretty(document))
            else:
                print_event(document, console(), verbose=verbose)
                self._print_fix()
        elif self._as_json:
            rows = [{name: each[name] for name in each if name != "fell"} for each in self._kept]
            write_data(jsonio.pretty({**report.to_document(), "events": rows}))
        else:
            self._print_table()
            if report.total == 1:
                self._print_fix()
        self._tell_reading(events)
        return report.has_failed or not report.total

    def _print_fix(self) -> None:
        if self._fixed is not None:
            print_fix(*self._fixed, console())

    def _tell_reading(self, events: EventFiles) -> None:
        told = [f"{name} is {what}: it was not read." for name, what in events.foreign]
        if events.reading and not self._as_json:
            told.append(events.reading)
        if events.skipped and self.gathered.report.total:
            shown = ", ".join(events.unread[:5])
            more = f" and {events.skipped - 5:,} more" if events.skipped > 5 else ""
            told.append(f"No event in {shown}{more}.")
        if not self.gathered.report.total:
            told.append(f"{NO_EVENT} {events.expectation}")
        for line in told:
            click.echo(f"yespo-mock: {line}", err=True)

    def _place(self, row: Document) -> str:
        is_short = not self._names_files and row["line"] is not None
        return str(row["line"]) if is_short else printable(row["where"])

    def _print_table(self) -> None:
        to, report = console(), self.gathered.report
        rows = self._kept if report.total <= _SHOWN else [x for x in self._kept if x["fell"]]
        if rows:
            table = plain_table(
                "where" if self._names_files else "line", "event", "verdict", "what is wrong"
            )
            for each in rows:
                colour = COLOURS[each["verdict"]]
                wrong = [step["message"] for step in each["steps"]] or each["warnings"]
                wrong = wrong or ([each["hint"]] if each["verdict"] in DROPPED else [])
                table.add_row(
                    Text(self._place(each)),
                    Text(printable(event_label(each))),
                    Text(each["verdict"], style=f"bold {colour}"),
                    Text(printable("; ".join(wrong))),
                )
            to.print(table)
            if self._fallen > len(rows) and report.total > _SHOWN:
                to.print(f"and {self._fallen - len(rows):,} more")
            to.print()
        counts = [f"{report.by_verdict[v]:,} {v}" for v in VERDICTS if report.by_verdict[v]]
        if report.warned:
            counts.append(f"{report.warned:,} with warnings")
        number = count_of(report.total, "event")
        to.print(Text(f"{number}: {', '.join(counts)}" if counts else f"{number}."))
        if report.fixes:
            to.print()
            print_fixes(report.fixes, to, _FIXES)


class Reading:
    """A progress bar of the reading; shown when the input is long and a person is watching."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None
        self._unseen = 0

    def start(self, size: int) -> None:
        """Begin to read this many bytes."""
        if size >= _LONG and sys.stderr.isatty():
            self._bar.start()
            self._task = self._bar.add_task("reading", total=size)

    def end(self) -> None:
        """Take the bar away, if there is one: stopping one that never began prints a line."""
        if self._task is not None:
            self._bar.stop()

    def read(self, count: int) -> None:
        """Take note of bytes that have been read."""
        if self._task is not None:
            self._unseen += count
            if self._unseen > _LONG // 16:
                self._bar.advance(self._task, self._unseen)
                self._unseen = 0


@contextmanager
def progress() -> Iterator[Reading]:
    """A progress bar on standard error that is gone in the end."""
    columns: list[Any] = [TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()]
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    reading = Reading(bar)
    try:
        yield reading
    finally:
        reading.end()
