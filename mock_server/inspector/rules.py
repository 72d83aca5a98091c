"""The rules as a matrix of what was exercised, and each with its text."""

from dataclasses import dataclass

from flask import request

from mock_server.emulator import catalogue
from mock_server.inspector.pages import account_here, render, ui
from mock_server.ledger.codes import CODES
from mock_server.ledger.entry import Rule


@dataclass(frozen=True)
class RuleRow:
    """A rule: `state` is the worst result it had (`failed`, `noted`, `passed`), or `never`."""

    rule: Rule
    state: str
    results: list[str]


@dataclass(frozen=True)
class FamilyRow:
    """A family of rules, and how many of them were exercised."""

    key: str
    title: str
    rules: list[RuleRow]
    exercised: int


@ui.get("/rules")
def _rules() -> str:
    exercised = account_here().exercised_rules()
    asked = request.args.get("q", "").strip()
    families = []
    for family in catalogue.families():
        rows = [_row(each, exercised) for each in family.rules if _matches(each, asked)]
        if rows:
            met = sum(1 for each in rows if each.state != "never")
            families.append(FamilyRow(family.key, family.title, rows, met))
    return render(
        "rules.html",
        "rules",
        families=families,
        exercised=len(exercised),
        count=len(catalogue.RULES),
        asked=asked,
        codes=[(each.code, each.meaning, each.way_out) for each in CODES.values()],
    )


def _row(rule: Rule, exercised: dict[str, list[str]]) -> RuleRow:
    results = exercised.get(rule.id, [])
    worst = next((each for each in ("failed", "noted", "passed") if each in results), "never")
    return RuleRow(rule, worst, results)


def _matches(rule: Rule, asked: str) -> bool:
    text = f"{rule.id} {rule.title} {rule.statement} {' '.join((*rule.reasons, *rule.warnings))}"
    return all(word in text.casefold() for word in asked.casefold().split())
