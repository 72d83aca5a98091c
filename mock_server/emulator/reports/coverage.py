"""Coverage: the rules of the ledger that the traffic has exercised, and those it has not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mock_server.ledger.catalogue import RULES, families
from mock_server.model import Document


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
