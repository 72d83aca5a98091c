"""Counts since the start or the last reset, and the rules that were met: coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from mock_server.ledger.catalogue import RULES, families
from mock_server.ledger.findings import FINDINGS, rule_of
from mock_server.model import VERDICTS, Document
from mock_server.rules.outcome import Outcome

_finding = attrgetter("finding")


class Counts:
    """Events by type, verdict, reason and warning, and the rules they exercised."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Start again at zero."""
        self._events = 0
        self._by_type: Counter[str] = Counter()
        self._by_verdict: Counter[str] = Counter()
        self._by_reason: Counter[str] = Counter()
        self._by_warning: Counter[str] = Counter()
        self._findings: set[str] = set()

    def add(self, outcome: Outcome) -> None:
        """Count one event."""
        self._events += 1
        self._by_type[outcome.event_type_key or ""] += 1
        self._by_verdict[outcome.verdict] += 1
        if outcome.reasons:
            self._by_reason.update(outcome.reasons)
        if outcome.warnings:
            self._by_warning.update(outcome.warnings)
        self._findings.update(map(_finding, outcome.trace))

    def summary(self) -> Document:
        """The counts: `events`, `byType`, `byVerdict` (all four), `byReason`, `byWarning`."""
        return {
            "events": self._events,
            "byType": dict(self._by_type),
            "byVerdict": {verdict: self._by_verdict[verdict] for verdict in VERDICTS},
            "byReason": dict(self._by_reason),
            "byWarning": dict(self._by_warning),
        }

    def exercised(self) -> dict[str, list[str]]:
        """The rules that were applied, each with the results it had (passed, failed, noted)."""
        rules: dict[str, list[str]] = {}
        said = {(rule_of(each), FINDINGS[each].result) for each in self._findings}
        for rule, result in sorted(said):
            rules.setdefault(rule, []).append(result)
        return rules


def rule_coverage(exercised: Mapping[str, Sequence[str]]) -> Document:
    """Coverage of the catalogue by rules with the results they had.

    `exercised` maps a rule's id to its results (`passed`, `failed`, `noted`); the answer has it in
    the order of the ledger, and under `never` the ids of all other rules.
    """
    return {
        "exercised": {rule: list(exercised[rule]) for rule in RULES if rule in exercised},
        "never": [rule for rule in RULES if rule not in exercised],
    }


def coverage_lines(exercised: Mapping[str, Iterable[str]]) -> list[str]:
    """For each family of rules how many were exercised, those that failed, and those never met."""
    lines = [f"{len(exercised)} of {len(RULES)} rules exercised.", ""]
    for family in families():
        ids = [rule.id for rule in family.rules]
        met = [rule for rule in ids if rule in exercised]
        broken = [rule for rule in met if "failed" in exercised[rule]]
        lines.append(f"{family.key:<5}{len(met):>3} of {len(ids):<3} {family.title}")
        if broken:
            lines.append(f"      broken: {', '.join(broken)}")
        unmet = [rule for rule in ids if rule not in exercised]
        if met and unmet:
            lines.append(f"      never:  {', '.join(unmet)}")
    return lines
