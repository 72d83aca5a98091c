"""The report: its cases, its totals and what to fix first.

Writers turn it into text for a terminal, JUnit, SARIF, GitHub annotations and JSON. Each kind of
`--fail-on` means the same wherever it can be asked for:

- `ignored`, `rejected`: an event with this verdict.
- `warning`: an event with any warning, whatever became of it.
- `refused`: a request that never became an event although something was sent (WIRE-08, WIRE-14).
- `nothing`: no event and no refused request came in; a look-up alone is nothing.
- `unused`: an injected fault that no request met, or not as often as it was to be met.
- `unread`: lines of a log in which no event was found, and files that are not logs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mock_server.emulator.errors import InvalidError
from mock_server.model import VERDICTS, Document
from mock_server.names import way_out

EVENT_KINDS = ("ignored", "rejected", "warning")
"""The kinds that single events are of."""

KINDS = (*EVENT_KINDS, "refused", "nothing", "unused", "unread")
"""Everything that `--fail-on` knows."""

CHECKED = ("ignored", "rejected", "refused", "nothing")
"""The kinds that `check` fails for by default."""

MAX_CASES = 10_000
"""Cases that a report keeps; the rest is counted."""

ANNOTATED = 50
"""Cases that become annotations, and have the fix of their event: GitHub shows ten of a level."""

_WITHOUT_JOURNAL = ("refused", "unused")
_WHY_NOT = {
    "a server": "unread speaks of the lines of logs",
    "a state": "a state has neither the journal of requests nor faults, and it is not a log",
    "logs": "a log has neither the journal of requests nor faults",
}


def read_kinds(text: str, known: Sequence[str] = KINDS) -> tuple[str, ...]:
    """Split kinds that are separated by commas. Raises `InvalidError`, which names the near one."""
    named = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    for each in named:
        if each not in known:
            raise InvalidError(f"There is no kind {each!r}. {way_out(each, known)}")
    return named


def check_kinds(kinds: Sequence[str], source: Literal["a server", "a state", "logs"]) -> None:
    """Refuse kinds that this source cannot tell anything about. Raises `InvalidError`."""
    silent = {
        "a server": ("unread",),
        "a state": (*_WITHOUT_JOURNAL, "unread"),
        "logs": _WITHOUT_JOURNAL,
    }[source]
    for each in kinds:
        if each in silent:
            raise InvalidError(
                f"The kind {each} cannot be checked in {source}: {_WHY_NOT[source]}. Leave it out."
            )


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was looked at: an event, a request, a fault, a scenario.

    `kind` is what it fell into, `passed` or `skipped`. `why` are sentences, the way out last;
    `details` hold everything else. `broken` are the rules it broke, each with what the rule said,
    and `warnings` the codes it has; `event_id` and `request_id` lead to the record, `file` and
    `line` to the place. `fix` is that of the event; `lines` are the first and the last line that
    hold its body and nothing else, and `corrected` is the body that belongs there.
    """

    kind: str
    title: str
    why: tuple[str, ...] = ()
    suite: str = "yespo-mock"
    details: str = ""
    seconds: float = 0.0
    event_id: int | None = None
    request_id: int | None = None
    file: str | None = None
    line: int | None = None
    broken: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    fix: Document | None = None
    lines: tuple[int, int] | None = None
    corrected: Any = None

    @property
    def has_failed(self) -> bool:
        """Say whether it is anything but a case that passed or was skipped."""
        return self.kind not in ("passed", "skipped")

    @property
    def is_warning(self) -> bool:
        """Say whether it is nothing worse than a warning."""
        return self.kind == "warning"

    def to_document(self) -> Document:
        """The case as the control API shows it."""
        return {
            "kind": self.kind,
            "title": self.title,
            "why": list(self.why),
            "suite": self.suite,
            "details": self.details,
            "eventId": self.event_id,
            "requestId": self.request_id,
            "fix": self.fix,
        }


_AS_IT_IS = {
    **{each: each for each in ("total", "refused", "unused", "unread", "fixes", "notes")},
    "withWarnings": "warned",
    "casesTotal": "cases_total",
}
"""Fields of a report that are the same as JSON, by their names there."""


@dataclass(slots=True)
class Report:
    """The requests that came in and their outcomes.

    `kinds` are those that have cases, `fail_on` those that decide. `total` counts events, `fallen`
    the cases of each kind, `cases_total` all cases once. `lost` are the orders that are not in the
    service, with their money by currency. `notes` are sentences about the report
    itself. `rules` are those that events exercised, each with its results.
    """

    fail_on: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    total: int = 0
    by_verdict: Counter[str] = field(default_factory=Counter)
    by_type: dict[str, Counter[str]] = field(default_factory=dict)
    codes: dict[str, Counter[str]] = field(
        default_factory=lambda: {"reasons": Counter(), "warnings": Counter()}
    )
    warned: int = 0
    refused: int = 0
    unused: int = 0
    unread: int = 0
    messages: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    fallen: Counter[str] = field(default_factory=Counter)
    cases_total: int = 0
    cases: list[Case] = field(default_factory=list)
    refusals: list[Case] = field(default_factory=list)
    fixes: list[Document] = field(default_factory=list)
    fixes_total: int = 0
    lost: Document = field(default_factory=lambda: {"ordersLost": 0, "moneyLost": {}})
    rules: dict[str, set[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        """Say whether anything of `fail_on` happened."""
        return any(self.fallen[kind] for kind in self.fail_on)

    def to_document(self) -> Document:
        """The report as JSON."""
        return {
            "failOn": list(self.fail_on),
            "failed": self.has_failed,
            "fallen": {kind: self.fallen[kind] for kind in KINDS if self.fallen[kind]},
            "byVerdict": {verdict: self.by_verdict[verdict] for verdict in VERDICTS},
            "byType": {key: dict(counts) for key, counts in sorted(self.by_type.items())},
            "byReason": dict(self.codes["reasons"].most_common()),
            "byWarning": dict(self.codes["warnings"].most_common()),
            "cases": [each.to_document() for each in self.cases],
            **{name: getattr(self, own) for name, own in _AS_IT_IS.items()},
            **self.lost,
        }


def read_report(document: Mapping[str, Any]) -> Report:
    """Read a report that a server sent and a schema has checked."""
    return Report(
        fail_on=tuple(document["failOn"]),
        kinds=tuple(document["failOn"]),
        by_verdict=Counter(document["byVerdict"]),
        by_type={key: Counter(counts) for key, counts in document["byType"].items()},
        codes={
            "reasons": Counter(document["byReason"]),
            "warnings": Counter(document["byWarning"]),
        },
        fallen=Counter(document["fallen"]),
        cases=[
            Case(
                *(each["kind"], each["title"], tuple(each["why"]), each["suite"], each["details"]),
                event_id=each["eventId"],
                request_id=each["requestId"],
                fix=each.get("fix"),
            )
            for each in document["cases"]
        ],
        fixes_total=len(document["cases"]),
        lost={name: document[name] for name in ("ordersLost", "moneyLost")},
        **{own: document[name] for name, own in _AS_IT_IS.items()},
    )


def nothing_case(sentence: str) -> Case:
    """The case of a run in which nothing came in."""
    return Case("nothing", "nothing came in: no event and no refused request", (sentence,))


def count_of(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: `1 event`, `2 events`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def all_cases(report: Report) -> Iterable[Case]:
    """Return the cases of a report file: one that passed if there is no other."""
    return report.cases or [Case("passed", "no event fell into --fail-on")]
