"""What `explain` says: one event with its trace; many as a table, JSON or SARIF."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from mock_server import jsonio
from mock_server._version import __version__
from mock_server.cli.event_files import EventFiles, FoundEvent
from mock_server.cli.show import console, plain_table, print_event, print_fixes
from mock_server.cli.terminal import COLOURS, write_data
from mock_server.emulator import Outcome, outcome_document
from mock_server.emulator.reports.fixes import FixList, called
from mock_server.ledger.catalogue import RULES
from mock_server.model import DROPPED, VERDICTS, Document
from mock_server.printable import printable

_SHOWN = 50
_FIXES = 20
_LONG = 1024 * 1024  # bytes of input from which a progress bar is worth its lines
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class ManyOutcomes:
    """Gathers outcomes; keeps of each what the output needs, and no more."""

    def __init__(self, fail_on: Collection[str], *, keeps_all: bool) -> None:
        self.fallen = 0
        self._fail_on = fail_on
        self._keeps_all = keeps_all
        self._total = 0
        self._by_verdict: Counter[str] = Counter()
        self._warned = 0
        self._fixes = FixList()
        self._kept: list[Document] = []
        self._only: Document | None = None

    def add(self, found: FoundEvent, outcome: Outcome) -> None:
        """The outcome of the next event."""
        self._total += 1
        self._by_verdict[outcome.verdict] += 1
        self._warned += bool(outcome.warnings)
        is_dropped = outcome.verdict in DROPPED
        fell = outcome.verdict in self._fail_on or (
            bool(outcome.warnings) and "warning" in self._fail_on
        )
        self.fallen += fell
        row: Document = {
            "where": found.where,
            "file": found.file,
            "line": found.line,
            "eventTypeKey": outcome.event_type_key,
            "eventKey": outcome.event_key,
            "verdict": outcome.verdict,
            "reasons": outcome.reasons,
            "warnings": outcome.warnings,
            "hint": outcome.hint,
        }
        if is_dropped:
            self._fixes.add(
                outcome.trace,
                outcome.reasons,
                example=f"{called(row)} ({found.where})",
                hint=outcome.hint,
                event_id=outcome.event_id,
            )
        if self._total == 1:
            self._only = outcome_document(outcome)
        elif self._total == 2:
            self._only = None
        if self._keeps_all or len(self._kept) < _SHOWN or (fell and self._make_room()):
            row["steps"] = [
                {"rule": each.rule, "message": each.message, "param": each.param}
                for each in outcome.trace
                if each.result == "failed"
            ]
            row["fell"] = fell
            self._kept.append(row)

    def _make_room(self) -> bool:
        """Let an event that is fine go, so that one that is not can be shown."""
        for index, each in enumerate(self._kept):
            if not each["fell"]:
                del self._kept[index]
                return True
        return False

    def print(self, events: EventFiles, *, as_json: bool, as_sarif: bool) -> None:
        """Print what was gathered: one event whole, many as asked for."""
        if as_sarif:
            write_data(jsonio.pretty(self._sarif()))
        elif self._only is not None and not events.skipped:
            document = jsonio.loads(jsonio.dumps(self._only))
            if as_json:
                write_data(jsonio.pretty(document))
            else:
                print_event(document, console())
        elif as_json:
            write_data(jsonio.pretty(self._json(events)))
        else:
            self._print_table()
        if events.skipped and not as_json:
            shown = ", ".join(events.unread[:5])
            more = f" and {events.skipped - 5} more" if events.skipped > 5 else ""
            click.echo(f"yespo-mock: no event in {shown}{more}.", err=True)

    # As a table

    def _print_table(self) -> None:
        to = console()
        rows = self._kept if self._total <= _SHOWN else [x for x in self._kept if x["fell"]]
        if rows:
            table = plain_table("where", "event", "verdict", "what is wrong")
            for each in rows:
                colour = COLOURS[each["verdict"]]
                wrong = [step["message"] for step in each["steps"]] or each["warnings"]
                table.add_row(
                    Text(printable(each["where"])),
                    Text(printable(called(each))),
                    Text(each["verdict"], style=f"bold {colour}"),
                    Text(printable("; ".join(wrong))),
                )
            to.print(table)
            if self.fallen > len(rows) and self._total > _SHOWN:
                to.print(f"and {self.fallen - len(rows)} more")
            to.print()
        counts = [f"{self._by_verdict[v]} {v}" for v in VERDICTS if self._by_verdict[v]]
        if self._warned:
            counts.append(f"{self._warned} with warnings")
        number = "1 event" if self._total == 1 else f"{self._total} events"
        to.print(Text(f"{number}: {', '.join(counts)}" if counts else f"{number}."))
        fixes = self._fixes.fixes()
        if fixes:
            to.print()
            print_fixes(fixes, to, _FIXES)

    # As data

    def _json(self, events: EventFiles) -> Document:
        return {
            "total": self._total,
            "byVerdict": {verdict: self._by_verdict[verdict] for verdict in VERDICTS},
            "withWarnings": self._warned,
            "events": [_without(each, "file", "fell") for each in self._kept],
            "fixes": self._fixes.to_document()["fixes"],
            "unread": events.skipped,
        }

    def _sarif(self) -> Document:
        results = [
            {
                "ruleId": step["rule"],
                "level": "error",
                "message": {"text": _told(step["message"], each["hint"])},
                "locations": [_location(each)],
            }
            for each in self._kept
            for step in each["steps"]
        ]
        results += [
            {
                "ruleId": _rule_of(code),
                "level": "warning",
                "message": {"text": f"{called(each)}: {code}"},
                "locations": [_location(each)],
            }
            for each in self._kept
            for code in each["warnings"]
        ]
        used = sorted({each["ruleId"] for each in results})
        rules = [
            {
                "id": each,
                "name": RULES[each].title,
                "shortDescription": {"text": RULES[each].title},
                "fullDescription": {"text": RULES[each].statement},
            }
            for each in used
        ]
        driver = {"name": "yespo-mock", "version": __version__, "rules": rules}
        return {
            "$schema": _SCHEMA,
            "version": "2.1.0",
            "runs": [{"tool": {"driver": driver}, "results": results}],
        }


def _told(message: str, hint: str | None) -> str:
    return f"{message}. It {hint}." if hint else f"{message}."


def _rule_of(code: str) -> str:
    """The first rule that gives a warning code."""
    return next(rule.id for rule in RULES.values() if code in rule.warnings)


def _location(row: Document) -> Document:
    place: Document = {"artifactLocation": {"uri": row["file"].replace("\\", "/")}}
    place["region"] = {"startLine": row["line"] or 1}
    return {"physicalLocation": place}


def _without(row: Document, *names: str) -> Document:
    return {name: value for name, value in row.items() if name not in names}


class Reading:
    """How far the reading is; shown where the input is long and somebody looks."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None
        self._unseen = 0

    def start(self, size: int) -> None:
        """Begin, with so many bytes to read."""
        if size >= _LONG and sys.stderr.isatty():
            self._bar.start()
            self._task = self._bar.add_task("reading", total=size)

    def read(self, count: int) -> None:
        """So many bytes more have been read."""
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
    try:
        yield Reading(bar)
    finally:
        bar.stop()
