"""Rule coverage as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mock_server.emulator import catalogue
from mock_server.emulator.reports.coverage import rule_coverage


def coverage_lines(rules: Mapping[str, Iterable[str]]) -> list[str]:
    """For each family of rules how many were exercised, those that failed, and those never met."""
    coverage = rule_coverage({rule: sorted(results) for rule, results in rules.items()})
    exercised, never = coverage["exercised"], coverage["never"]
    total = len(catalogue.RULES)
    lines = [f"{len(exercised)} of {total} rules exercised.", ""]
    for family in catalogue.families():
        ids = [rule.id for rule in family.rules]
        met = [rule for rule in ids if rule in exercised]
        broken = [rule for rule in met if "failed" in exercised[rule]]
        lines.append(f"{family.key:<5}{len(met):>3} of {len(ids):<3} {family.title}")
        if broken:
            lines.append(f"      broken: {', '.join(broken)}")
        unmet = [rule for rule in ids if rule in never]
        if met and unmet:
            lines.append(f"      never:  {', '.join(unmet)}")
    return lines
