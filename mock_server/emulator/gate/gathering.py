"""Gathering a report: each event, refused request and fault is added as it comes."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from threading import Lock
from typing import Any

from mock_server.emulator.gate.report import ANNOTATED, MAX_CASES, Case, Report, nothing_case
from mock_server.emulator.reports.fixes import FixList, event_label
from mock_server.ledger.findings import shown_step
from mock_server.model import DROPPED, Document
from mock_server.printable import fix_lines, printable
from mock_server.rules.outcome import Outcome, Step

_MARKS = {"passed": "+", "failed": "x", "noted": "."}
_NOTHING = (
    "Nothing was sent to the emulator: the base URL of the code is another one, or the code that"
    " sends was not reached."
)


Mends = Callable[[], Document | None]
"""Makes the fix of an event, when it is asked for."""


class Gathering:
    """A listener of an emulator that counts everything and makes cases of what fell into `kinds`.

    It outlives a reset of the emulator, which many test suites do between tests. Memory is bounded:
    at most `MAX_CASES` cases are kept, and everything is counted. Thread-safe.
    """

    def __init__(
        self,
        fail_on: Collection[str],
        kinds: Collection[str] | None = None,
        *,
        covers: bool = False,
        nothing: str = _NOTHING,
        names_files: bool = True,
    ) -> None:
        self.report = Report(tuple(fail_on), tuple(fail_on if kinds is None else kinds))
        self._covers = covers
        self._nothing = nothing
        self._names_files = names_files
        self._fixes = FixList()
        self._lock = Lock()

    def add_event(
        self,
        event: Document,
        file: str | None = None,
        line: int | None = None,
        mends: Mends | None = None,
    ) -> None:
        """Count an event, and keep its case if it fell into one of the kinds."""
        report = self.report
        event = self._with_fix(event, mends)
        with self._lock:
            report.total += 1
            verdict = event["verdict"]
            report.by_verdict[verdict] += 1
            report.by_type.setdefault(event["eventTypeKey"] or "-", Counter())[verdict] += 1
            report.codes["reasons"].update(event["reasons"])
            report.codes["warnings"].update(event["warnings"])
            report.warned += bool(event["warnings"])
            for step in event["trace"] if self._covers else ():
                read = shown_step(stored_step(step))
                report.rules.setdefault(read["rule"], set()).add(read["result"])
            self._add_case_of(event, file, line)

    def keep_event(self, event: Document, mends: Mends) -> None:
        """Make the case of an event that others have counted."""
        event = self._with_fix(event, mends)
        with self._lock:
            self._add_case_of(event, None, None)

    def _with_fix(self, event: Document, mends: Mends | None) -> Document:
        """Return an event with its fix if its case is one of those that show it.

        Outside the lock: an account that makes a fix takes its own.
        """
        is_shown = len(self.report.cases) < ANNOTATED and self.kinds_of(event)
        return event if mends is None or not is_shown else {**event, "fix": mends()}

    def _add_case_of(self, event: Document, file: str | None, line: int | None) -> None:
        if event["verdict"] in DROPPED:
            where = "" if file is None else f" ({self._place(file, line)})"
            self._fixes.add(
                event["trace"],
                event["reasons"],
                example=f"{event_label(event)}{where}",
                hint=event["hint"],
                event_id=event["eventId"],
                event=event,
            )
        elif event["verdict"] == "applied" and event.get("externalOrderId"):
            self._fixes.settle(event["externalOrderId"])
        fell = self.kinds_of(event)
        if fell and self._has_room(fell):
            self.report.cases.append(_event_case(fell[0], event, file, line))

    def _place(self, file: str, line: int | None) -> str:
        """Return where an event stands; with one file alone the line is enough."""
        if line is None:
            return file
        return f"{file}:{line}" if self._names_files else f"line {line}"

    def kinds_of(self, event: Mapping[str, Any]) -> list[str]:
        """Those of the kinds that an event is of."""
        kinds = self.report.kinds
        found = [event["verdict"]] if event["verdict"] in kinds else []
        if event["warnings"] and "warning" in kinds:
            found.append("warning")
        return found

    def add_message(self, message: Document) -> None:
        """Count a message of the outbox, and why nobody got it."""
        with self._lock:
            self.report.messages += 1
            problems = self.report.problems
            if message["problem"] and (message["problem"] in problems or len(problems) < MAX_CASES):
                problems[message["problem"]] += 1

    def add_refused(self, entry: Document) -> None:
        """Count a refused request or an attempt, by its entry of the journal."""
        with self._lock:
            self.report.refused += 1
            self._fixes.add_refused(entry)
            case = refused_case(entry)
            if "refused" not in self.report.kinds:
                if len(self.report.refusals) < MAX_CASES:
                    self.report.refusals.append(case)
            elif self._has_room(["refused"]):
                self.report.cases.append(case)

    def add_refused_beyond(self, count: int) -> None:
        """Count refused requests whose entries have gone."""
        with self._lock:
            self.report.refused += count
            if "refused" in self.report.kinds:
                self.report.fallen["refused"] += count
                self.report.cases_total += count

    def add_unused(self, fault: Document) -> None:
        """Count a fault that was not met, or not as often as it was to be met."""
        with self._lock:
            self.report.unused += 1
            if "unused" in self.report.kinds and self._has_room(["unused"]):
                self.report.cases.append(unused_case(fault))

    def add_unread(self, count: int, what: str, why: str) -> None:
        """Count lines or files in which no event was found, and say which."""
        with self._lock:
            self.report.unread += count
            if count and "unread" in self.report.kinds and self._has_room(["unread"]):
                self.report.cases.append(Case("unread", what, (why,), "yespo-mock.unread"))

    def _has_room(self, fell: list[str]) -> bool:
        """Count a case; whether it may be kept."""
        self.report.fallen.update(fell)
        self.report.cases_total += 1
        return len(self.report.cases) < MAX_CASES

    def finish(self) -> Report:
        """Return the report; ask once, in the end."""
        report = self.report
        with self._lock:
            nothing = not report.total and not report.refused
            if "nothing" in report.kinds and nothing and self._has_room(["nothing"]):
                report.cases.append(nothing_case(self._nothing))
            report.fixes = [each.to_document() for each in self._fixes.fixes()]
            report.fixes_total = self._fixes.total
            report.lost = self._fixes.within().lost()
        return report


def event_of(outcome: Outcome) -> Document:
    """The outcome of an event that was judged, not sent, as a report takes it."""
    return {
        "eventId": outcome.event_id,
        "eventTypeKey": outcome.event_type_key,
        "eventKey": outcome.event_key,
        "externalOrderId": outcome.external_order_id,
        "params": outcome.params,
        "verdict": outcome.verdict,
        "reasons": outcome.reasons,
        "warnings": outcome.warnings,
        "hint": outcome.hint,
        "trace": outcome.trace,
        "outcome": outcome,
    }


def stored_step(step: Any) -> Any:
    """A step as a record holds it, whether it is stored or an object."""
    return step.stored() if isinstance(step, Step) else step


def _event_case(kind: str, event: Document, file: str | None, line: int | None) -> Case:
    steps = [shown_step(stored_step(each)) for each in event["trace"]]
    failed = [each for each in steps if each["result"] == "failed"]
    codes = ", ".join([*event["reasons"], *event["warnings"]])
    id_ = f"event {event['eventId']} " if file is None else ""
    title = printable(f"{id_}{event_label(event)} {event['verdict']}{codes and f': {codes}'}")
    told = [printable(each["message"]) for each in failed]
    if event["hint"]:
        told.append(printable(event["hint"]))
    trace = [
        f"{_MARKS[each['result']]} {each['rule']:<8} {printable(each['message'])}" for each in steps
    ]
    return Case(
        kind,
        title,
        tuple(told),
        f"yespo-mock.{printable(event['eventTypeKey'] or 'event')}",
        "\n".join([*told, "", *trace]),
        event_id=event["eventId"],
        file=file,
        line=line,
        broken=tuple((each["rule"], each["message"]) for each in failed),
        warnings=tuple(event["warnings"]),
        fix=event.get("fix"),
        lines=event.get("lines"),
        corrected=event.get("corrected"),
    )


def refused_case(entry: Document) -> Case:
    """The case of a refused request: how it came, what was asked, and the way out."""
    told = refusals(entry)
    told += [line for note in entry["notes"] for line in fix_lines(note.get("fix"))]
    return Case(
        "refused",
        refused_title(entry),
        tuple(told),
        "yespo-mock.refused",
        "\n".join([*told, "", printable(entry.get("body") or "")]),
        request_id=entry.get("requestId"),
    )


def refused_title(entry: Document) -> str:
    """A refused request on one line: what was asked, of which host, and how it came."""
    parts = [entry.get("method"), entry.get("path"), entry.get("status"), entry.get("reason")]
    said = " ".join(str(each) for each in parts if each)
    via, host = entry.get("via"), entry.get("host")
    if via not in (None, "plain"):
        said += f" (by {via}{f', for {host}' if host else ''})"
    return printable(said or "a request")


def refusals(entry: Document) -> list[str]:
    """Say why a request was refused, and the way out, without the lists of routes."""
    return [printable(note["message"].partition(" Emulated: ")[0]) for note in entry["notes"]]


def unused_case(fault: Document) -> Case:
    """Return what there is to say of a fault that was not met, or not often enough."""
    match = fault["match"]
    about = " ".join(filter(None, (match.get("method"), match.get("path")))) or "any request"
    if match.get("eventTypeKey"):
        about += f", event type {match['eventTypeKey']}"
    what = fault["status"] or fault["action"] or (fault["delayMs"] and "a delay") or "headers"
    met = fault["hits"]
    title = f"fault {fault['id']} ({what} for {about}) was "
    title += f"met {met} of {fault['times']} times" if met else "never met"
    why = "What it was to prove was not tested: no request matched it"
    why += " any more." if met else "."
    way_out = "Check its path, method and event type, and that the code sends at all."
    return Case("unused", printable(title), (why, way_out), "yespo-mock.unused")
