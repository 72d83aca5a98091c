"""What happened since the start or the last reset, which rules were met, and what is unusual."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from mock_server.documents.account_settings import AccountSettings, with_profile
from mock_server.ledger.catalogue import RULES, families
from mock_server.ledger.findings import FINDINGS, rule_of
from mock_server.model import VERDICTS, Document
from mock_server.rules.outcome import Outcome

if TYPE_CHECKING:
    from mock_server.emulator.clock import Clock
    from mock_server.emulator.traffic.faults import Faults


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
    """The catalogue by results: `exercised` in its order, and `never` for the others."""
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


# These describe the shop; they bend nothing.
_OF_THE_SHOP = ("organisation_name", "user_email", "org_id", "identifier_rule")


@dataclass(frozen=True, slots=True)
class Unusual:
    """One thing that is not as usual: `what` it is of, and a sentence without a full stop."""

    what: str
    sentence: str

    def to_document(self) -> Document:
        """The thing as `GET /_mock/summary` shows it."""
        return {"what": self.what, "sentence": self.sentence}


def unusual(
    clock: Clock, faults: Faults, settings: AccountSettings, *, read_only: bool = False
) -> list[Unusual]:
    """List what is not as usual, in the order in which the pages say it."""
    found = [*_clock(clock), *_faults(faults)]
    if (rule := settings.identifier_rule) is not None:
        found.append(Unusual("identifier_rule", f"Contacts are identified by {rule.param} only"))
    if settings.profile != "test":
        found.append(Unusual("profile", f"Profile {settings.profile}"))
    usual = AccountSettings(**with_profile({"profile": settings.profile}))
    others = [
        name.replace("_", " ")
        for name in AccountSettings.names()
        if name not in _OF_THE_SHOP and getattr(settings, name) != getattr(usual, name)
    ]
    if others:
        found.append(Unusual("settings", f"Settings changed: {', '.join(others)}"))
    if read_only:
        found.append(
            Unusual("read_only", "This state is open for reading: nothing here can be changed")
        )
    return found


def _clock(clock: Clock) -> list[Unusual]:
    if clock.frozen:
        return [Unusual("clock", f"Clock frozen at {clock.iso()[:19].replace('T', ' ')} UTC")]
    seconds = round(clock.offset_seconds)
    if not seconds:
        return []
    days, rest = divmod(abs(seconds), 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    parts = ((days, "day"), (hours, "hour"), (minutes, "minute"))
    told = [f"{number} {unit}{'' if number == 1 else 's'}" for number, unit in parts if number]
    by = " ".join(told) or f"{abs(seconds)} seconds"
    return [Unusual("clock", f"Clock {by} {'ahead' if seconds > 0 else 'behind'}")]


def _faults(faults: Faults) -> list[Unusual]:
    armed = sum(each["left"] != 0 for each in faults.documents()) if faults.armed else 0
    if not armed:
        return []
    return [Unusual("faults", f"{armed} fault{'' if armed == 1 else 's'} armed")]
