"""A report as GitHub Actions annotations: lines that the runner shows next to a run."""

from __future__ import annotations

from collections.abc import Iterator

from mock_server.emulator.gate.report import ANNOTATED, Report
from mock_server.printable import fix_lines


def annotation_lines(report: Report) -> Iterator[str]:
    """A line for each case that has failed, with its fix, escaped as the runner reads it."""
    for case in [each for each in report.cases if each.has_failed][:ANNOTATED]:
        level = "warning" if case.is_warning else "error"
        place = "" if case.file is None else f"file={_value(case.file)},line={case.line or 1},"
        title = _value(f"yespo-mock: {case.title}")
        text = "\n".join([*case.why, *fix_lines(case.fix)]) or "See the trace of the event."
        yield f"::{level} {place}title={title}::{_escaped(text)}"


def _value(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
